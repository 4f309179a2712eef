package io.bittern.cli;

import io.bittern.client.Failure;
import io.bittern.client.TorrentEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A session on a terminal: news scroll up, and below them stands one line per torrent that is redrawn in place. */
final class LiveView implements View {

    private static final long REDRAW = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int NAME_MAX = 40;

    private static final String UP = "\u001b[A";
    private static final String CLEAR_LINE = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";

    private final Shell shell;
    private final Story story = new Story();
    private List<Row> rows = List.of();
    private int nameWidth;
    private List<Integer> drawn = List.of();
    private long drawnAt;

    LiveView(Shell shell) {
        this.shell = shell;
        this.drawnAt = shell.nanoTime().getAsLong() - REDRAW;
    }

    @Override
    public void loaded(List<Row> loaded, int port) {
        rows = List.copyOf(loaded);
        nameWidth = rows.stream().mapToInt(row -> Columns.of(row.name())).max().orElse(0);
        nameWidth = Math.min(nameWidth, NAME_MAX);
        note(Totals.loaded(loaded.size(), port));
    }

    @Override
    public void happened(Row row, TorrentEvent event) {
        story.line(row, event).ifPresent(this::note);
    }

    @Override
    public void done(Row row) {
        above("");
        shell.out().println(row.path());
        shell.out().flush();
    }

    @Override
    public void note(String text) {
        above(text + "\n");
    }

    @Override
    public void problem(ExitCode code, String text) {
        above(Lines.problem(text) + "\n");
    }

    @Override
    public void failed(Row row, Failure failure) {
        above(Lines.problem(Lines.failure(row, failure)) + "\n");
    }

    @Override
    public void tick() {
        long now = shell.nanoTime().getAsLong();
        if (now - drawnAt >= REDRAW) {
            drawnAt = now;
            draw();
        }
    }

    /** Draws the last state, and leaves the cursor below it. */
    @Override
    public void close() {
        draw();
        if (!drawn.isEmpty()) {
            write("\n");
            drawn = List.of();
        }
    }

    private void draw() {
        List<String> lines = lines();
        StringBuilder frame = new StringBuilder(home());
        for (int i = 0; i < lines.size(); i++) {
            frame.append(i == 0 ? "" : "\n").append(lines.get(i)).append(CLEAR_LINE);
        }
        drawn = lines.stream().map(Columns::of).toList();
        write(frame.append(CLEAR_BELOW).toString());
    }

    /** As many torrents as the screen has lines for; the rest is one line. The last column stays free, so nothing wraps. */
    private List<String> lines() {
        int width = Math.max(1, shell.screen().width() - 1);
        int room = Math.max(1, shell.screen().height() - 2);
        LiveLine line = new LiveLine(width, shell.screen().unicode());
        List<String> lines = new ArrayList<>();
        for (Row row : rows.subList(0, rows.size() <= room ? rows.size() : room - 1)) {
            lines.add(line.render(row.name(), nameWidth, row.snapshot()));
        }
        if (rows.size() > room) {
            lines.add(Columns.cut(Totals.of(rows), width));
        }
        return lines;
    }

    /** Puts text in the place of what is drawn; the next tick draws below it. */
    private void above(String text) {
        write(home() + CLEAR_BELOW + text);
        drawn = List.of();
        drawnAt = shell.nanoTime().getAsLong() - REDRAW;
    }

    /** Moves the cursor to the beginning of what is drawn, which a narrower terminal than it was drawn for has wrapped. */
    private String home() {
        int width = Math.max(1, shell.screen().width());
        int rows = drawn.stream()
                .mapToInt(columns -> Math.max(1, (columns + width - 1) / width))
                .sum();
        return "\r" + UP.repeat(Math.max(0, rows - 1));
    }

    private void write(String text) {
        shell.err().print(text);
        shell.err().flush();
    }
}
