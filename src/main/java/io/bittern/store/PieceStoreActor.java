package io.bittern.store;

import io.bittern.piece.Bitfield;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;

/**
 * The disk of one torrent: it alone decides which blocks are held and which pieces are verified.
 *
 * <p>States: opening, failed and closing ({@link DisklessActor}), open ({@link StoringActor}). It writes and reads on its own
 * thread; whatever takes long (checks, syncs, preparing files) runs as tasks on its dispatcher beside it.
 */
public final class PieceStoreActor {

    /** What a store can be told. */
    public sealed interface Command {}

    /** Stores blocks that one peer sent, in order; answered by one {@link Stored}. */
    public record Write(List<Block> blocks, int peer, ActorRef<Stored> replyTo) implements Command {

        /** The answer when nothing is taken in. */
        Stored refused() {
            return new Stored(
                    blocks.size(),
                    0,
                    0,
                    blocks.stream().mapToLong(Block::length).sum());
        }
    }

    /** A block as it came: {@code length} bytes of {@code array} from {@code offset}, for an attempt at a piece. */
    public record Block(int piece, int attempt, int begin, byte[] array, int offset, int length) {}

    /**
     * Fills {@code into}, which is the store's until it answers, from a verified piece, for what may be several contiguous
     * requests; answered by one {@link ReadAnswer}.
     */
    public record Read(int piece, int begin, byte[] into, ActorRef<ReadAnswer> replyTo) implements Command {

        /** The answer when there is nothing to give. */
        NoData refused(String reason) {
            return new NoData(piece, begin, into.length, reason);
        }
    }

    /** Asks which blocks of a piece are held; answered by {@link Held}. */
    public record AskHeld(int piece, int attempt) implements Command {}

    /** Hands over the counters to be kept with the next resume state. */
    public record Count(Counters counters) implements Command {}

    /** Checks all data anew, whatever the resume state says; ends with a new {@link Opened}. */
    public enum Recheck implements Command {
        INSTANCE
    }

    /** Flushes, syncs, writes the resume state and stops; answered by {@link Closed}. */
    public record Close(Counters counters, ActorRef<Closed> replyTo) implements Command {}

    enum Flush implements Command {
        INSTANCE
    }

    enum Sync implements Command {
        INSTANCE
    }

    /** How a task of ours ended. */
    sealed interface Outcome extends Command {}

    record Found(Opening.Start start) implements Outcome {}

    record Synced(Snapshot.Synced result) implements Outcome {}

    record Checked(Disk.Checked result) implements Outcome {}

    record Broken(Throwable failure) implements Outcome {}

    /** Bytes of a torrent's life that outlast the process. */
    public record Counters(long downloaded, long uploaded, long wasted) {
        public static final Counters ZERO = new Counters(0, 0, 0);
    }

    /** What became of the blocks of one {@link Write}, in bytes: written, held already, or of an attempt that is over. */
    public record Stored(int blocks, long written, long duplicate, long stale) {}

    /** The answer to a {@link Read}. */
    public sealed interface ReadAnswer {}

    /** The bytes that were asked for: {@code length} bytes of {@code array} from {@code offset}. */
    public record Data(int piece, int begin, byte[] array, int offset, int length) implements ReadAnswer {}

    /** There is nothing to give: the piece is not verified (any more), or the disk failed. */
    public record NoData(int piece, int begin, int length, String reason) implements ReadAnswer {}

    /** The answer to {@link Close}: everything is on the disk, or {@code problem} says what is not. */
    public record Closed(Optional<String> problem) {}

    /** What a store tells its torrent. */
    public sealed interface Event {}

    /** How far the check at the start has come, in bytes. */
    public record Checking(long done, long total) implements Event {}

    /** The store is ready: these pieces are verified, these blocks of other pieces are held, by piece. */
    public record Opened(Bitfield verified, Map<Integer, Bitfield> held, Counters counters) implements Event {}

    /** The last block of a piece came, its hash is right and its bytes are written. */
    public record Verified(int piece) implements Event {}

    /** Stands among peers for whoever sent blocks that were held before this run. */
    public static final int NOBODY = -1;

    /**
     * The last block of a piece came and its hash is wrong; these peers sent the blocks, {@link #NOBODY} some of them. The
     * next attempt has begun.
     */
    public record Rejected(int piece, int attempt, Set<Integer> suspects) implements Event {}

    /** The next good copy of a rejected piece showed that these peers sent other bytes. */
    public record Lied(int piece, Set<Integer> peers) implements Event {}

    /** Pieces that were verified are no longer so on the disk. */
    public record Damaged(Bitfield pieces) implements Event {}

    /** Which blocks of a piece are held; with {@code attempt} behind the store's own, or the piece verified, the answer is moot. */
    public record Held(int piece, int attempt, Bitfield blocks) implements Event {}

    /** The disk cannot be used; the store has stopped working and has stored nothing since. */
    public record Failed(Trouble trouble, String reason) implements Event {}

    /** Kinds of trouble with a disk. */
    public enum Trouble {
        NO_SPACE,
        NOT_FOUND,
        WRONG_KIND,
        DENIED,
        IO
    }

    private PieceStoreActor() {}

    /** A store that begins by finding out what is on the disk; spawn it on a dispatcher for blocking work. */
    public static Behavior<Command> create(StoreSettings settings, ActorRef<Event> torrent) {
        return DisklessActor.create(settings, torrent);
    }
}
