package io.bittern.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bittern.metainfo.Metainfo;
import io.bittern.metainfo.TorrentBuilder;
import io.bittern.store.PieceChecker.Report;
import io.bittern.store.PieceChecker.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PieceCheckerTest {

    @TempDir
    private Path folder;

    private final TestTorrent torrent = TestTorrent.ofFolder(new Random(1), 16 << 10, 100_000, 0, 50_000, 200_000);

    @Test
    void findsEverythingRight() throws Exception {
        torrent.create(folder);
        List<Long> heard = new ArrayList<>();

        Report report = PieceChecker.check(torrent.metainfo(), folder, 2, (done, total) -> {
            assertThat(total).isEqualTo(350_000);
            heard.add(done);
        });

        assertThat(report.isGood()).isTrue();
        assertThat(heard).isSorted().endsWith(350_000L);
    }

    @Test
    void saysWhatIsTheMatterWithEachFile() throws Exception {
        torrent.create(folder);
        Files.delete(torrent.path(folder, 1));
        Files.createDirectory(torrent.path(folder, 1));
        Files.delete(torrent.path(folder, 2));
        byte[] bytes = torrent.file(3);
        bytes[190_000] ^= 1;
        Files.write(torrent.path(folder, 3), bytes);

        Report report = check();

        assertThat(states(report)).containsExactly(State.UNPROVEN, State.WRONG_KIND, State.MISSING, State.DAMAGED);
        assertThat(report.verified().count()).isEqualTo(22 - 4 - 1);
        assertThat(report.isGood()).isFalse();
    }

    @Test
    void aFileThatIsTooLongOrTooShortIsHashedAsFarAsItGoes() throws Exception {
        torrent.create(folder);
        Files.write(torrent.path(folder, 0), new byte[1], java.nio.file.StandardOpenOption.APPEND);
        Files.write(torrent.path(folder, 3), java.util.Arrays.copyOf(torrent.file(3), 100_000));

        Report report = check();

        assertThat(states(report)).containsExactly(State.WRONG_SIZE, State.OK, State.OK, State.WRONG_SIZE);
        assertThat(report.verified().count()).isEqualTo(250_000 / (16 << 10));
    }

    @Test
    void findsNothingInAnEmptyFolder() throws Exception {
        Report report = check();

        assertThat(states(report)).containsOnly(State.MISSING);
        assertThat(report.verified().isEmpty()).isTrue();
    }

    @Test
    void hashesForANewTorrentWhatACheckFindsRight() throws Exception {
        Path shared = Files.createDirectories(folder.resolve("shared/b/c"));
        Files.write(shared.resolve("deep"), new byte[70_000]);
        Files.write(folder.resolve("shared/.hidden"), new byte[3]);
        Files.write(folder.resolve("shared/b/empty"), new byte[0]);
        Files.write(folder.resolve("shared/z"), torrent.payload());
        Files.createSymbolicLink(folder.resolve("shared/y"), Path.of("z"));

        PayloadHasher payload = PayloadHasher.of(folder.resolve("shared"));
        TorrentBuilder builder = payload.builder().pieceLength(32 << 10);
        Metainfo metainfo = Metainfo.parse(
                builder.hashes(payload.hash(builder.sizes(), 2, Progress.NONE)).build());

        assertThat(metainfo.layout().files())
                .extracting(file -> file.pathText())
                .containsExactly("shared/.hidden", "shared/b/c/deep", "shared/b/empty", "shared/y", "shared/z");
        assertThat(PieceChecker.check(metainfo, folder, 2, Progress.NONE).files())
                .extracting(PieceChecker.FileReport::state)
                .contains(State.OK, State.WRONG_KIND);
        Files.delete(folder.resolve("shared/y"));
        Files.copy(folder.resolve("shared/z"), folder.resolve("shared/y"));
        assertThat(PieceChecker.check(metainfo, folder, 2, Progress.NONE).isGood())
                .isTrue();
    }

    @Test
    void hashesASingleFile() throws Exception {
        Path file = Files.write(folder.resolve("one.bin"), torrent.payload());

        PayloadHasher payload = PayloadHasher.of(file);
        TorrentBuilder builder = payload.builder();
        Metainfo metainfo = Metainfo.parse(
                builder.hashes(payload.hash(builder.sizes(), 3, Progress.NONE)).build());

        assertThat(metainfo.name()).isEqualTo("one.bin");
        assertThat(PieceChecker.check(metainfo, folder, 2, Progress.NONE).isGood())
                .isTrue();
    }

    @Test
    void sharesNothingThatALinkLeadsOutTo() throws IOException {
        Path shared = Files.createDirectories(folder.resolve("shared"));
        Files.write(shared.resolve("a"), new byte[3]);
        Path secret = Files.writeString(folder.resolve("secret"), "secret");
        Path link = Files.createSymbolicLink(shared.resolve("link"), secret);

        assertThatThrownBy(() -> PayloadHasher.of(shared)).hasMessageContaining("link");

        Files.delete(link);
        Files.createSymbolicLink(link, Path.of("nowhere"));
        assertThatThrownBy(() -> PayloadHasher.of(shared)).hasMessageContaining("leads nowhere");
        Files.delete(link);
        Files.createSymbolicLink(link, folder);
        assertThatThrownBy(() -> PayloadHasher.of(shared)).hasMessageContaining("link");
    }

    @Test
    void saysWhenThereIsNothingToShare() throws IOException {
        Path empty = Files.createDirectories(folder.resolve("empty"));

        assertThatThrownBy(() -> PayloadHasher.of(empty)).hasMessageContaining("Nothing to share");
        assertThatThrownBy(() -> PayloadHasher.of(folder.resolve("not there"))).hasMessageContaining("No such file");
    }

    @Test
    void noticesAFileThatChangesWhileItIsHashed() throws Exception {
        Path file = Files.write(folder.resolve("one.bin"), torrent.payload());
        PayloadHasher payload = PayloadHasher.of(file);
        Files.write(file, new byte[10]);

        assertThatThrownBy(() -> payload.hash(payload.builder().sizes(), 2, Progress.NONE))
                .hasMessageContaining("Changed while it was hashed");
    }

    private Report check() throws StoreException, InterruptedException {
        return PieceChecker.check(torrent.metainfo(), folder, 2, Progress.NONE);
    }

    private static List<State> states(Report report) {
        return report.files().stream().map(PieceChecker.FileReport::state).toList();
    }
}
