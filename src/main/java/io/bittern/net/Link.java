package io.bittern.net;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * The protocol of an ordered byte stream to a peer (TCP; later uTP, or either one encrypted) and its current owner.
 *
 * <p>Reading is by pull: one {@link Read} gives at most one {@link Received}. Writing is one at a time: after a
 * {@link Write} the owner waits for {@link Written}. A link that was closed by either side ends with one
 * {@link Closed}, also when it never opened. The remote end's close is noticed only while a read is asked for.
 */
public final class Link {

    private Link() {}

    /** What a link can be told. */
    public sealed interface Command {}

    /** Asks for the next bytes: one {@link Received}. */
    public enum Read implements Command {
        INSTANCE
    }

    /** Writes all of it in order, answered by one {@link Written}, before which nobody may change them: they are not copied. */
    public record Write(List<Bytes> bytes) implements Command {}

    /**
     * Flushes what is being written, ends our side, and lets the other side end its own; after 5 s the link is aborted.
     * What still comes in is thrown away. {@link Closed} follows when the socket is gone; nobody needs to wait for it.
     */
    public enum Close implements Command {
        INSTANCE
    }

    /** Closes at once with a reset: for the hostile, and for what will not be flushed. */
    public enum Abort implements Command {
        INSTANCE
    }

    /**
     * Gives the link to a new owner, who hears {@link Opened} next; allowed only while no read is outstanding. A write
     * under way is still answered to the old owner, and {@link Opened} comes after it.
     */
    public record HandOver(ActorRef<Event> newOwner) implements Command {}

    /** What a link tells its owner. */
    public sealed interface Event {}

    /** The link stands and is the receiver's. */
    public record Opened(ActorRef<Command> link, InetSocketAddress remote, InetSocketAddress local) implements Event {}

    /** Bytes came in; the array may be larger than the slice, and holding the slice holds all of it. */
    public record Received(Bytes bytes) implements Event {}

    /** The last write has been handed to the kernel. */
    public enum Written implements Event {
        INSTANCE
    }

    /** The last event of a link: it is gone, or could not be opened. */
    public record Closed(String reason) implements Event {}

    /** The last event of a link that was not opened, since all connections that there may be are there. */
    public enum Crowded implements Event {
        INSTANCE
    }

    /** Opens links: the real one is the network, tests have one in memory. */
    @FunctionalInterface
    public interface Dialer {

        /** Opens a link; the owner hears {@link Opened}, or {@link Closed} at the timeout at the latest, or {@link Crowded}. */
        void dial(InetSocketAddress remote, Duration timeout, ActorRef<Event> owner);
    }
}
