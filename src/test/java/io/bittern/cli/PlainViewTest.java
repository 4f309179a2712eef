package io.bittern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.client.Failure;
import io.bittern.client.TorrentEvent;
import io.bittern.client.TorrentSnapshot.State;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlainViewTest {

    private final TestShell shell = new TestShell(Path.of("/home"));
    private final PlainView view = new PlainView(shell.shell());
    private final FakeBittern.FakeTorrent torrent = Samples.fake("a\u001b[31m.iso");
    private final Row row = new Row(torrent);

    private void tickAt(Duration time) {
        shell.nanos.set(time.toNanos());
        view.tick();
    }

    @Test
    void writesALineEveryTenSeconds() {
        torrent.snapshot = Samples.snapshot(State.DOWNLOADING)
                .done(500, 1000)
                .rates(10, 2)
                .peers(3, 1)
                .build();
        view.loaded(List.of(row), 6881);
        shell.err.reset();

        for (int second = 1; second <= 25; second++) {
            tickAt(Duration.ofSeconds(second));
        }

        assertThat(shell.err().lines())
                .hasSize(2)
                .allMatch(line -> line.endsWith(": 50.0% 500/1000 B down 10 B/s up 2 B/s peers 3 (1 seed) ETA 50s"));
    }

    @Test
    void writesALineWhenTheStateChanges() {
        torrent.snapshot = Samples.snapshot(State.CHECKING).build();
        view.loaded(List.of(row), 6881);
        tickAt(Duration.ofSeconds(1));
        shell.err.reset();

        torrent.snapshot = Samples.snapshot(State.DOWNLOADING).build();
        tickAt(Duration.ofSeconds(2));
        tickAt(Duration.ofSeconds(3));

        assertThat(shell.err().lines()).hasSize(1);
    }

    @Test
    void tellsOfATrackerOnlyWhenItsNewsChange() {
        view.happened(row, new TorrentEvent.TrackerAnswered("http://t.test", 5));
        view.happened(row, new TorrentEvent.TrackerFailed("http://t.test", "refused"));
        view.happened(row, new TorrentEvent.TrackerFailed("http://t.test", "refused"));
        view.happened(row, new TorrentEvent.TrackerFailed("http://t.test", "no answer"));
        view.happened(row, new TorrentEvent.TrackerAnswered("http://t.test", 5));

        assertThat(shell.err().lines().map(line -> line.substring(line.indexOf("tracker"))))
                .containsExactly(
                        "tracker http://t.test: refused",
                        "tracker http://t.test: no answer",
                        "tracker http://t.test answers");
    }

    @Test
    void hasNoControlCharactersWhateverComes() {
        view.loaded(List.of(row), 6881);
        view.happened(row, new TorrentEvent.TrackerFailed("http://t.test", "\u001b]0;x\u0007 a\r\nb\u009b31m\u202e"));
        view.failed(row, new Failure(Failure.Kind.IO, "\u001b[2J\n"));
        view.problem(ExitCode.IO, "a\nb\u001b");
        tickAt(Duration.ofSeconds(20));

        assertThat(shell.err().lines()).hasSize(5);
        assertThat(shell.err().replace("\n", "")).doesNotContainPattern("[\\p{Cntrl}\u0080-\u009f\u202e]");
    }

    @Test
    void writesOneLineForVeryManyTorrents() {
        List<Row> rows = IntStream.range(0, 500)
                .mapToObj(i -> new Row(Samples.fake("t" + i)))
                .toList();
        view.loaded(rows, 6881);
        shell.err.reset();

        tickAt(Duration.ofSeconds(11));

        assertThat(shell.err()).isEqualTo("0 of 500 torrents complete, down 0 B/s, up 0 B/s, peers 0\n");
    }

    @Test
    void putsThePathOfWhatIsCompleteOnStandardOutput() {
        view.done(row);

        assertThat(shell.out()).isEqualTo(torrent.path() + "\n");
        assertThat(shell.err()).endsWith(": complete, 1000 B\n");
    }
}
