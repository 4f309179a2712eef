package io.bittern.tracker;

import io.bittern.net.UdpActor;
import io.bittern.tracker.UdpCodec.Answer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/** All questions to UDP trackers that are under way, over the client's one UDP socket (BEP 15). */
public final class UdpExchangeActor extends AbstractBehavior<UdpExchangeActor.Command> {

    /** What the exchange can be told. */
    public sealed interface Command {}

    /** Asks one address until a fitting answer comes or the ladder ends; a cancelled answer withdraws it. */
    record Begin(InetSocketAddress tracker, UdpQuestion question, CompletableFuture<Answer> answer)
            implements Command {}

    /** The answer is no longer waited for. */
    record Withdraw(CompletableFuture<Answer> answer) implements Command {}

    private record Overdue(Exchange exchange) implements Command {}

    private record Arrived(UdpActor.Received received) implements Command {}

    /** One question under way, known by its identity. */
    private static final class Exchange {
        final UdpConversation talk;
        final CompletableFuture<Answer> answer;

        Exchange(UdpConversation talk, CompletableFuture<Answer> answer) {
            this.talk = talk;
            this.answer = answer;
        }
    }

    private final TimerScheduler<Command> timers;
    private final ActorRef<UdpActor.Command> socket;
    private final ActorRef<UdpActor.Received> inbox;
    private final LongSupplier nanoTime;
    private final RandomGenerator random;
    private final UdpConnections connections = new UdpConnections();
    private final Map<Integer, Exchange> byTransaction = new HashMap<>();
    private final IdentityHashMap<CompletableFuture<Answer>, Exchange> byAnswer = new IdentityHashMap<>();

    /** One for a client; {@code random} must not be predictable, since it makes the transaction ids. */
    public static Behavior<Command> create(
            ActorRef<UdpActor.Command> socket, LongSupplier nanoTime, RandomGenerator random) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new UdpExchangeActor(context, timers, socket, nanoTime, random)));
    }

    private UdpExchangeActor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            ActorRef<UdpActor.Command> socket,
            LongSupplier nanoTime,
            RandomGenerator random) {
        super(context);
        this.timers = timers;
        this.socket = socket;
        this.nanoTime = nanoTime;
        this.random = random;
        this.inbox = context.messageAdapter(UdpActor.Received.class, Arrived::new);
        socket.tell(new UdpActor.Subscribe(datagram -> UdpCodec.isAnswer(datagram.payload()), inbox));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Arrived.class, arrived -> onArrived(arrived.received()))
                .onMessage(Begin.class, this::onBegin)
                .onMessage(Overdue.class, overdue -> onOverdue(overdue.exchange()))
                .onMessage(Withdraw.class, withdraw -> onWithdraw(withdraw.answer()))
                .onSignal(PreRestart.class, signal -> onEnd())
                .onSignal(PostStop.class, signal -> onEnd())
                .build();
    }

    private Behavior<Command> onBegin(Begin begin) {
        if (!begin.answer().isDone()) {
            UdpConversation talk = new UdpConversation(begin.question(), begin.tracker(), connections, random);
            Exchange exchange = new Exchange(talk, begin.answer());
            byAnswer.put(begin.answer(), exchange);
            send(exchange);
        }
        return this;
    }

    private void send(Exchange exchange) {
        long now = nanoTime.getAsLong();
        byte[] datagram = exchange.talk.next(now);
        byTransaction.put(exchange.talk.transaction(), exchange);
        timers.startSingleTimer(exchange, new Overdue(exchange), Duration.ofNanos(exchange.talk.deadline() - now));
        socket.tell(new UdpActor.Send(exchange.talk.tracker(), datagram));
    }

    private Behavior<Command> onArrived(UdpActor.Received received) {
        socket.tell(new UdpActor.Next(inbox));
        received.datagrams().forEach(this::take);
        return this;
    }

    private void take(UdpActor.Datagram datagram) {
        int transaction = UdpCodec.transaction(datagram.payload()).orElse(0);
        Exchange exchange = byTransaction.get(transaction);
        if (exchange == null || !exchange.talk.tracker().equals(datagram.from())) {
            return;
        }
        UdpConversation.Step step = exchange.talk.received(datagram.payload(), nanoTime.getAsLong());
        if (step instanceof UdpConversation.Done done) {
            end(exchange);
            exchange.answer.complete(done.answer());
        } else if (step instanceof UdpConversation.Failed failed) {
            end(exchange);
            exchange.answer.completeExceptionally(new TrackerException(failed.reason()));
        } else if (step == UdpConversation.GoOn.INSTANCE) {
            byTransaction.remove(transaction, exchange);
            send(exchange);
        }
    }

    private Behavior<Command> onOverdue(Exchange exchange) {
        byTransaction.remove(exchange.talk.transaction(), exchange);
        if (exchange.talk.hopeful()) {
            send(exchange);
        } else {
            end(exchange);
            exchange.answer.completeExceptionally(new TrackerException("the tracker does not answer"));
        }
        return this;
    }

    private Behavior<Command> onWithdraw(CompletableFuture<Answer> answer) {
        Exchange exchange = byAnswer.get(answer);
        if (exchange != null) {
            end(exchange);
        }
        return this;
    }

    private void end(Exchange exchange) {
        timers.cancel(exchange);
        byTransaction.remove(exchange.talk.transaction(), exchange);
        byAnswer.remove(exchange.answer);
    }

    private Behavior<Command> onEnd() {
        byAnswer.keySet().forEach(answer -> answer.completeExceptionally(new TrackerException("stopped")));
        byAnswer.clear();
        byTransaction.clear();
        return this;
    }
}
