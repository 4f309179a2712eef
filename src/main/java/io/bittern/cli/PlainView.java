package io.bittern.cli;

import io.bittern.client.Failure;
import io.bittern.client.TorrentEvent;
import io.bittern.client.TorrentSnapshot;
import io.bittern.client.TorrentSnapshot.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A session as plain lines, for a file or a pipe: one when the state of a torrent changes, and one every ten seconds. */
final class PlainView implements View {

    private static final long EVERY = TimeUnit.SECONDS.toNanos(10);

    /** With more torrents than this there is one line for all. */
    private static final int SINGLE_LINES = 20;

    private final Shell shell;
    private final Story story = new Story();
    private final Map<Row, State> states = new HashMap<>();
    private List<Row> rows = List.of();
    private long told;

    PlainView(Shell shell) {
        this.shell = shell;
        this.told = shell.nanoTime().getAsLong();
    }

    @Override
    public void loaded(List<Row> loaded, int port) {
        rows = List.copyOf(loaded);
        note(Totals.loaded(loaded.size(), port));
    }

    @Override
    public void happened(Row row, TorrentEvent event) {
        story.line(row, event).ifPresent(this::note);
    }

    @Override
    public void done(Row row) {
        note(row.name() + ": complete, "
                + Units.size(Share.of(row.snapshot().amounts()).total()));
        shell.out().println(row.path());
        shell.out().flush();
    }

    @Override
    public void note(String text) {
        shell.err().println(text);
        shell.err().flush();
    }

    @Override
    public void problem(ExitCode code, String text) {
        shell.problem(text);
    }

    @Override
    public void failed(Row row, Failure failure) {
        shell.problem(Lines.failure(row, failure));
    }

    @Override
    public void tick() {
        long now = shell.nanoTime().getAsLong();
        boolean due = now - told >= EVERY;
        if (due) {
            told = now;
        }
        List<String> lines = new ArrayList<>();
        for (Row row : rows.size() <= SINGLE_LINES ? rows : List.<Row>of()) {
            line(row, due).ifPresent(lines::add);
        }
        if (due && rows.size() > SINGLE_LINES) {
            lines.add(Totals.of(rows));
        }
        lines.forEach(this::note);
    }

    /** A torrent's line, if its state is new or a line is due; a failure and the end are told of as such. */
    private Optional<String> line(Row row, boolean due) {
        TorrentSnapshot snapshot = row.snapshot();
        State before = states.put(row, snapshot.state());
        boolean changed = before != null && before != snapshot.state();
        boolean worthIt = changed || due;
        return Optional.of(Lines.status(row.name(), snapshot))
                .filter(line -> worthIt && !Lines.atRest(snapshot.state()));
    }

    @Override
    public void close() {
        shell.err().flush();
    }
}
