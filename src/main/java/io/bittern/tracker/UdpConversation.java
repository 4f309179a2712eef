package io.bittern.tracker;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/**
 * One question to one UDP tracker (BEP 15): what to send next, and until when to wait for the answer; pure.
 *
 * <p>The caller sends {@link #next}, waits until {@link #deadline}, and sends again while {@link #hopeful}.
 */
final class UdpConversation {

    /* The rungs of the ladder, 15 * 2^n s, are counted apart for connecting and asking: an answered connect does not
     * make the next question wait longer, and a tracker that answers nothing but connects is given up in the end. */

    private static final int LAST_RUNG = 8;

    private final UdpQuestion question;
    private final InetSocketAddress tracker;
    private final UdpConnections connections;
    private final RandomGenerator random;
    private boolean connecting;
    private boolean fresh;
    private int connects;
    private int asks;
    private int transaction;
    private long deadline;

    UdpConversation(
            UdpQuestion question, InetSocketAddress tracker, UdpConnections connections, RandomGenerator random) {
        this.question = question;
        this.tracker = tracker;
        this.connections = connections;
        this.random = random;
    }

    /** How the conversation goes on after a datagram. */
    sealed interface Step {}

    /** The datagram was none of ours: wait on. */
    enum Wait implements Step {
        INSTANCE
    }

    /** Send the next datagram at once. */
    enum GoOn implements Step {
        INSTANCE
    }

    record Done(UdpCodec.Answer answer) implements Step {}

    record Failed(String reason) implements Step {}

    /** How long to wait for an answer after the n-th try, counted from 0. */
    static Duration patience(int n) {
        return Duration.ofSeconds(15L << Math.min(n, LAST_RUNG));
    }

    /** The tracker's address. */
    InetSocketAddress tracker() {
        return tracker;
    }

    /** The transaction id of the last datagram. */
    int transaction() {
        return transaction;
    }

    /** Whether another datagram is worth sending. */
    boolean hopeful() {
        return connects <= LAST_RUNG && asks <= LAST_RUNG;
    }

    /** When an answer to the last datagram is no longer waited for. */
    long deadline() {
        return deadline;
    }

    /** The datagram to send now. */
    byte[] next(long now) {
        transaction = random.nextInt();
        Optional<Long> connection = connections.get(tracker, now);
        connecting = connection.isEmpty();
        deadline = now + patience(connecting ? connects++ : asks++).toNanos();
        return connection.isEmpty() ? UdpCodec.connect(transaction) : question.datagram(connection.get(), transaction);
    }

    /** Takes a datagram that came from the tracker's address. */
    Step received(byte[] datagram, long now) {
        if (!UdpCodec.transaction(datagram).equals(OptionalInt.of(transaction))) {
            return Wait.INSTANCE;
        }
        Optional<UdpCodec.Answer> answer = UdpCodec.answer(datagram, tracker.getAddress() instanceof Inet6Address);
        return answer.map(given -> taken(given, now)).orElse(Wait.INSTANCE);
    }

    private Step taken(UdpCodec.Answer answer, long now) {
        if (answer instanceof UdpCodec.Refused refused) {
            return refused(refused.reason());
        }
        if (connecting && answer instanceof UdpCodec.Connected connected) {
            connections.put(tracker, connected.connectionId(), now);
            connects = 0;
            fresh = true;
            return GoOn.INSTANCE;
        }
        return !connecting && question.fits(answer) ? new Done(answer) : Wait.INSTANCE;
    }

    /** An id from an earlier conversation may have been forgotten by a tracker that was restarted: it is fetched anew, once. */
    private Step refused(String reason) {
        if (connecting || fresh) {
            return new Failed(reason);
        }
        connections.forget(tracker);
        fresh = true;
        return GoOn.INSTANCE;
    }
}
