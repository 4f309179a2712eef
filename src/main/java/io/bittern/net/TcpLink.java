package io.bittern.net;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.apache.pekko.actor.AbstractActorWithTimers;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.Terminated;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.io.Tcp;
import org.apache.pekko.io.TcpMessage;
import org.apache.pekko.util.ByteString;
import org.apache.pekko.util.ByteStringBuilder;
import org.jspecify.annotations.Nullable;
import scala.concurrent.duration.FiniteDuration;

/**
 * A {@link Link} over TCP; classic, because Pekko names a connection only by the sender of its messages.
 *
 * <p>States: dialling, open, closing, stopped. The owner hears {@link Link.Closed} as the actor stops, whatever the
 * cause, and the actor outlives the socket, so a link that is gone holds no descriptor. A link dies with its owner.
 */
final class TcpLink extends AbstractActorWithTimers {

    /* Closing in order: the write that is under way goes out, then FIN, then we read until the other side ends too. A
     * plain close() would answer bytes that we have not read with a reset, and that reset overtakes what the kernel has
     * not sent yet. Both waits, for the write and for the other side, share one deadline; then the link is aborted. */

    private enum Sent implements Tcp.Event {
        INSTANCE
    }

    private enum Overdue {
        INSTANCE
    }

    private final Consumer<TcpLink> start;
    private final Duration patience;
    private ActorRef<Link.Event> owner;
    private org.apache.pekko.actor.@Nullable ActorRef connection;
    private InetSocketAddress remote = new InetSocketAddress(0);
    private InetSocketAddress local = new InetSocketAddress(0);
    private @Nullable ActorRef<Link.Event> writer;
    private boolean reading;
    private boolean ownerWaits;
    private String reason = "internal error";

    private TcpLink(Consumer<TcpLink> start, ActorRef<Link.Event> owner, Duration patience) {
        this.start = start;
        this.owner = owner;
        this.patience = patience;
    }

    /** Where to, from which local address, and how long to try. */
    record Dialling(InetSocketAddress remote, @Nullable InetSocketAddress from, Duration timeout) {}

    /** A connection that Pekko made or accepted and that nobody has registered for. */
    record Accepted(org.apache.pekko.actor.ActorRef connection, Tcp.Connected connected) {}

    /** A link that dials; {@code patience} is how long it waits when it closes. */
    static Props dial(Dialling dialling, ActorRef<Link.Event> owner, Duration patience) {
        return Props.create(TcpLink.class, () -> new TcpLink(link -> link.dial(dialling), owner, patience));
    }

    /** A link over an accepted connection; {@code patience} is how long it waits when it closes. */
    static Props accept(Accepted accepted, ActorRef<Link.Event> owner, Duration patience) {
        return Props.create(TcpLink.class, () -> new TcpLink(link -> link.opened(accepted), owner, patience));
    }

    @Override
    public void preStart() {
        getContext().watch(Adapter.toClassic(owner));
        start.accept(this);
    }

    @Override
    public Receive createReceive() {
        return receiveBuilder()
                .match(Tcp.Connected.class, connected -> opened(new Accepted(getSender(), connected)))
                .match(
                        Tcp.CommandFailed.class,
                        failed -> finish(Reasons.of(failed.cause().getOrElse(() -> null))))
                .matchEquals(Overdue.INSTANCE, overdue -> finish(Reasons.TIMED_OUT))
                .match(Terminated.class, ownerDied -> finish(Reasons.ABORTED))
                .build();
    }

    private void dial(Dialling dialling) {
        // Pekko gives no answer at all when it cannot even make a socket, so the deadline is ours
        getTimers().startSingleTimer(Overdue.INSTANCE, Overdue.INSTANCE, dialling.timeout);
        FiniteDuration none = null;
        Tcp.Command connect = TcpMessage.connect(dialling.remote, dialling.from, List.of(), none, true);
        Tcp.get(getContext().getSystem()).manager().tell(connect, getSelf());
    }

    private void opened(Accepted made) {
        getTimers().cancel(Overdue.INSTANCE);
        var socket = made.connection;
        connection = socket;
        remote = made.connected.remoteAddress();
        local = made.connected.localAddress();
        getContext().watch(socket);
        socket.tell(TcpMessage.register(getSelf()), getSelf());
        getContext().become(open(socket));
        introduce();
    }

    private void introduce() {
        ownerWaits = false;
        owner.tell(new Link.Opened(Adapter.toTyped(getSelf()), remote, local));
    }

    private Receive open(org.apache.pekko.actor.ActorRef socket) {
        return receiveBuilder()
                .match(Tcp.Received.class, received -> onReceived(received.data()))
                .matchEquals(Sent.INSTANCE, sent -> onSent())
                .match(Link.Read.class, read -> onRead(socket))
                .match(Link.Write.class, write -> onWrite(socket, write))
                .match(Link.HandOver.class, handOver -> onHandOver(handOver.newOwner()))
                .match(Link.Close.class, close -> close(socket))
                .match(Link.Abort.class, abort -> abort(socket))
                .match(Tcp.ConnectionClosed.class, closed -> lost(Reasons.ofEnd(closed)))
                .match(Terminated.class, dead -> {
                    if (dead.getActor().equals(socket)) {
                        lost("connection lost");
                    } else {
                        close(socket);
                    }
                })
                .build();
    }

    private void onRead(org.apache.pekko.actor.ActorRef socket) {
        if (!reading) {
            reading = true;
            socket.tell(TcpMessage.resumeReading(), getSelf());
        }
    }

    private void onReceived(ByteString data) {
        reading = false;
        owner.tell(new Link.Received(Bytes.of(data.toArrayUnsafe())));
    }

    private void onWrite(org.apache.pekko.actor.ActorRef socket, Link.Write write) {
        if (writer != null) {
            throw new IllegalStateException("a write before the last one was done");
        }
        writer = owner;
        socket.tell(TcpMessage.write(join(write.bytes()), Sent.INSTANCE), getSelf());
    }

    /** One string of bytes over all slices, none of them copied. */
    static ByteString join(List<Bytes> slices) {
        var joined = new ByteStringBuilder();
        for (Bytes slice : slices) {
            joined.append(ByteString.fromArrayUnsafe(slice.array(), slice.offset(), slice.length()));
        }
        return joined.result();
    }

    private void onSent() {
        ActorRef<Link.Event> waiting = writer;
        writer = null;
        if (waiting != null) {
            waiting.tell(Link.Written.INSTANCE);
        }
        if (ownerWaits) {
            introduce();
        }
    }

    /** The last write of the old owner is answered to it, and only then may the new one write. */
    private void onHandOver(ActorRef<Link.Event> newOwner) {
        getContext().unwatch(Adapter.toClassic(owner));
        owner = newOwner;
        getContext().watch(Adapter.toClassic(owner));
        ownerWaits = true;
        if (writer == null) {
            introduce();
        }
    }

    private void close(org.apache.pekko.actor.ActorRef socket) {
        getTimers().startSingleTimer(Overdue.INSTANCE, Overdue.INSTANCE, patience);
        getContext().become(closing(socket, Reasons.CLOSED));
        socket.tell(TcpMessage.confirmedClose(), getSelf());
        onRead(socket);
    }

    private void abort(org.apache.pekko.actor.ActorRef socket) {
        getTimers().cancel(Overdue.INSTANCE);
        getContext().become(closing(socket, Reasons.ABORTED));
        socket.tell(TcpMessage.abort(), getSelf());
    }

    private Receive closing(org.apache.pekko.actor.ActorRef socket, String why) {
        return receiveBuilder()
                .match(Tcp.Received.class, unwanted -> socket.tell(TcpMessage.resumeReading(), getSelf()))
                .match(Tcp.ConnectionClosed.class, closed -> lost(why))
                .matchEquals(Overdue.INSTANCE, overdue -> abort(socket))
                .match(Link.Abort.class, abort -> abort(socket))
                .match(Terminated.class, dead -> dead.getActor().equals(socket), dead -> lost(why))
                .matchAny(late -> {})
                .build();
    }

    private void lost(String why) {
        connection = null;
        finish(why);
    }

    private void finish(String why) {
        reason = why;
        getContext().stop(getSelf());
    }

    @Override
    public void postStop() {
        if (connection != null) {
            connection.tell(TcpMessage.abort(), getSelf());
        }
        owner.tell(new Link.Closed(reason));
    }
}
