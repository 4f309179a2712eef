package io.bittern.peer;

import static io.bittern.peer.Conversation.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.PeerId;
import io.bittern.metainfo.PieceSizes;
import io.bittern.net.ByteBudget;
import io.bittern.net.Bytes;
import io.bittern.net.Link;
import io.bittern.net.RateLimit;
import io.bittern.peer.PeerActor.Fault;
import io.bittern.piece.Bitfield;
import io.bittern.piece.Lease;
import io.bittern.store.PieceStoreActor;
import io.bittern.wire.FrameDecoder;
import io.bittern.wire.FrameEncoder;
import io.bittern.wire.Handshake;
import io.bittern.wire.PeerMessage;
import io.bittern.wire.WireException;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.FishingOutcome;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PeerActorTest {

    private static final ActorTestKit testKit = ActorTestKit.create(ManualTime.config());
    private static final ManualTime time = ManualTime.get(testKit.system());
    private static final InetSocketAddress REMOTE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 6881);
    private static final InfoHash HASH = InfoHash.fromHex("0123456789abcdef0123456789abcdef01234567");
    private static final PeerId SELF = PeerId.random(new Random(1));
    private static final PeerId THEM = PeerId.random(new Random(2));
    private static final PieceSizes SIZES = new PieceSizes(8L * BLOCK, 4 * BLOCK);
    private static final Bytes NOTHING = Bytes.of(new byte[0]);

    private final AtomicLong clock = new AtomicLong(1_000_000_000_000L);
    private final ByteBudget budget = new ByteBudget(4 << 20);
    private final TestProbe<PeerActor.Event> torrent = testKit.createTestProbe();
    private final TestProbe<PieceStoreActor.Command> store = testKit.createTestProbe();
    private final TestProbe<Link.Command> link = testKit.createTestProbe();
    private final TestProbe<ActorRef<Link.Event>> dialed = testKit.createTestProbe();
    private final TestProbe<Object> unhandled = unhandled();

    @SuppressWarnings("unchecked") // the probe hears every kind of message
    private static TestProbe<Object> unhandled() {
        return (TestProbe<Object>) (TestProbe<?>) testKit.createUnhandledMessageProbe();
    }

    @AfterAll
    static void shutDown() {
        testKit.shutdownTestKit();
    }

    @AfterEach
    void leavesNoMessageUnhandled() {
        time.expectNoMessageFor(Duration.ZERO, unhandled);
    }

    @Nested
    class Dialling {

        private final ActorRef<PeerActor.Command> peer =
                testKit.spawn(PeerActor.dial(3, REMOTE, environment(), torrent.ref()));
        private final ActorRef<Link.Event> owner = dialed.receiveMessage();

        @Test
        void isUnreachableWhenTheDialFails() {
            owner.tell(new Link.Closed("connection refused"));
            torrent.expectMessage(new PeerActor.Gone(3, Fault.UNREACHABLE, "connection refused"));
            dialed.expectTerminated(peer);
        }

        @Test
        void isNotToBlameWhenThereIsNoRoom() {
            owner.tell(Link.Crowded.INSTANCE);
            torrent.expectMessage(new PeerActor.Gone(3, Fault.CROWDED, "no free connection slot"));
        }

        @Test
        void givesUpWhenTheDialerNeverAnswers() {
            pass(25);
            torrent.expectMessage(new PeerActor.Gone(3, Fault.UNREACHABLE, "no connection in time"));
        }

        @Test
        void obeysADisconnect() {
            peer.tell(new PeerActor.Disconnect("not needed", false));
            torrent.expectMessage(new PeerActor.Gone(3, Fault.NONE, "not needed"));
        }

        @Test
        void sendsItsHandshakeAtOnceAndJoinsWhenBothAreDone() {
            opens();
            owner.tell(new Link.Received(Bytes.of(handshake(HASH, THEM))));
            torrent.expectNoMessage(Duration.ofMillis(20));
            owner.tell(Link.Written.INSTANCE);
            torrent.expectMessage(new PeerActor.Joined(3, peer, THEM, REMOTE));
            link.expectNoMessage(Duration.ofMillis(20));
        }

        @Test
        void readsAHandshakeInPieces() {
            opens();
            owner.tell(Link.Written.INSTANCE);
            byte[] handshake = handshake(HASH, THEM);
            owner.tell(new Link.Received(new Bytes(handshake, 0, 50)));
            link.expectMessage(Link.Read.INSTANCE);
            owner.tell(new Link.Received(new Bytes(handshake, 50, 18)));
            torrent.expectMessageClass(PeerActor.Joined.class);
        }

        @Test
        void isUnreachableWhenTheHandshakeDoesNotCome() {
            opens();
            pass(9);
            torrent.expectNoMessage(Duration.ofMillis(20));
            pass(1);
            torrent.expectMessage(new PeerActor.Gone(3, Fault.UNREACHABLE, "no handshake in time"));
            link.expectMessage(Link.Close.INSTANCE);
        }

        @Test
        void isUnreachableWhenThePeerHangsUpBeforeItsHandshake() {
            opens();
            owner.tell(new Link.Closed("closed by the peer"));
            torrent.expectMessage(new PeerActor.Gone(3, Fault.UNREACHABLE, "closed by the peer"));
            link.expectNoMessage(Duration.ofMillis(20));
        }

        @Test
        void knowsItself() {
            opens();
            owner.tell(Link.Written.INSTANCE);
            owner.tell(new Link.Received(Bytes.of(handshake(HASH, SELF))));
            torrent.expectMessage(new PeerActor.Gone(3, Fault.SELF, "connected to ourselves"));
            link.expectMessage(Link.Close.INSTANCE);
        }

        @Test
        void hangsUpOnAnotherTorrent() {
            opens();
            owner.tell(new Link.Received(Bytes.of(handshake(InfoHash.of(new byte[InfoHash.LENGTH]), THEM))));
            torrent.expectMessage(new PeerActor.Gone(3, Fault.PROTOCOL, "the handshake is for another torrent"));
            link.expectMessage(Link.Abort.INSTANCE);
        }

        @Test
        void hangsUpOnWhatIsNoHandshake() {
            opens();
            owner.tell(new Link.Received(Bytes.of("GET / HTTP/1.1".getBytes(StandardCharsets.US_ASCII))));
            assertThat(torrent.expectMessageClass(PeerActor.Gone.class).fault()).isEqualTo(Fault.PROTOCOL);
            link.expectMessage(Link.Abort.INSTANCE);
        }

        @Test
        void goesWhenTheTorrentDoesNotStartIt() {
            opens();
            owner.tell(Link.Written.INSTANCE);
            owner.tell(new Link.Received(Bytes.of(handshake(HASH, THEM))));
            torrent.expectMessageClass(PeerActor.Joined.class);
            pass(10);
            torrent.expectMessage(new PeerActor.Gone(3, Fault.NONE, "not wanted in time"));
            link.expectMessage(Link.Close.INSTANCE);
        }

        private void opens() {
            owner.tell(new Link.Opened(link.ref(), REMOTE, REMOTE));
            assertThat(bytes(link.expectMessageClass(Link.Write.class))).isEqualTo(ours());
            link.expectMessage(Link.Read.INSTANCE);
        }
    }

    @Nested
    class Accepting {

        @Test
        void takesTheLinkOverAndAnswersTheHandshake() {
            byte[] handshake = handshake(HASH, THEM);
            ActorRef<PeerActor.Command> peer = testKit.spawn(
                    PeerActor.accept(4, opened(), new Bytes(handshake, 0, 48), environment(), torrent.ref()));
            ActorRef<Link.Event> owner =
                    link.expectMessageClass(Link.HandOver.class).newOwner();
            link.expectNoMessage(Duration.ofMillis(20));

            owner.tell(opened());
            assertThat(bytes(link.expectMessageClass(Link.Write.class))).isEqualTo(ours());
            link.expectMessage(Link.Read.INSTANCE);
            owner.tell(Link.Written.INSTANCE);
            owner.tell(new Link.Received(new Bytes(handshake, 48, 20)));

            torrent.expectMessage(new PeerActor.Joined(4, peer, THEM, REMOTE));
        }

        @Test
        void hearsWhatCameWithTheHandshake() {
            byte[] early = join(handshake(HASH, THEM), FrameEncoder.encode(new PeerMessage.Have(1)), new byte[] {0, 0});
            ActorRef<PeerActor.Command> peer = joined(early);

            peer.tell(new PeerActor.Start(new Bitfield(2)));

            torrent.expectMessage(new PeerActor.Has(4, List.of(1)));
            link.expectMessage(Link.Read.INSTANCE);
        }

        /** A peer that has dialled us and sent this before it was let in. */
        private ActorRef<PeerActor.Command> joined(byte[] early) {
            ActorRef<PeerActor.Command> peer =
                    testKit.spawn(PeerActor.accept(4, opened(), Bytes.of(early), environment(), torrent.ref()));
            ActorRef<Link.Event> owner =
                    link.expectMessageClass(Link.HandOver.class).newOwner();
            owner.tell(opened());
            link.expectMessageClass(Link.Write.class);
            owner.tell(Link.Written.INSTANCE);
            torrent.expectMessageClass(PeerActor.Joined.class);
            return peer;
        }

        @Test
        void hangsUpOnAFaultThatCameWithTheHandshake() {
            byte[] early = join(handshake(HASH, THEM), new byte[] {-1, -1, -1, -1});
            ActorRef<PeerActor.Command> peer = joined(early);

            peer.tell(new PeerActor.Start(new Bitfield(2)));

            assertThat(torrent.expectMessageClass(PeerActor.Gone.class).fault()).isEqualTo(Fault.PROTOCOL);
            link.expectMessage(Link.Abort.INSTANCE);
            dialed.expectTerminated(peer);
            link.expectNoMessage(Duration.ofMillis(20));
        }

        @Test
        void hangsUpOnAFaultOfWhomItShouldLearnFrom() {
            byte[] theirs = new Handshake(Handshake.EXTENSIONS, HASH, THEM).encode();
            byte[] early = join(theirs, new byte[] {-1, -1, -1, -1});
            ActorRef<PeerActor.Command> peer = joined(early);

            peer.tell(PeerActor.Learn.INSTANCE);

            assertThat(torrent.expectMessageClass(PeerActor.Gone.class).fault()).isEqualTo(Fault.PROTOCOL);
            link.expectMessage(Link.Abort.INSTANCE);
            dialed.expectTerminated(peer);
        }

        @Test
        void closesTheLinkThatNeverComesOver() {
            testKit.spawn(PeerActor.accept(4, opened(), NOTHING, environment(), torrent.ref()));
            link.expectMessageClass(Link.HandOver.class);
            pass(10);
            torrent.expectMessage(new PeerActor.Gone(4, Fault.UNREACHABLE, "no connection in time"));
            link.expectMessage(Link.Close.INSTANCE);
        }
    }

    @Nested
    class Talking {

        private final TestProbe<Standing> standings = testKit.createTestProbe();
        private ActorRef<PeerActor.Command> peer =
                testKit.spawn(PeerActor.dial(3, REMOTE, environment(), torrent.ref()));
        private final ActorRef<Link.Event> owner = dialed.receiveMessage();

        @BeforeEach
        void begins() {
            owner.tell(opened());
            link.expectMessageClass(Link.Write.class);
            link.expectMessage(Link.Read.INSTANCE);
            owner.tell(Link.Written.INSTANCE);
            owner.tell(new Link.Received(Bytes.of(handshake(HASH, THEM))));
            torrent.expectMessageClass(PeerActor.Joined.class);
            Bitfield verified = new Bitfield(2);
            verified.set(0);
            peer.tell(new PeerActor.Start(verified));
            assertThat(written()).containsExactly("Bits");
            link.expectMessage(Link.Read.INSTANCE);
            owner.tell(Link.Written.INSTANCE);
        }

        @Test
        void fetchesALease() {
            fetches(new Lease(1, 0, 0, 2));

            says(block(1, 0), block(1, 1));
            PieceStoreActor.Write write = store.expectMessageClass(PieceStoreActor.Write.class);
            assertThat(write.peer()).isEqualTo(3);
            assertThat(write.blocks()).hasSize(2);
            assertThat(budget.taken()).isEqualTo(2 * BLOCK);

            write.replyTo().tell(new PieceStoreActor.Stored(2, 2 * BLOCK, 0, 0));
            torrent.expectMessage(new PeerActor.Traffic(3, 2 * BLOCK, 0, 0));
            torrent.expectMessage(new PeerActor.Fetched(3, new Lease(1, 0, 0, 2)));
            assertThat(budget.taken()).isZero();
        }

        @Test
        void tellsTheStoreOfBlocksBeforeTheTorrentHearsOfTheRest() {
            fetches(new Lease(1, 0, 0, 2));
            says(block(1, 0), PeerMessage.Choke.INSTANCE);

            torrent.expectMessage(new PeerActor.Returned(3, List.of(new Lease(1, 0, 0, 2))));
            store.expectMessageClass(PieceStoreActor.Write.class, Duration.ofMillis(1));
        }

        @Test
        void servesARequest() {
            peer.tell(new PeerActor.Unchoke(true));
            assertThat(written()).containsExactly("Unchoke");
            owner.tell(Link.Written.INSTANCE);
            says(new PeerMessage.Request(0, BLOCK, BLOCK), new PeerMessage.Request(0, 2 * BLOCK, 100));

            PieceStoreActor.Read read = store.expectMessageClass(PieceStoreActor.Read.class);
            assertThat(read.into().length).isEqualTo(BLOCK + 100);
            read.replyTo().tell(new PieceStoreActor.Data(0, BLOCK, new byte[BLOCK + 100], 0, BLOCK + 100));

            assertThat(written()).containsExactly("Block 0 16384");
            owner.tell(Link.Written.INSTANCE);
            torrent.expectMessage(new PeerActor.Traffic(3, 0, 0, BLOCK));
            assertThat(written()).containsExactly("Block 0 32768");
        }

        @Test
        void saysWhatTheTorrentWants() {
            peer.tell(new PeerActor.Interest(true));
            assertThat(written()).containsExactly("Interested");
            peer.tell(new PeerActor.Have(1));
            peer.tell(new PeerActor.Unchoke(true));
            standing();
            owner.tell(Link.Written.INSTANCE);
            assertThat(written()).containsExactly("Have[piece=1]", "Unchoke");
        }

        @Test
        void revokesALease() {
            fetches(new Lease(1, 0, 0, 2));
            peer.tell(new PeerActor.Revoke(List.of(new Lease(1, 0, 0, 2))));
            assertThat(written())
                    .containsExactly(
                            "Cancel[piece=1, begin=0, length=16384]", "Cancel[piece=1, begin=16384, length=16384]");
            assertThat(budget.taken()).isZero();
        }

        @Test
        void tellsItsStanding() {
            says(PeerMessage.Interested.INSTANCE, new PeerMessage.Have(0), new PeerMessage.Have(1));
            torrent.expectMessageClass(PeerActor.Has.class);
            torrent.expectMessage(new PeerActor.Interested(3, true));
            clock.addAndGet(Duration.ofSeconds(5).toNanos());
            assertThat(standing()).isEqualTo(new Standing(3, true, false, false, 0, 0, 0, 5, true));
        }

        @Test
        void returnsItsLeasesAfterTwentySecondsAndIsSnubbedAfterSixty() {
            fetches(new Lease(1, 0, 0, 2));
            pass(20);
            torrent.expectMessage(new PeerActor.Returned(3, List.of(new Lease(1, 0, 0, 2))));
            torrent.expectMessage(new PeerActor.Wants(3, 1, false));
            assertThat(standing().snubbed()).isFalse();
            pass(40);
            assertThat(standing().snubbed()).isTrue();
        }

        @Test
        void aDiskThatStallsForNinetySecondsSnubsNobody() {
            fetches(new Lease(1, 0, 0, 4), new Lease(0, 0, 0, 4));
            says(
                    block(1, 0),
                    block(1, 1),
                    block(1, 2),
                    block(1, 3),
                    block(0, 0),
                    block(0, 1),
                    block(0, 2),
                    block(0, 3));
            store.expectMessageClass(PieceStoreActor.Write.class);
            torrent.expectMessageClass(PeerActor.Traffic.class);
            for (int i = 0; i < 9; i++) {
                pass(10);
                says(PeerMessage.KeepAlive.INSTANCE);
            }
            assertThat(standing().snubbed()).isFalse();
        }

        @Test
        void keepsTheConnectionAlive() {
            standing();
            pass(60);
            says(PeerMessage.KeepAlive.INSTANCE);
            pass(40);
            assertThat(written()).containsExactly("KeepAlive");
        }

        @Test
        void goesAfterTwoMinutesOfSilence() {
            pass(119);
            torrent.expectNoMessage(Duration.ofMillis(20));
            pass(1);
            torrent.expectMessage(new PeerActor.Gone(3, Fault.NONE, "silent for too long"));
            link.fishForMessage(Duration.ofSeconds(3), command -> command == Link.Close.INSTANCE ? stop() : skip());
        }

        @Test
        void hangsUpOnAFault() {
            fetches(new Lease(1, 0, 0, 2));
            hears(block(1, 0), new PeerMessage.Request(0, 0, 1 << 20));

            torrent.expectMessage(new PeerActor.Traffic(3, BLOCK, 0, 0));
            assertThat(torrent.expectMessageClass(PeerActor.Gone.class).fault()).isEqualTo(Fault.PROTOCOL);
            assertThat(store.expectMessageClass(PieceStoreActor.Write.class).blocks())
                    .hasSize(1);
            link.fishForMessage(Duration.ofSeconds(3), command -> command == Link.Abort.INSTANCE ? stop() : skip());
            dialed.expectTerminated(peer);
            assertThat(budget.taken()).isZero();
        }

        @Test
        void goesWithThePeer() {
            fetches(new Lease(1, 0, 0, 2));
            owner.tell(new Link.Closed("connection reset"));
            torrent.expectMessage(new PeerActor.Gone(3, Fault.NONE, "connection reset"));
            dialed.expectTerminated(peer);
            link.expectNoMessage(Duration.ofMillis(20));
            assertThat(budget.taken()).isZero();
        }

        @Test
        void closesInOrderWhenToldTo() {
            fetches(new Lease(1, 0, 0, 2));
            peer.tell(new PeerActor.Disconnect("stopping", false));
            torrent.expectMessage(new PeerActor.Gone(3, Fault.NONE, "stopping"));
            link.expectMessage(Link.Close.INSTANCE);
            dialed.expectTerminated(peer);
            assertThat(budget.taken()).isZero();
        }

        @Test
        void abortsTheHostileWhenToldTo() {
            peer.tell(new PeerActor.Disconnect("lied", true));
            torrent.expectMessage(new PeerActor.Gone(3, Fault.NONE, "lied"));
            link.expectMessage(Link.Abort.INSTANCE);
        }

        @Test
        void givesTheBudgetBackWhenItCrashes() {
            fetches(new Lease(1, 0, 0, 2));
            says(block(1, 0));
            store.expectMessageClass(PieceStoreActor.Write.class);
            assertThat(budget.taken()).isEqualTo(2 * BLOCK);

            peer.tell(new PeerActor.Have(99));

            dialed.expectTerminated(peer);
            link.expectMessage(Link.Close.INSTANCE);
            assertThat(budget.taken()).isZero();
        }

        private void fetches(Lease... leases) {
            peer.tell(new PeerActor.Interest(true));
            assertThat(written()).containsExactly("Interested");
            owner.tell(Link.Written.INSTANCE);
            says(PeerMessage.Unchoke.INSTANCE);
            torrent.expectMessage(new PeerActor.Wants(3, 13, false));
            peer.tell(new PeerActor.Grant(List.of(leases)));
            assertThat(written())
                    .hasSize(Arrays.stream(leases).mapToInt(Lease::blocks).sum());
            owner.tell(Link.Written.INSTANCE);
        }

        /** The peer says this in one read, and the actor asks for more. */
        private void says(PeerMessage... messages) {
            hears(messages);
            link.expectMessage(Link.Read.INSTANCE);
        }

        private void hears(PeerMessage... messages) {
            owner.tell(new Link.Received(Bytes.of(FrameEncoder.encode(List.of(messages)))));
        }

        /** Lets time pass in steps, each seen by the actor before the next. */
        private void pass(int seconds) {
            for (int left = seconds; left > 0; left -= 10) {
                standing();
                PeerActorTest.this.pass(Math.min(left, 10));
            }
        }

        private Standing standing() {
            peer.tell(new PeerActor.TellStanding(standings.ref()));
            return standings.receiveMessage();
        }

        private List<String> written() {
            try {
                byte[] bytes = bytes(link.expectMessageClass(Link.Write.class));
                FrameDecoder decoder = new FrameDecoder(SIZES.count(), FrameDecoder.MAX_BLOCK);
                decoder.feed(bytes, 0, bytes.length);
                List<String> texts = new ArrayList<>();
                for (PeerMessage message = decoder.next(); message != null; message = decoder.next()) {
                    texts.add(text(message));
                }
                return texts;
            } catch (WireException wrong) {
                throw new AssertionError(wrong);
            }
        }
    }

    private static FishingOutcome stop() {
        return FishingOutcomes.complete();
    }

    private static FishingOutcome skip() {
        return FishingOutcomes.continueAndIgnore();
    }

    private PeerActor.Environment environment() {
        Link.Dialer dialer = (remote, timeout, owner) -> dialed.ref().tell(owner);
        PeerActor.Limits limits = new PeerActor.Limits(budget, RateLimit.unlimited(), RateLimit.unlimited());
        return new PeerActor.Environment(
                HASH,
                SELF,
                SIZES,
                dialer,
                store.ref(),
                limits,
                Conversation.settings(clock::get),
                Conversation.encounter(false, false).introduction());
    }

    private Link.Opened opened() {
        return new Link.Opened(link.ref(), REMOTE, REMOTE);
    }

    private void pass(int seconds) {
        clock.addAndGet(Duration.ofSeconds(seconds).toNanos());
        time.timePasses(Duration.ofSeconds(seconds));
    }

    private static byte[] ours() {
        return new Handshake(Handshake.EXTENSIONS | Handshake.FAST, HASH, SELF).encode();
    }

    private static byte[] handshake(InfoHash hash, PeerId id) {
        return new Handshake(0, hash, id).encode();
    }

    private static PeerMessage.Block block(int piece, int block) {
        return new PeerMessage.Block(piece, block * BLOCK, new byte[BLOCK], 0, BLOCK);
    }

    private static String text(PeerMessage message) {
        if (message instanceof PeerMessage.Block block) {
            return "Block " + block.piece() + " " + block.begin();
        }
        return message instanceof PeerMessage.Bits || message instanceof Enum<?>
                ? message.getClass().getSimpleName()
                : message.toString();
    }

    private static byte[] bytes(Link.Write write) {
        return join(write.bytes().stream()
                .map(part -> Arrays.copyOfRange(part.array(), part.offset(), part.offset() + part.length()))
                .toArray(byte[][]::new));
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
