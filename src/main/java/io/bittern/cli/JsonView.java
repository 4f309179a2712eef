package io.bittern.cli;

import io.bittern.client.Bittern;
import io.bittern.client.Failure;
import io.bittern.client.PortMapping;
import io.bittern.client.TorrentEvent;
import io.bittern.client.TorrentSnapshot;
import io.bittern.metainfo.MagnetLink;
import io.bittern.metainfo.Metainfo;
import io.bittern.metainfo.Text;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A session as JSON on standard output, one object on each line.
 *
 * <p>Every object has {@code event} and {@code time} (seconds of the epoch); one about a torrent has {@code hash} and
 * {@code name}. Sizes are bytes, rates bytes per second, times seconds. Problems go to standard error as well.
 */
final class JsonView implements View {

    private static final long EVERY = TimeUnit.SECONDS.toNanos(1);
    private static final int MOST_WAITING = 32 << 10;

    private final Shell shell;
    private final Map<Row, TorrentSnapshot> told = new HashMap<>();
    private final Map<Row, List<Integer>> verified = new LinkedHashMap<>();
    private final StringBuilder waiting = new StringBuilder();
    private List<Row> rows = List.of();
    private long toldAt;

    JsonView(Shell shell) {
        this.shell = shell;
        this.toldAt = shell.nanoTime().getAsLong() - EVERY;
    }

    @Override
    public void loaded(List<Row> loaded, int port) {
        rows = List.copyOf(loaded);
        for (Row row : rows) {
            Map<String, @Nullable Object> added = about("added", row);
            added.put("path", row.path().toString());
            added.put("total", row.snapshot().amounts().total());
            added.put("wanted", row.snapshot().amounts().wanted());
            write(added);
        }
        Map<String, @Nullable Object> all = event("loaded");
        all.put("torrents", rows.size());
        all.put("port", port);
        write(all);
        flush();
    }

    @Override
    public void happened(Row row, TorrentEvent event) {
        if (event instanceof TorrentEvent.PieceVerified piece) {
            verified.computeIfAbsent(row, key -> new ArrayList<>()).add(piece.piece());
        } else if (event instanceof TorrentEvent.Checked checked) {
            write(about("checked", row, "verified", checked.verified(), "total", checked.total()));
        } else if (event instanceof TorrentEvent.TrackerAnswered tracker) {
            write(about("tracker", row, "tracker", tracker.tracker(), "peers", tracker.peers()));
        } else if (event instanceof TorrentEvent.WebSeedFailed seed) {
            write(about("web_seed", row, "server", seed.server(), "message", seed.reason()));
        } else if (event instanceof TorrentEvent.TrackerFailed tracker) {
            write(about("tracker", row, "tracker", tracker.tracker(), "message", tracker.reason()));
        } else if (event instanceof TorrentEvent.PeerBanned banned) {
            write(about("banned", row, "peer", banned.peer().toString(), "message", banned.reason()));
        }
    }

    @Override
    public void done(Row row) {
        writeVerified();
        progress(row, row.snapshot());
        Map<String, @Nullable Object> fields = about("done", row);
        fields.put("path", row.path().toString());
        fields.put("total", Share.of(row.snapshot().amounts()).total());
        write(fields);
    }

    @Override
    public void learning(Bittern.Learning learning) {
        Map<String, @Nullable Object> fields = event("metadata");
        fields.put("hash", learning.link().infoHash().toString());
        fields.put("name", learning.link().name().orElse(null));
        fields.put("state", "fetching");
        fields.put("pieces", learning.pieces());
        fields.put("done", learning.have());
        fields.put("peers", learning.peers());
        write(fields);
    }

    @Override
    public void learned(MagnetLink link, Metainfo torrent) {
        Map<String, @Nullable Object> fields = event("metadata");
        fields.put("hash", torrent.infoHash().toString());
        fields.put("name", torrent.name());
        fields.put("state", "fetched");
        write(fields);
    }

    @Override
    public void portMapping(PortMapping mapping) {
        Map<String, @Nullable Object> fields = event("port_mapping");
        fields.put("open", mapping.doors().stream().map(JsonView::door).toList());
        fields.put("message", mapping.text());
        write(fields);
        flush();
    }

    private static Map<String, Object> door(PortMapping.Door door) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("protocol", door.protocol());
        fields.put("address", door.outside().getAddress().getHostAddress());
        fields.put("port", door.outside().getPort());
        fields.put("by", door.by());
        return fields;
    }

    @Override
    public void note(String text) {
        Map<String, @Nullable Object> fields = event("note");
        fields.put("message", text);
        write(fields);
        flush();
    }

    @Override
    public void problem(ExitCode code, String text) {
        Map<String, @Nullable Object> fields = event("error");
        fields.put("code", code.number());
        fields.put("message", Text.clean(text));
        write(fields);
        flush();
        shell.problem(text);
    }

    @Override
    public void failed(Row row, Failure failure) {
        Map<String, @Nullable Object> fields = about("error", row);
        fields.put("code", ExitCode.of(failure.kind()).number());
        fields.put("message", Text.clean(failure.reason()));
        write(fields);
        flush();
        shell.problem(Lines.failure(row, failure));
    }

    /** Pieces as they come, and once a second how those torrents stand that have changed. */
    @Override
    public void tick() {
        writeVerified();
        long now = shell.nanoTime().getAsLong();
        if (now - toldAt >= EVERY) {
            toldAt = now;
            rows.forEach(row -> progress(row, row.snapshot()));
        }
        flush();
    }

    @Override
    public void close() {
        writeVerified();
        flush();
    }

    private void writeVerified() {
        verified.forEach((row, pieces) -> {
            Map<String, @Nullable Object> fields = about("verified", row);
            fields.put("pieces", pieces);
            fields.put("done", Share.of(row.snapshot().amounts()).done());
            write(fields);
        });
        verified.clear();
    }

    private void progress(Row row, TorrentSnapshot snapshot) {
        if (snapshot.equals(told.put(row, snapshot))) {
            return;
        }
        TorrentSnapshot.Amounts amounts = snapshot.amounts();
        Map<String, @Nullable Object> fields = about("progress", row);
        fields.put("state", snapshot.state().name().toLowerCase(Locale.ROOT));
        fields.put("total", Share.of(amounts).total());
        fields.put("done", Share.of(amounts).done());
        fields.put("checked", snapshot.checked());
        fields.put("downloaded", amounts.downloaded());
        fields.put("uploaded", amounts.uploaded());
        fields.put("wasted", amounts.wasted());
        fields.put("rate_down", snapshot.rates().down());
        fields.put("rate_up", snapshot.rates().up());
        fields.put("peers", snapshot.peers().connected());
        fields.put("seeds", snapshot.peers().seeds());
        fields.put("swarm_seeders", Json.number(snapshot.swarm().seeders()));
        fields.put("swarm_leechers", Json.number(snapshot.swarm().leechers()));
        fields.put("eta", snapshot.eta().map(java.time.Duration::toSeconds).orElse(null));
        write(fields);
    }

    private Map<String, @Nullable Object> about(
            String event, Row row, String name, Object value, String otherName, Object otherValue) {
        Map<String, @Nullable Object> fields = about(event, row);
        fields.put(name, value);
        fields.put(otherName, otherValue);
        return fields;
    }

    private Map<String, @Nullable Object> about(String event, Row row) {
        Map<String, @Nullable Object> fields = event(event);
        fields.put("hash", row.infoHash());
        fields.put("name", row.name());
        return fields;
    }

    private Map<String, @Nullable Object> event(String event) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("event", event);
        fields.put("time", shell.clock().millis() / 1000.0);
        return fields;
    }

    /** Lines wait for the next tick, so that many at once are one write. */
    private void write(Map<String, @Nullable Object> fields) {
        waiting.append(Json.line(fields)).append('\n');
        if (waiting.length() > MOST_WAITING) {
            flush();
        }
    }

    private void flush() {
        if (!waiting.isEmpty()) {
            shell.out().print(waiting);
            shell.out().flush();
            waiting.setLength(0);
        }
    }
}
