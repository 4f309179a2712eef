package io.bittern.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.PieceSizes;
import io.bittern.net.ByteBudget;
import io.bittern.net.Bytes;
import io.bittern.net.RateLimit;
import io.bittern.piece.Bitfield;
import io.bittern.piece.Lease;
import io.bittern.store.PieceStoreActor;
import io.bittern.wire.FrameDecoder;
import io.bittern.wire.FrameEncoder;
import io.bittern.wire.PeerMessage;
import io.bittern.wire.WireException;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** A session with everything around it in the test's hands: does what the actor does, with a clock that only the test moves. */
final class Conversation {

    static final int BLOCK = PieceSizes.BLOCK;

    /** Metadata of three pieces, the last of which is short. */
    static final byte[] INFO = new byte[2 * BLOCK + 10];

    static final InfoHash TORRENT = InfoHash.of(new byte[InfoHash.LENGTH]);
    static final InetAddress REMOTE = new InetSocketAddress("127.0.0.9", 1).getAddress();

    private static final int MOST_TICKS = 100_000;

    final ByteBudget budget;
    final PieceSizes sizes;
    final PeerSession session;

    /** What the session told the torrent. */
    final List<PeerActor.Event> events = new ArrayList<>();

    /** What it said to the peer, as far as it was written. */
    final List<PeerMessage> said = new ArrayList<>();

    /** What it wrote to the store, one list a write. */
    final List<List<PieceStoreActor.Block>> stored = new ArrayList<>();

    /** What it asked the store for. */
    final List<Outbox.Span> reads = new ArrayList<>();

    long now = 1_000_000_000_000L;

    /** Whether it has asked for bytes. */
    boolean reading;

    /** Whether the link takes what is written at once. */
    boolean linkFlows = true;

    /** Whether the store answers every write at once. */
    boolean storeFlows = true;

    boolean silentTooLong;
    int writes;
    private boolean writing;

    Conversation(PieceSizes sizes, ByteBudget budget, RateLimit download, RateLimit upload) {
        this.sizes = sizes;
        this.budget = budget;
        session = new PeerSession(
                encounter(false, false), sizes, new PeerActor.Limits(budget, download, upload), settings(), now);
    }

    /** One as above, with extensions. */
    Conversation(PieceSizes sizes, ByteBudget budget, Encounter with) {
        this.sizes = sizes;
        this.budget = budget;
        session = new PeerSession(
                with,
                sizes,
                new PeerActor.Limits(budget, RateLimit.unlimited(), RateLimit.unlimited()),
                settings(),
                now);
    }

    static Encounter encounter(boolean fast, boolean extended) {
        return encounter(fast, extended, false, Optional.empty());
    }

    /** @param bothHave whether the peer is a node of the DHT, as we are */
    static Encounter encounter(boolean fast, boolean extended, boolean bothHave, Optional<Introduction.DhtNode> ours) {
        return new Encounter(
                7, REMOTE, fast, extended, bothHave, TORRENT, new Introduction("Bittern test", 6881, INFO, true, ours));
    }

    /** One like {@link #usual}, with a peer that knows the Fast extension and the extension protocol, not begun. */
    static Conversation fast() {
        return new Conversation(
                new PieceSizes(63L * 16 * BLOCK + 15 * BLOCK + 100, 16 * BLOCK),
                new ByteBudget(1 << 30),
                encounter(true, true));
    }

    /** One with 64 pieces of 16 blocks, the last of which has a last block of 100 bytes, without limits, begun with nothing verified. */
    static Conversation usual() {
        return of(1 << 30, RateLimit.unlimited(), RateLimit.unlimited());
    }

    static Conversation of(long budget, RateLimit download, RateLimit upload) {
        PieceSizes sizes = new PieceSizes(63L * 16 * BLOCK + 15 * BLOCK + 100, 16 * BLOCK);
        Conversation conversation = new Conversation(sizes, new ByteBudget(budget), download, upload);
        conversation.start();
        return conversation;
    }

    static PeerSettings settings() {
        return settings(() -> 0);
    }

    static PeerSettings settings(LongSupplier nanoTime) {
        return new PeerSettings(
                Duration.ofSeconds(15),
                Duration.ofSeconds(10),
                Duration.ofSeconds(100),
                Duration.ofSeconds(120),
                Duration.ofSeconds(20),
                Duration.ofSeconds(60),
                2000,
                500,
                128 << 10,
                nanoTime);
    }

    static Lease lease(int piece, int firstBlock, int blocks) {
        return new Lease(piece, 0, firstBlock, blocks);
    }

    void start(Integer... verified) {
        Bitfield have = new Bitfield(sizes.count());
        Arrays.asList(verified).forEach(have::set);
        session.start(have);
        settle();
    }

    /** The peer says all this in one read. */
    void hear(PeerMessage... messages) throws WireException {
        hear(FrameEncoder.encode(List.of(messages)));
    }

    void hear(byte[] bytes) throws WireException {
        assertThat(reading).as("reads what the peer says").isTrue();
        reading = false;
        session.received(Bytes.of(bytes), now);
        settle();
    }

    /** The peer unchokes us, the torrent is interested, and grants this when asked. */
    void granted(Lease... leases) throws WireException {
        interest(true);
        hear(PeerMessage.Unchoke.INSTANCE);
        grant(leases);
    }

    void interest(boolean interested) {
        told(new PeerActor.Interest(interested));
    }

    void grant(Lease... leases) {
        told(new PeerActor.Grant(List.of(leases)));
    }

    void revoke(Lease... leases) {
        told(new PeerActor.Revoke(List.of(leases)));
    }

    void unchoke(boolean unchoked) {
        told(new PeerActor.Unchoke(unchoked));
    }

    void have(int piece) {
        told(new PeerActor.Have(piece));
    }

    /** The torrent says something. */
    void told(PeerActor.Command command) {
        assertThat(session.told(command))
                .as("%s is for a conversation", command)
                .isTrue();
        settle();
    }

    Standing standing() {
        return session.standing(now);
    }

    /** The store answers its oldest write: all of it was missing. */
    void storeAnswers(int blocks, long bytes) {
        session.stored(new PieceStoreActor.Stored(blocks, bytes, 0, 0));
        settle();
    }

    /** The store answers a read with zeros. */
    void data(Outbox.Span span) {
        session.read(
                new PieceStoreActor.Data(span.piece(), span.begin(), new byte[span.length() + 3], 3, span.length()));
        settle();
    }

    void linkTakes() {
        writing = false;
        session.written(now);
        settle();
    }

    /** Time passes, with ticks when the session asked for them. */
    void pass(Duration time) {
        long until = now + time.toNanos();
        int ticks = 0;
        for (long next = session.deadline(now); next <= until; next = session.deadline(now)) {
            assertThat(++ticks).as("ticks").isLessThan(MOST_TICKS);
            now = Math.max(now + 1, next);
            silentTooLong |= !session.tick(now);
            settle();
            if (silentTooLong) {
                break;
            }
        }
        now = Math.max(now, until);
    }

    void settle() {
        session.settle(now);
        List<PieceStoreActor.Block> blocks = session.takeBlocks();
        if (!blocks.isEmpty()) {
            stored.add(blocks);
        }
        List<Bytes> write = session.takeWrite(now);
        if (!write.isEmpty()) {
            assertThat(writing).as("writes one at a time").isFalse();
            writing = true;
            writes++;
            said.addAll(decode(write));
        }
        if (session.takePull(now)) {
            assertThat(reading).as("reads one at a time").isFalse();
            reading = true;
        }
        events.addAll(session.takeEvents());
        for (Outbox.Span span = session.takeRead(); span != null; span = session.takeRead()) {
            reads.add(span);
        }
        if (!blocks.isEmpty() && storeFlows) {
            storeAnswers(
                    blocks.size(),
                    blocks.stream().mapToLong(PieceStoreActor.Block::length).sum());
        }
        if (writing && linkFlows) {
            linkTakes();
        }
    }

    /** The block that answers a request, of zeros. */
    PeerMessage.Block block(int piece, int block) {
        int length = sizes.blockLength(piece, block);
        return new PeerMessage.Block(piece, block * BLOCK, new byte[length], 0, length);
    }

    PeerMessage.Block answer(PeerMessage.Request request) {
        return block(request.piece(), request.begin() / BLOCK);
    }

    <T> List<T> events(Class<T> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    <T extends PeerMessage> List<T> said(Class<T> type) {
        return said.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** What was said since the last call, of one type. */
    <T extends PeerMessage> List<T> saidNow(Class<T> type) {
        List<T> of = said(type);
        said.clear();
        return of;
    }

    private List<PeerMessage> decode(List<Bytes> write) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        write.forEach(part -> bytes.write(part.array(), part.offset(), part.length()));
        FrameDecoder decoder = new FrameDecoder(sizes.count(), FrameDecoder.MAX_BLOCK);
        decoder.feed(bytes.toByteArray(), 0, bytes.size());
        List<PeerMessage> messages = new ArrayList<>();
        try {
            for (PeerMessage message = decoder.next(); message != null; message = decoder.next()) {
                messages.add(message);
            }
        } catch (WireException wrong) {
            throw new AssertionError("says what nobody may say", wrong);
        }
        return messages;
    }
}
