package io.bittern.net;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/** One end of a link of a {@link MemoryNetwork}: {@link Link.Command}s from its owner, private messages from the other end. */
final class MemoryLink extends AbstractBehavior<Object> {

    private static final Duration FLUSH = Duration.ofSeconds(5);

    /** Where an end is, and where the other is. */
    record Ends(InetSocketAddress local, InetSocketAddress remote) {}

    private record Join(ActorRef<Object> other) {}

    private record Deliver(byte[] bytes) {}

    private enum Taken {
        INSTANCE
    }

    private record Ended(String reason, boolean reset) {}

    private enum OwnerGone {
        INSTANCE
    }

    private enum FlushTooLate {
        INSTANCE
    }

    private final Ends ends;
    private final MemoryNetwork.Settings settings;
    private final Deque<Bytes> inbox = new ArrayDeque<>();
    private ActorRef<Link.Event> owner;
    private @Nullable ActorRef<Object> other;
    private long unread;
    private boolean owesTaken;
    private boolean reading;
    private boolean writing;
    private boolean closing;
    private @Nullable String ended;

    private MemoryLink(
            ActorContext<Object> context, Ends ends, MemoryNetwork.Settings settings, ActorRef<Link.Event> owner) {
        super(context);
        this.ends = ends;
        this.settings = settings;
        this.owner = owner;
    }

    /** The end that waits for the other. */
    static Behavior<Object> accepted(Ends ends, MemoryNetwork.Settings settings, ActorRef<Link.Event> owner) {
        return Behaviors.setup(context -> new MemoryLink(context, ends, settings, owner));
    }

    /** The end that joins the two: the first that the other hears is its join, before any bytes. */
    static Behavior<Object> dialled(
            Ends ends, MemoryNetwork.Settings settings, ActorRef<Link.Event> owner, ActorRef<Object> far) {
        return Behaviors.setup(context -> {
            far.tell(new Join(context.getSelf()));
            return new MemoryLink(context, ends, settings, owner).join(far);
        });
    }

    @Override
    public Receive<Object> createReceive() {
        return newReceiveBuilder()
                .onMessage(Link.Read.class, read -> read())
                .onMessage(Link.Write.class, write -> write(write.bytes()))
                .onMessage(Link.Close.class, close -> close())
                .onMessage(Link.Abort.class, abort -> end("aborted", "connection reset"))
                .onMessage(Link.HandOver.class, handOver -> handOver(handOver.newOwner()))
                .onMessage(Join.class, join -> join(join.other()))
                .onMessage(Deliver.class, deliver -> deliver(deliver.bytes()))
                .onMessage(Taken.class, taken -> taken())
                .onMessage(Ended.class, this::otherEnded)
                .onMessage(OwnerGone.class, gone -> end("owner gone", "connection reset"))
                .onMessage(FlushTooLate.class, late -> end("not flushed in time", "connection reset"))
                .build();
    }

    private Behavior<Object> join(ActorRef<Object> end) {
        other = end;
        return own();
    }

    private Behavior<Object> own() {
        getContext().watchWith(owner, OwnerGone.INSTANCE);
        owner.tell(new Link.Opened(getContext().getSelf().narrow(), ends.remote(), ends.local()));
        return this;
    }

    private Behavior<Object> handOver(ActorRef<Link.Event> newOwner) {
        if (reading) {
            return misuse("a hand-over with a read outstanding");
        }
        getContext().unwatch(owner);
        owner = newOwner;
        return own();
    }

    private Behavior<Object> read() {
        reading = true;
        return pump();
    }

    private Behavior<Object> deliver(byte[] bytes) {
        if (bytes.length > 0) {
            inbox.add(Bytes.of(bytes));
        }
        unread += bytes.length;
        owesTaken = true;
        return pump();
    }

    /** Hands on what may be handed on: bytes to an owner who reads, room to an end that writes. */
    private Behavior<Object> pump() {
        if (reading && !inbox.isEmpty()) {
            reading = false;
            Bytes first = inbox.remove();
            int length = Math.min(first.length(), settings.longestRead());
            if (length < first.length()) {
                inbox.addFirst(new Bytes(first.array(), first.offset() + length, first.length() - length));
            }
            unread -= length;
            owner.tell(new Link.Received(new Bytes(first.array(), first.offset(), length)));
        }
        if (owesTaken && unread <= settings.window()) {
            owesTaken = false;
            tellOther(Taken.INSTANCE);
        }
        return reading && inbox.isEmpty() && ended != null ? closed(ended) : this;
    }

    private Behavior<Object> write(List<Bytes> bytes) {
        if (writing || closing) {
            return misuse("a write while another is pending, or after a close");
        }
        if (ended != null) {
            return closed(ended);
        }
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        bytes.forEach(part -> joined.write(part.array(), part.offset(), part.length()));
        writing = true;
        tellOther(new Deliver(joined.toByteArray()));
        return this;
    }

    private Behavior<Object> taken() {
        writing = false;
        owner.tell(Link.Written.INSTANCE);
        return closing ? end("closed", "closed by the peer") : this;
    }

    private Behavior<Object> close() {
        if (!writing || ended != null) {
            return end("closed", "closed by the peer");
        }
        closing = true;
        getContext().scheduleOnce(FLUSH, getContext().getSelf(), FlushTooLate.INSTANCE);
        return this;
    }

    private Behavior<Object> otherEnded(Ended end) {
        ended = end.reason();
        if (end.reset()) {
            inbox.clear();
        }
        return writing ? closed(end.reason()) : pump();
    }

    private Behavior<Object> misuse(String what) {
        return end("misuse: " + what, "connection reset");
    }

    private Behavior<Object> end(String reason, String reasonForOther) {
        tellOther(new Ended(reasonForOther, reasonForOther.endsWith("reset")));
        return closed(reason);
    }

    private Behavior<Object> closed(String reason) {
        owner.tell(new Link.Closed(reason));
        return Behaviors.stopped();
    }

    private void tellOther(Object message) {
        if (other != null) {
            other.tell(message);
        }
    }
}
