package io.bittern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.client.TorrentEvent;
import io.bittern.client.TorrentSnapshot.State;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LiveViewTest {

    private static final long MILLI = 1_000_000L;

    private final TestShell shell = new TestShell(Path.of("/home"));
    private final LiveView view = new LiveView(shell.shell());

    private static Row row(String name) {
        FakeBittern.FakeTorrent torrent = Samples.fake(name);
        torrent.snapshot = Samples.snapshot(State.DOWNLOADING).done(500, 1000).build();
        return new Row(torrent);
    }

    private void tickAt(long millis) {
        shell.nanos.set(millis * MILLI);
        view.tick();
    }

    @Test
    void redrawsAtMostFiveTimesASecond() {
        view.loaded(List.of(row("a")), 6881);
        tickAt(0);
        shell.err.reset();

        for (int millis = 1; millis <= 1000; millis++) {
            tickAt(millis);
        }

        assertThat(shell.err().split("50.0%", -1)).hasSize(5 + 1);
    }

    @Test
    void redrawsInPlaceAndEndsBelow() {
        view.loaded(List.of(row("a"), row("b")), 6881);
        tickAt(0);
        shell.err.reset();

        tickAt(300);
        view.close();

        String frame = "\r\u001b[Aa  50.0% [~]\u001b[K\nb  50.0% [~]\u001b[K\u001b[J";
        assertThat(shell.err().replaceAll("50\\.0% [^\u001b]*", "50.0% [~]")).isEqualTo(frame + frame + "\n");
    }

    @Test
    void drawsOverLinesThatANarrowerTerminalHasWrapped() {
        view.loaded(List.of(row("a"), row("b")), 6881);
        tickAt(0);
        shell.err.reset();

        shell.width = 30;
        tickAt(300);

        assertThat(shell.err()).startsWith("\r" + "\u001b[A".repeat(5) + "a ");
    }

    @Test
    void putsNewsAboveTheLinesThatStay() {
        Row row = row("a");
        view.loaded(List.of(row), 6881);
        tickAt(0);
        shell.err.reset();

        view.happened(row, new TorrentEvent.TrackerFailed("http://t.test", "down"));
        tickAt(1);

        assertThat(shell.err()).startsWith("\r\u001b[Ja: tracker http://t.test: down\n\ra  50.0%");
    }

    @Test
    void keepsWithinTheScreenHoweverManyTorrentsThereAre() {
        shell.width = 40;
        shell.height = 10;
        view.loaded(IntStream.range(0, 100).mapToObj(i -> row("t" + i)).toList(), 6881);
        shell.err.reset();

        tickAt(0);

        List<String> lines = shell.err().replace("\r", "").lines().toList();
        assertThat(lines).hasSize(8);
        assertThat(lines).allMatch(line -> Columns.of(line.replaceAll("\u001b\\[.", "")) < 40);
        assertThat(lines.get(7)).startsWith("0 of 100 torrents");
    }
}
