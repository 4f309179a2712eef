package io.bittern.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.AbstractActorWithTimers;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.Terminated;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.event.Logging;
import org.apache.pekko.io.Tcp;
import org.apache.pekko.io.TcpMessage;
import org.jspecify.annotations.Nullable;

/**
 * A listening TCP socket that accepts one connection for each permit; classic for the same reason as {@link TcpLink}.
 *
 * <p>States: binding, listening, ending, stopped.
 */
final class TcpListener extends AbstractActorWithTimers {

    /* When accept() fails, for want of descriptors above all, Pekko's listener logs it and tries again at once, for
     * ever, and tells nobody but the log. So we listen to the log: on an error of our socket its limit is set to 0,
     * which ends the spinning, and the permit is given again after a pause. */

    private static final int BACKLOG = 128;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** What a listener can be told. */
    sealed interface Command {}

    /** Accept one connection. */
    enum Permit implements Command {
        INSTANCE
    }

    /** Stop listening; connections that were accepted stay. */
    enum Stop implements Command {
        INSTANCE
    }

    private enum AcceptAgain {
        INSTANCE
    }

    private final NetActor.Listen request;
    private final ActorRef<NetActor.Command> net;
    private @Nullable InetSocketAddress bound;

    private TcpListener(NetActor.Listen request, ActorRef<NetActor.Command> net) {
        this.request = request;
        this.net = net;
    }

    static Props props(NetActor.Listen request, ActorRef<NetActor.Command> net) {
        return Props.create(TcpListener.class, () -> new TcpListener(request, net));
    }

    @Override
    public void preStart() {
        // Pekko logs a refused address with a stack trace, so it is not asked for one that will be refused
        IOException refusal = refusal(request.local());
        if (refusal != null) {
            fail(refusal);
            return;
        }
        Tcp.Command bind = TcpMessage.bind(getSelf(), request.local(), BACKLOG, List.of(), true);
        Tcp.get(getContext().getSystem()).manager().tell(bind, getSelf());
    }

    private static @Nullable IOException refusal(InetSocketAddress local) {
        try (var probe = new ServerSocket()) {
            probe.bind(local, BACKLOG);
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    private void fail(@Nullable Throwable cause) {
        String line = "cannot listen on " + Addresses.text(request.local()) + ": " + Reasons.of(cause);
        request.replyTo().tell(new NetActor.ListenFailed(line));
        getContext().stop(getSelf());
    }

    @Override
    public Receive createReceive() {
        return receiveBuilder()
                .match(Tcp.Bound.class, ready -> onBound(getSender(), ready.localAddress()))
                .match(Tcp.CommandFailed.class, failed -> fail(failed.cause().getOrElse(() -> null)))
                .build();
    }

    private void onBound(org.apache.pekko.actor.ActorRef socket, InetSocketAddress local) {
        bound = local;
        getContext().watch(socket);
        getContext().getSystem().eventStream().subscribe(getSelf(), Logging.Error.class);
        getContext().become(listening(socket));
        request.replyTo().tell(new NetActor.Listening(local));
        net.tell(new NetActor.Bound(Adapter.toTyped(getSelf()), local));
    }

    private Receive listening(org.apache.pekko.actor.ActorRef socket) {
        String source = socket.path().toStringWithoutAddress();
        return receiveBuilder()
                .matchEquals(Permit.INSTANCE, permit -> socket.tell(TcpMessage.resumeAccepting(1), getSelf()))
                .match(Tcp.Connected.class, this::onConnected)
                .match(Logging.Error.class, error -> error.logSource().endsWith(source), error -> onTrouble(socket))
                .match(Logging.Error.class, error -> {})
                .matchEquals(AcceptAgain.INSTANCE, again -> socket.tell(TcpMessage.resumeAccepting(1), getSelf()))
                .matchEquals(Stop.INSTANCE, stop -> socket.tell(TcpMessage.unbind(), getSelf()))
                .match(Tcp.Unbound$.class, unbound -> getContext().stop(getSelf()))
                .match(Terminated.class, died -> getContext().stop(getSelf()))
                .build();
    }

    private void onConnected(Tcp.Connected connected) {
        getTimers().cancel(AcceptAgain.INSTANCE);
        var accepted = new TcpLink.Accepted(getSender(), connected);
        net.tell(new NetActor.Accepted(Adapter.toTyped(getSelf()), accepted, request.acceptor()));
    }

    private void onTrouble(org.apache.pekko.actor.ActorRef socket) {
        socket.tell(TcpMessage.resumeAccepting(0), getSelf());
        getTimers().startSingleTimer(AcceptAgain.INSTANCE, AcceptAgain.INSTANCE, PAUSE);
    }

    @Override
    public void postStop() {
        if (bound != null) {
            request.replyTo().tell(new NetActor.ListenEnded(bound));
        }
    }
}
