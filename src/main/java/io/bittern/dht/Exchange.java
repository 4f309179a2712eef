package io.bittern.dht;

import io.bittern.bencode.BString;
import io.bittern.dht.Message.Query;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Our own queries: who is asked what, until the answer is there or is no longer waited for. */
final class Exchange {

    /* After a short time a call no longer holds up others, after a long one it is lost. Both are the same for all calls,
     * so that each queue is in the order of its deadlines. */

    private static final long SLOW_NANOS = 1_000_000_000L;
    private static final long LOST_NANOS = 10_000_000_000L;
    private static final double BURST_SECONDS = 2;
    private static final int USUAL_QUERY = 120;
    /* An address that kept silent so often is left alone for a while, so that nobody can have us call a victim. */
    private static final int TRIES = 5;
    private static final long REST_NANOS = 10 * 60_000_000_000L;
    private static final int REMEMBERED = 4096;
    /* When nobody at all answers, the fault is with our own network, and says nothing about others. */
    private static final long DEAF_NANOS = 20_000_000_000L;

    private record Silence(int calls, long since) {}

    private final boolean readOnly;
    private final RandomGenerator random;
    private final Counters counters;
    private final Throttle throttle;
    private final Map<Integer, Call> calls = new HashMap<>();
    private final Deque<Call> young = new ArrayDeque<>();
    private final Deque<Call> old = new ArrayDeque<>();
    private final Memory<Object, Silence> silent = new Memory<>(REMEMBERED);
    private final Memory<Object, Boolean> met = new Memory<>(REMEMBERED);
    private List<Dht.Packet> packets = new ArrayList<>();
    private long lastAnswer;

    /** The generator must not be predictable, since it makes the transactions. */
    Exchange(DhtSettings settings, RandomGenerator random, Counters counters, long now) {
        this.readOnly = settings.readOnly();
        this.random = random;
        this.counters = counters;
        this.throttle = new Throttle(settings.bytesPerSecond(), BURST_SECONDS * settings.bytesPerSecond(), now);
        this.lastAnswer = now;
    }

    /** Nanoseconds until another query may go; 0 for now. */
    long delay(long now) {
        return throttle.delay(USUAL_QUERY, now);
    }

    /** Whether an address has been asked in vain so often that it is not asked again for now. */
    boolean isHopeless(InetSocketAddress address, long now) {
        Silence silence = silent.get(Origin.host(address));
        return silence != null && silence.calls >= TRIES && now - silence.since < REST_NANOS;
    }

    /** Whether this is the first time that anything is heard of a host, and none of our packets has led it here. */
    boolean isStranger(InetSocketAddress address) {
        return met.put(Origin.host(address), true) == null;
    }

    /** Asks a node. */
    void ask(NodeId own, Contact to, Ask ask, Call.Caller caller, long now) {
        byte[] packet = begin(own, to, ask, caller, true, now);
        throttle.take(packet.length, now);
        send(to.address(), packet);
    }

    /** Asks whether somebody is there, by the shortest query there is; false if that takes more than so many bytes. */
    boolean probe(NodeId own, Contact to, int limit, Call.Caller caller, long now) {
        byte[] packet = begin(own, to, Ask.Ping.INSTANCE, caller, false, now);
        if (packet.length > limit) {
            return false;
        }
        send(to.address(), packet);
        return true;
    }

    private byte[] begin(NodeId own, Contact to, Ask ask, Call.Caller caller, boolean version, long now) {
        int transaction = random.nextInt();
        Call call = new Call(transaction, to, ask, caller, now);
        Call before = calls.put(transaction, call);
        if (before != null) {
            before.over = true;
        }
        young.add(call);
        met.put(Origin.host(to.address()), true);
        counters.asked++;
        byte[] name = ByteBuffer.allocate(Integer.BYTES).putInt(transaction).array();
        return KrpcWriter.query(new Query(BString.of(name), own, ask, readOnly), version);
    }

    void send(InetSocketAddress to, byte[] packet) {
        counters.packetsOut++;
        counters.bytesOut += packet.length;
        packets.add(new Dht.Packet(to, packet));
    }

    /** All packets since the last time. */
    List<Dht.Packet> packets() {
        List<Dht.Packet> taken = packets;
        packets = new ArrayList<>();
        return taken;
    }

    /** The call that an answer belongs to; it is over. */
    Optional<Call> answered(InetSocketAddress from, BString transaction, long now) {
        if (transaction.length() != Integer.BYTES) {
            return Optional.empty();
        }
        int name = ByteBuffer.wrap(transaction.bytes()).getInt();
        Call call = calls.get(name);
        if (call == null || !call.to.address().equals(from)) {
            return Optional.empty();
        }
        calls.remove(name);
        call.over = true;
        silent.remove(Origin.host(from));
        lastAnswer = now;
        counters.answered++;
        return Optional.of(call);
    }

    /** Tells callers whose time has come; {@code lost} hears of nodes that do not answer although others do. */
    void expire(Consumer<Call> lost, long now) {
        for (Call call = due(young, SLOW_NANOS, now); call != null; call = due(young, SLOW_NANOS, now)) {
            old.add(call);
            call.caller.slow(call, now);
        }
        for (Call call = due(old, LOST_NANOS, now); call != null; call = due(old, LOST_NANOS, now)) {
            call.over = true;
            calls.remove(call.transaction);
            counters.lost++;
            if (now - lastAnswer < DEAF_NANOS) {
                silent.merge(
                        Origin.host(call.to.address()),
                        new Silence(1, now),
                        (before, one) -> new Silence(now - before.since < REST_NANOS ? before.calls + 1 : 1, now));
                lost.accept(call);
            }
            call.caller.lost(call, now);
        }
    }

    private static @Nullable Call due(Deque<Call> queue, long nanos, long now) {
        Call head = head(queue);
        return head != null && now - head.sentAt >= nanos ? queue.poll() : null;
    }

    private static @Nullable Call head(Deque<Call> queue) {
        while (!queue.isEmpty() && queue.peek().over) {
            queue.poll();
        }
        return queue.peek();
    }

    /** When {@link #expire} has something to do, if it is before that. */
    long deadline(long before) {
        long deadline = before;
        Call slow = head(young);
        if (slow != null && slow.sentAt + SLOW_NANOS - deadline < 0) {
            deadline = slow.sentAt + SLOW_NANOS;
        }
        Call lost = head(old);
        return lost != null && lost.sentAt + LOST_NANOS - deadline < 0 ? lost.sentAt + LOST_NANOS : deadline;
    }

    int underWay() {
        return calls.size();
    }
}
