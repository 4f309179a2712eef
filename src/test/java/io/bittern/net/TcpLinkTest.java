package io.bittern.net;

import static io.bittern.net.NetFixture.LONG;
import static io.bittern.net.NetFixture.closed;
import static io.bittern.net.NetFixture.opened;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bittern.net.NetFixture.Pair;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(40)
class TcpLinkTest {

    private static final NetFixture fixture = new NetFixture(NetFixture.hasty());
    private static final int MIB = 1 << 20;

    @AfterAll
    static void shutDown() {
        fixture.close();
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static Link.Write write(byte[] bytes) {
        return new Link.Write(List.of(Bytes.of(bytes)));
    }

    private static Bytes read(Pair pair) {
        pair.link().tell(Link.Read.INSTANCE);
        return pair.owner().expectMessageClass(Link.Received.class, LONG).bytes();
    }

    /** The raw end takes nothing, so this write stays pending once the kernel's buffers are full. */
    private static void stick(Pair pair) {
        pair.link().tell(write(new byte[64 * MIB]));
        pair.owner().expectNoMessage(Duration.ofMillis(300));
    }

    /** Reads the raw end to its end; fails with the exception that ended it, if any. */
    private static byte[] drain(Socket raw) throws IOException {
        return raw.getInputStream().readAllBytes();
    }

    @Test
    void tellsBothAddressesWhenItOpens() throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var owner = fixture.probe();
            fixture.dial((InetSocketAddress) server.getLocalSocketAddress(), LONG, owner);

            Link.Opened opened = opened(owner);

            try (Socket raw = server.accept()) {
                assertThat(opened.remote()).isEqualTo(server.getLocalSocketAddress());
                assertThat(opened.local()).isEqualTo(raw.getRemoteSocketAddress());
            }
        }
    }

    @Test
    void readsNothingUntilAsked() throws Exception {
        try (var server = java.nio.channels.ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            var owner = fixture.probe();
            fixture.dial((InetSocketAddress) server.getLocalAddress(), LONG, owner);
            var link = opened(owner).link();
            try (SocketChannel raw = server.accept()) {
                raw.configureBlocking(false);

                long sent = fill(raw);

                assertThat(sent)
                        .as("the sender is blocked by full kernel buffers")
                        .isLessThan(64 * MIB);
                owner.expectNoMessage(Duration.ofMillis(200));
                assertThat(raw.write(ByteBuffer.allocate(MIB)))
                        .as("nobody reads")
                        .isZero();

                long received = 0;
                while (received < sent) {
                    link.tell(Link.Read.INSTANCE);
                    received += owner.expectMessageClass(Link.Received.class, LONG)
                            .bytes()
                            .length();
                    if (received < 10 * 128 * 1024) {
                        owner.expectNoMessage(Duration.ofMillis(5));
                    }
                }
                assertThat(received).isEqualTo(sent);
                link.tell(Link.Abort.INSTANCE);
            }
        }
    }

    /** Writes until the kernel takes nothing for 200 ms. */
    private static long fill(SocketChannel raw) throws IOException {
        long sent = 0;
        long quietSince = System.nanoTime();
        while (System.nanoTime() - quietSince < 200_000_000L) {
            int written = raw.write(ByteBuffer.allocate(256 * 1024));
            sent += written;
            if (written > 0) {
                quietSince = System.nanoTime();
            }
        }
        return sent;
    }

    @Test
    void answersOneReadOnceHoweverOftenItWasAsked() throws Exception {
        Pair pair = fixture.pair();
        pair.link().tell(Link.Read.INSTANCE);
        pair.link().tell(Link.Read.INSTANCE);
        pair.raw().getOutputStream().write(1);
        assertThat(pair.owner()
                        .expectMessageClass(Link.Received.class, LONG)
                        .bytes()
                        .length())
                .isEqualTo(1);

        pair.raw().getOutputStream().write(2);

        pair.owner().expectNoMessage(Duration.ofMillis(200));
        pair.raw().close();
    }

    @Test
    void writesSlicesInOrderAndAnswersOnce() throws Exception {
        Pair pair = fixture.pair();
        byte[] whole = noise(3 * MIB);

        pair.link()
                .tell(new Link.Write(List.of(
                        new Bytes(whole, 0, 5),
                        new Bytes(whole, 5, 0),
                        new Bytes(whole, 5, MIB),
                        new Bytes(whole, 5 + MIB, whole.length - MIB - 5))));
        byte[] got = pair.raw().getInputStream().readNBytes(whole.length);

        assertThat(got).isEqualTo(whole);
        pair.owner().expectMessage(LONG, Link.Written.INSTANCE);
        pair.owner().expectNoMessage(Duration.ofMillis(100));
        pair.raw().close();
    }

    @Test
    void answersAWriteOfNothing() throws Exception {
        Pair pair = fixture.pair();

        pair.link().tell(new Link.Write(List.of()));

        pair.owner().expectMessage(LONG, Link.Written.INSTANCE);
        pair.link().tell(write(new byte[] {7}));
        pair.owner().expectMessage(LONG, Link.Written.INSTANCE);
        assertThat(pair.raw().getInputStream().read()).isEqualTo(7);
        pair.raw().close();
    }

    @Test
    void endsWhenItsOwnerWritesTooEarly() throws Exception {
        Pair pair = fixture.pair();
        stick(pair);

        LoggingTestKit.error("a write before the last one was done").expect(fixture.testKit.system(), () -> {
            pair.link().tell(write(new byte[1]));
            return true;
        });

        assertThat(closed(pair.owner(), LONG)).isEqualTo("internal error");
        assertThatThrownBy(() -> drain(pair.raw())).isInstanceOf(SocketException.class);
    }

    @Test
    void flushesBeforeItCloses() throws Exception {
        Pair pair = fixture.pair();
        byte[] bytes = noise(32 * MIB);
        pair.link().tell(write(bytes));
        pair.link().tell(Link.Close.INSTANCE);

        byte[] got = drain(pair.raw());
        pair.raw().close();

        assertThat(got).isEqualTo(bytes);
        assertThat(closed(pair.owner(), LONG)).isEqualTo("closed");
    }

    @Test
    void flushesAlsoWhenBytesOfThePeerAreUnread() throws Exception {
        Pair pair = fixture.pair();
        pair.raw().getOutputStream().write(noise(MIB / 4));
        byte[] bytes = noise(8 * MIB);
        pair.link().tell(write(bytes));
        pair.link().tell(Link.Close.INSTANCE);

        byte[] got = drain(pair.raw());
        pair.raw().close();

        assertThat(got).isEqualTo(bytes);
        assertThat(closed(pair.owner(), LONG)).isEqualTo("closed");
    }

    @Test
    void isGoneAfterFiveSecondsWhenClosedWithAWritePending() throws Exception {
        try (var patient = new NetFixture()) {
            Pair pair = patient.pair();
            stick(pair);
            long start = System.nanoTime();

            pair.link().tell(Link.Close.INSTANCE);

            assertThat(closed(pair.owner(), LONG)).isEqualTo("aborted");
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(4500), Duration.ofMillis(7000));
            assertThatThrownBy(() -> drain(pair.raw())).isInstanceOf(SocketException.class);
            patient.awaitTaken(0);
        }
    }

    @Test
    void isGoneSoonWhenThePeerNeverEndsItsSide() throws Exception {
        Pair pair = fixture.pair();

        pair.link().tell(Link.Close.INSTANCE);

        assertThat(pair.raw().getInputStream().read()).as("it hears at once").isEqualTo(-1);
        pair.owner().expectNoMessage(Duration.ofMillis(200));
        assertThat(closed(pair.owner(), LONG)).isEqualTo("aborted");
        pair.raw().close();
    }

    @Test
    void diesWithItsOwnerButFlushes() throws Exception {
        Pair pair = fixture.pair();
        byte[] bytes = noise(16 * MIB);
        pair.link().tell(write(bytes));

        pair.owner().stop();

        assertThat(drain(pair.raw())).isEqualTo(bytes);
        pair.raw().close();
    }

    @Test
    void isGoneSoonWhenItsOwnerDiesWithAWritePending() throws Exception {
        Pair pair = fixture.pair();
        stick(pair);
        TestProbe<Object> watcher = fixture.testKit.createTestProbe();

        pair.owner().stop();

        watcher.expectTerminated(pair.link(), LONG);
        assertThatThrownBy(() -> drain(pair.raw())).isInstanceOf(SocketException.class);
    }

    @Test
    void resetsAtOnceWhenAborted() throws Exception {
        Pair pair = fixture.pair();
        stick(pair);

        pair.link().tell(Link.Abort.INSTANCE);

        assertThat(closed(pair.owner(), Duration.ofSeconds(2))).isEqualTo("aborted");
        assertThatThrownBy(() -> drain(pair.raw())).isInstanceOf(SocketException.class);
    }

    @Test
    void abortsWhatIsClosing() throws Exception {
        Pair pair = fixture.pair();
        stick(pair);
        pair.link().tell(Link.Close.INSTANCE);

        pair.link().tell(Link.Abort.INSTANCE);

        assertThat(closed(pair.owner(), Duration.ofSeconds(2))).isEqualTo("aborted");
    }

    @Test
    void noticesThatThePeerClosedWhileItReads() throws Exception {
        Pair pair = fixture.pair();
        pair.link().tell(Link.Read.INSTANCE);

        pair.raw().close();

        assertThat(closed(pair.owner(), LONG)).isEqualTo("closed by peer");
        pair.owner().expectNoMessage(Duration.ofMillis(100));
    }

    @Test
    void noticesThatThePeerResetWhileItReads() throws Exception {
        Pair pair = fixture.pair();
        pair.link().tell(Link.Read.INSTANCE);

        pair.raw().setSoLinger(true, 0);
        pair.raw().close();

        assertThat(closed(pair.owner(), LONG)).isEqualTo("reset by peer");
    }

    @Test
    void saysThatADialWasRefused() throws Exception {
        int port;
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = server.getLocalPort();
        }
        var owner = fixture.probe();

        fixture.dial(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), LONG, owner);

        assertThat(closed(owner, LONG)).isEqualTo("connection refused");
        owner.expectNoMessage(Duration.ofMillis(100));
    }

    @Test
    void givesUpADialAtItsTimeout() throws Exception {
        List<SocketChannel> crowd = new ArrayList<>();
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var address = (InetSocketAddress) server.getLocalSocketAddress();
            for (int i = 0; i < 4; i++) { // more than the backlog: the kernel stops answering
                SocketChannel channel = SocketChannel.open();
                channel.configureBlocking(false);
                channel.connect(address);
                crowd.add(channel);
            }
            var owner = fixture.probe();
            long start = System.nanoTime();

            fixture.dial(address, Duration.ofMillis(300), owner);

            assertThat(closed(owner, LONG)).isEqualTo("timed out");
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(280), Duration.ofSeconds(2));
        } finally {
            for (SocketChannel channel : crowd) {
                channel.close();
            }
        }
    }

    @Test
    void keepsBytesInOrderWhenItChangesHands() throws Exception {
        Pair pair = fixture.pair();
        byte[] bytes = noise(4 * MIB);
        var sending = CompletableFuture.runAsync(() -> {
            try {
                pair.raw().getOutputStream().write(bytes);
                pair.raw().close();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        var got = new ByteArrayOutputStream();
        for (int i = 0; i < 3; i++) {
            Bytes some = read(pair);
            got.write(some.array(), some.offset(), some.length());
        }
        var heir = fixture.probe();

        pair.link().tell(new Link.HandOver(heir.ref()));

        Link.Opened opened = opened(heir);
        assertThat(opened.link()).isEqualTo(pair.link());
        assertThat(opened.local().getPort()).isEqualTo(pair.raw().getPort());
        pair.owner().stop();
        while (got.size() < bytes.length) {
            opened.link().tell(Link.Read.INSTANCE);
            Bytes some = heir.expectMessageClass(Link.Received.class, LONG).bytes();
            got.write(some.array(), some.offset(), some.length());
        }
        sending.get(10, TimeUnit.SECONDS);
        assertThat(got.toByteArray()).isEqualTo(bytes);
    }

    @Test
    void answersTheOldOwnersWriteToTheOldOwner() throws Exception {
        Pair pair = fixture.pair();
        stick(pair);
        TestProbe<Link.Event> heir = fixture.probe();

        pair.link().tell(new Link.HandOver(heir.ref()));

        heir.expectNoMessage(Duration.ofMillis(100));
        assertThat(pair.raw().getInputStream().readNBytes(64 * MIB)).hasSize(64 * MIB);
        pair.owner().expectMessage(LONG, Link.Written.INSTANCE);
        opened(heir);
        pair.raw().close();
    }

    @Test
    void diesWithItsNewOwner() throws Exception {
        Pair pair = fixture.pair();
        TestProbe<Link.Event> heir = fixture.probe();
        pair.link().tell(new Link.HandOver(heir.ref()));
        opened(heir);

        heir.stop();

        assertThat(pair.raw().getInputStream().read()).isEqualTo(-1);
        pair.owner().expectNoMessage(Duration.ofMillis(50));
        pair.raw().close();
    }

    @Test
    void joinsSlicesWithoutCopyingThem() {
        byte[] shared = {1, 2, 3, 4, 5, 6};

        ByteString joined = TcpLink.join(List.of(new Bytes(shared, 1, 2), new Bytes(shared, 4, 2)));
        shared[4] = 9;

        assertThat(joined.toArray()).containsExactly(2, 3, 9, 6);
        assertThat(TcpLink.join(List.of()).isEmpty()).isTrue();
    }
}
