package io.bittern.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bittern.Alone;
import io.bittern.TestPayload;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(90)
class BitternClientIT {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @TempDir
    private Path home = Path.of("");

    private final List<Bittern> running = new ArrayList<>();

    @AfterEach
    void stopAll() {
        running.forEach(Bittern::close);
    }

    @Test
    void oneClientFetchesATorrentFromAnother() throws Exception {
        TestPayload payload = TestPayload.of(40 * TestPayload.PIECE + 1, 1);
        payload.create(home.resolve("have"));
        Bittern seeder = start("seeder", Map.of());
        seeder.add(AddTorrent.seed(payload.metainfo(), home.resolve("have")), event -> {});
        Bittern leecher = start("leecher", Map.of());
        Queue<TorrentEvent> heard = new ConcurrentLinkedQueue<>();

        Torrent torrent = leecher.add(
                AddTorrent.download(payload.metainfo(), home.resolve("want")).withPeers(List.of(at(seeder))),
                heard::add);
        TorrentSnapshot done = join(torrent.downloaded());

        assertThat(payload.in(home.resolve("want"))).hasBinaryContent(payload.bytes());
        assertThat(torrent.path()).isEqualTo(payload.in(home.resolve("want")));
        assertThat(done.complete()).isTrue();
        assertThat(done.amounts().verified()).isEqualTo(payload.bytes().length);
        assertThat(heard.peek()).isEqualTo(new TorrentEvent.Checked(0, payload.bytes().length));
        assertThat(heard)
                .filteredOn(TorrentEvent.PieceVerified.class::isInstance)
                .hasSize(41)
                .doesNotHaveDuplicates();
        join(torrent.finished());
    }

    @Test
    void goesOnWithWhatIsThereWhenItIsStartedAgain() throws Exception {
        TestPayload payload = TestPayload.of(8 * TestPayload.PIECE, 2);
        payload.create(home.resolve("have"));
        Bittern first = start("state", Map.of());
        join(first.add(AddTorrent.download(payload.metainfo(), home.resolve("have")), event -> {})
                .downloaded());
        join(first.stop());
        Queue<TorrentEvent> heard = new ConcurrentLinkedQueue<>();

        Bittern second = start("state", Map.of());
        TorrentSnapshot done =
                join(second.add(AddTorrent.download(payload.metainfo(), home.resolve("have")), heard::add)
                        .downloaded());

        assertThat(done.state()).isEqualTo(TorrentSnapshot.State.SEEDING);
        assertThat(heard).containsExactly(new TorrentEvent.Checked(payload.bytes().length, payload.bytes().length));
    }

    @Test
    void stopsWithinFiveSecondsThoughATrackerHangs() throws Exception {
        try (ServerSocket hanging = new ServerSocket(0, 50, LOOPBACK)) {
            TestPayload payload = TestPayload.of(
                    8 * TestPayload.PIECE, 3, "http://127.0.0.1:" + hanging.getLocalPort() + "/announce");
            payload.create(home.resolve("have"));
            Bittern client = start("state", Map.of());
            Torrent torrent = client.add(AddTorrent.seed(payload.metainfo(), home.resolve("have")), event -> {});
            join(torrent.downloaded());

            client.stop().toCompletableFuture().get(5, TimeUnit.SECONDS);

            assertThat(torrent.snapshot().state()).isEqualTo(TorrentSnapshot.State.STOPPED);
            join(torrent.stop());
        }
    }

    @Test
    void hasATorrentOnceUntilItIsStopped() throws Exception {
        TestPayload payload = TestPayload.of(TestPayload.PIECE, 4);
        Bittern client = start("state", Map.of());
        AddTorrent request = AddTorrent.download(payload.metainfo(), home.resolve("data"));
        Torrent torrent = client.add(request, event -> {});

        assertFails(Failure.Kind.BUSY, () -> client.add(request, event -> {}));
        assertFails(
                Failure.Kind.BUSY,
                () -> client.add(AddTorrent.download(payload.metainfo(), home.resolve("other")), event -> {}));
        join(torrent.stop());

        Torrent again = client.add(request, event -> {});
        join(again.stop());
    }

    @Test
    void keepsItsHandsOffDataThatAnotherClientWorksOn() throws Exception {
        TestPayload payload = TestPayload.of(TestPayload.PIECE, 5);
        AddTorrent request = AddTorrent.download(payload.metainfo(), home.resolve("data"));
        Bittern one = start("one", Map.of());
        Bittern other = start("other", Map.of());
        one.add(request, event -> {});

        assertFails(Failure.Kind.BUSY, () -> other.add(request, event -> {}));
        join(one.stop());

        join(other.add(request, event -> {}).stop());
    }

    @Test
    void takesTheNextPortWhenItsOwnIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 50, LOOPBACK)) {
            Bittern client = start("state", Map.of("port", taken.getLocalPort(), "ports-to-try", 1));

            assertThat(client.port()).isPositive().isNotEqualTo(taken.getLocalPort());
        }
    }

    @Test
    void saysInOneLineThatItsStateCannotBeKept() throws Exception {
        Path file = Files.writeString(home.resolve("file"), "in the way");

        assertFails(Failure.Kind.IO, () -> BitternClient.start(settings(file.resolve("state"), Map.of())));
    }

    @Test
    void saysInOneLineThatItsAddressIsNotOurs() {
        assertFails(
                Failure.Kind.NETWORK,
                () -> BitternClient.start(settings(home.resolve("state"), Map.of("bind-address", "192.0.2.1"))));
    }

    @Test
    void saysWhyATorrentCannotWork() throws Exception {
        TestPayload payload = TestPayload.of(TestPayload.PIECE, 6);
        Files.createDirectories(payload.in(home.resolve("data")));
        Bittern client = start("state", Map.of());
        CompletableFuture<TorrentEvent> heard = new CompletableFuture<>();

        Torrent torrent = client.add(AddTorrent.download(payload.metainfo(), home.resolve("data")), heard::complete);

        assertThat(join(heard)).isInstanceOf(TorrentEvent.Failed.class);
        assertThat(torrent.snapshot().failure().map(Failure::kind)).contains(Failure.Kind.WRONG_KIND);
        join(torrent.stop());
    }

    @Test
    void takesNothingMoreWhenItIsStopped() throws Exception {
        Bittern client = start("state", Map.of());
        join(client.stop());
        join(client.stop());

        assertFails(
                Failure.Kind.STOPPED,
                () -> client.add(
                        AddTorrent.download(TestPayload.of(1, 7).metainfo(), home.resolve("data")), event -> {}));
    }

    private interface Attempt {
        Object run() throws Exception;
    }

    private static void assertFails(Failure.Kind kind, Attempt attempt) {
        assertThatThrownBy(attempt::run).isInstanceOfSatisfying(ClientException.class, failed -> {
            assertThat(failed.failure().kind()).isEqualTo(kind);
            assertThat(failed.getMessage()).isNotBlank().doesNotContain("\n").hasSizeLessThan(300);
        });
    }

    private Bittern start(String state, Map<String, Object> flags) throws Exception {
        Bittern client = BitternClient.start(settings(home.resolve(state), flags));
        running.add(client);
        return client;
    }

    private Settings settings(Path state, Map<String, Object> flags) throws SettingsException {
        Map<String, Object> all = new HashMap<>(Map.of("port", 0, "bind-address", "127.0.0.1"));
        all.put("state-dir", state.toString());
        all.putAll(flags);
        return Settings.load(Alone.environment(home), Optional.empty(), all);
    }

    private static InetSocketAddress at(Bittern client) {
        return new InetSocketAddress(LOOPBACK, client.port());
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }
}
