package io.bittern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.client.Failure;
import io.bittern.client.TorrentSnapshot;
import io.bittern.client.TorrentSnapshot.State;
import org.junit.jupiter.api.Test;

class LiveLineTest {

    private static final TorrentSnapshot HALF = Samples.snapshot(State.DOWNLOADING)
            .done(512L << 20, 1L << 30)
            .rates(8 << 20, 1 << 20)
            .peers(23, 5)
            .build();

    @Test
    void showsEverythingWhereThereIsRoom() {
        assertThat(new LiveLine(120, true).render("a.iso", 5, HALF))
                .isEqualTo(
                        "a.iso  50.0% ▕███████████████               ▏ 0.5/1.0 GiB ↓ 8.0 MiB/s ↑ 1.0 MiB/s peers 23(5s)"
                                + " ETA 1m04s");
    }

    @Test
    void usesAsciiWhereTheTerminalHasNothingElse() {
        assertThat(new LiveLine(100, false).render("a.iso", 5, HALF))
                .isEqualTo(
                        "a.iso  50.0% [###########           ] 0.5/1.0 GiB down 8.0 MiB/s up 1.0 MiB/s peers 23(5s) ETA 1m04s")
                .matches("[ -~]*");
    }

    @Test
    void dropsTheLeastTellingFiguresFirst() {
        assertThat(new LiveLine(80, true).render("a.iso", 5, HALF))
                .isEqualTo("a.iso  50.0% 0.5/1.0 GiB ↓ 8.0 MiB/s ↑ 1.0 MiB/s peers 23(5s) ETA 1m04s");
        assertThat(new LiveLine(60, true).render("a.iso", 5, HALF))
                .isEqualTo("a.iso  50.0% 0.5/1.0 GiB ↓ 8.0 MiB/s peers 23(5s) ETA 1m04s");
        assertThat(new LiveLine(35, true).render("a.iso", 5, HALF)).isEqualTo("a.iso  50.0% ↓ 8.0 MiB/s ETA 1m04s");
        assertThat(new LiveLine(16, true).render("a.iso", 5, HALF)).isEqualTo("a.iso  50.0%");
    }

    @Test
    void neverTakesMoreColumnsThanThereAre() {
        for (State state : State.values()) {
            TorrentSnapshot snapshot = Samples.snapshot(state)
                    .done(3L << 40, 7L << 40)
                    .rates(999 << 20, 999 << 20)
                    .peers(200, 100)
                    .checked(5)
                    .build();
            for (int width = 1; width < 200; width++) {
                String line = new LiveLine(width, true).render("映画 a rather long name of a torrent 映画", 40, snapshot);

                assertThat(Columns.of(line)).as("%s at %s", line, width).isLessThanOrEqualTo(width);
            }
        }
    }

    @Test
    void saysWhatATorrentDoesWhenItDoesNotDownload() {
        LiveLine line = new LiveLine(100, false);

        assertThat(line.render(
                        "a", 1, Samples.snapshot(State.CHECKING).checked(250).build()))
                .isEqualTo("a  25.0% [#######                       ] checking 1000 B");
        assertThat(line.render(
                        "a",
                        1,
                        Samples.snapshot(State.SEEDING)
                                .done(1000, 1000)
                                .uploaded(2500)
                                .build()))
                .isEqualTo("a seeding ratio 2.50 up 0 B/s peers 0(0s)");
        assertThat(line.render(
                        "a", 1, Samples.snapshot(State.STOPPED).done(1000, 1000).build()))
                .isEqualTo("a 100.0% 1000/1000 B complete");
    }

    @Test
    void cleansTheReasonOfAFailure() {
        Failure hostile = new Failure(Failure.Kind.IO, "bad\u001b[2Jdisk\nnext");

        String line = new LiveLine(80, true)
                .render("a", 1, Samples.snapshot(State.FAILED).failure(hostile).build());

        assertThat(line).isEqualTo("a failed: bad[2Jdisk next");
    }
}
