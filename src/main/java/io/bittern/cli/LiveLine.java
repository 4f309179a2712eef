package io.bittern.cli;

import io.bittern.client.TorrentSnapshot;
import java.util.ArrayList;
import java.util.List;

/**
 * One torrent on one line of a terminal.
 *
 * <p>The name and the bar share what the figures leave; when that is too little, figures go, the least telling first.
 */
final class LiveLine {

    private static final int NAME_MIN = 12;
    private static final int BAR_MIN = 10;
    private static final int BAR_MAX = 30;
    private static final String EIGHTHS = " ▏▎▍▌▋▊▉";

    private final boolean unicode;
    private final int width;

    LiveLine(int width, boolean unicode) {
        this.width = width;
        this.unicode = unicode;
    }

    /** The line, which takes {@code width} columns at most; {@code nameWidth} is where the figures should begin. */
    String render(String name, int nameWidth, TorrentSnapshot snapshot) {
        List<String> figures = figures(snapshot);
        boolean bar = hasBar(snapshot);
        int least = Math.min(nameWidth, NAME_MIN);
        if (bar && least + taken(figures) + BAR_MIN + 3 > width) {
            bar = false;
        }
        while (figures.size() > 1 && least + taken(figures) > width) {
            figures.remove(leastTelling(figures.size()));
        }
        int free = width - taken(figures) - (bar ? BAR_MIN + 3 : 0);
        int nameColumns = Math.max(Math.min(least, width), Math.min(nameWidth, free));
        StringBuilder line = new StringBuilder(Columns.fit(name, nameColumns));
        line.append(' ').append(figures.get(0));
        if (bar) {
            line.append(' ').append(bar(share(snapshot), Math.min(BAR_MAX, BAR_MIN + free - nameColumns)));
        }
        figures.subList(1, figures.size()).forEach(figure -> line.append(' ').append(figure));
        return Columns.cut(line.toString(), width).stripTrailing();
    }

    /** The figures in the order in which they are shown. */
    private List<String> figures(TorrentSnapshot snapshot) {
        TorrentSnapshot.Amounts amounts = snapshot.amounts();
        List<String> figures = new ArrayList<>();
        switch (snapshot.state()) {
            case CHECKING -> {
                figures.add(aligned(Units.percent(snapshot.checked(), amounts.total())));
                figures.add("checking " + Units.size(amounts.total()));
            }
            case DOWNLOADING -> {
                addAmount(figures, amounts);
                addTraffic(figures, snapshot);
            }
            case SEEDING -> {
                figures.add(Lines.seeding(amounts) + Lines.ratio(amounts));
                addTraffic(figures, snapshot);
            }
            case FAILED -> figures.add("failed: " + Lines.reason(snapshot));
            case STOPPED -> {
                addAmount(figures, amounts);
                figures.add(Share.of(amounts).whole() ? "complete" : "stopped");
            }
        }
        return figures;
    }

    private static void addAmount(List<String> figures, TorrentSnapshot.Amounts amounts) {
        figures.add(aligned(Share.of(amounts).percent()));
        figures.add(Share.of(amounts).amount());
    }

    private void addTraffic(List<String> figures, TorrentSnapshot snapshot) {
        if (snapshot.state() == TorrentSnapshot.State.DOWNLOADING) {
            figures.add((unicode ? "↓ " : "down ") + Units.rate(snapshot.rates().down()));
        }
        figures.add((unicode ? "↑ " : "up ") + Units.rate(snapshot.rates().up()));
        figures.add(
                "peers " + snapshot.peers().connected() + "(" + snapshot.peers().seeds() + "s)");
        snapshot.eta().ifPresent(eta -> figures.add("ETA " + Units.time(eta)));
    }

    /** Of percent, amount, down, up, peers and ETA: up goes first, then peers, amount, ETA, down. */
    private static int leastTelling(int figures) {
        return switch (figures) {
            case 6 -> 3;
            case 5 -> 3;
            case 4 -> 1;
            default -> figures - 1;
        };
    }

    private static boolean hasBar(TorrentSnapshot snapshot) {
        return switch (snapshot.state()) {
            case CHECKING, DOWNLOADING -> true;
            case SEEDING, FAILED, STOPPED -> false;
        };
    }

    private static double share(TorrentSnapshot snapshot) {
        TorrentSnapshot.Amounts amounts = snapshot.amounts();
        return switch (snapshot.state()) {
            case CHECKING -> snapshot.checked() / (double) Math.max(1, amounts.total());
            case DOWNLOADING, SEEDING, FAILED, STOPPED -> Share.of(amounts).fraction();
        };
    }

    private static String aligned(String percent) {
        return " ".repeat(Math.max(0, 6 - percent.length())) + percent;
    }

    private String bar(double share, int columns) {
        double filled = Math.max(0, Math.min(1, share)) * columns;
        int full = (int) filled;
        if (!unicode) {
            return "[" + "#".repeat(full) + " ".repeat(columns - full) + "]";
        }
        String rest = full < columns ? String.valueOf(EIGHTHS.charAt((int) ((filled - full) * 8))) : "";
        return "▕" + "█".repeat(full) + rest + " ".repeat(columns - full - rest.length()) + "▏";
    }

    /** Columns that figures take with the space before each. */
    private static int taken(List<String> figures) {
        return figures.stream().mapToInt(figure -> Columns.of(figure) + 1).sum();
    }
}
