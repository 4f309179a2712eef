package io.bittern.portmap;

import io.bittern.net.Agenda;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** What NAT-PMP and PCP have in common: questions by UDP, repeated until there is an answer, and the clock of the gateway. */
abstract class UdpWay extends Way {

    /** What is asked. */
    enum Question {
        /** How the gateway fares: its clock, and by NAT-PMP its address outside. */
        GATEWAY,
        MAP_TCP,
        MAP_UDP;

        static Question of(Protocol protocol) {
            return protocol == Protocol.TCP ? MAP_TCP : MAP_UDP;
        }

        Optional<Protocol> protocol() {
            return switch (this) {
                case GATEWAY -> Optional.empty();
                case MAP_TCP -> Optional.of(Protocol.TCP);
                case MAP_UDP -> Optional.of(Protocol.UDP);
            };
        }
    }

    /** Seconds for which a mapping is asked. */
    static final int LIFETIME = 7200;

    /** How long a question rests that was refused or not answered while another mapping stands. */
    private static final Duration LATER = Duration.ofMinutes(10);

    /** Between two looks at the clock of a gateway whose announcement of a restart may have been lost. */
    private static final Duration LOOK = Duration.ofMinutes(10);

    /** Between two restarts that are believed; a gateway that lies about its clock shall not keep us busy. */
    private static final Duration BETWEEN_RESTARTS = Duration.ofSeconds(10);

    private final InetSocketAddress server;
    private final Agenda<Question> agenda = new Agenda<>(Duration.ZERO);
    /** The questions under way, with the tries so far. */
    private final Map<Question, Integer> tries = new EnumMap<>(Question.class);

    private final Epoch epoch = new Epoch();
    private OptionalLong restarted = OptionalLong.empty();

    UdpWay(String name, Outbox out, InetAddress gateway, int port) {
        super(name, out);
        this.server = new InetSocketAddress(gateway, port);
    }

    /** The questions to begin with. */
    abstract List<Question> first();

    /** The request for a question, for so many seconds. */
    abstract byte[] encode(Question question, int lifetime);

    /** Reads a packet of the gateway. */
    abstract void read(byte[] payload, long now);

    @Override
    final void begin(long now) {
        askAgain(now);
    }

    private void askAgain(long now) {
        forget();
        first().forEach(question -> ask(question, now));
    }

    private void forget() {
        tries.clear();
        for (Question question : Question.values()) {
            agenda.remove(question);
        }
    }

    final void ask(Question question, long now) {
        tries.put(question, 0);
        agenda.put(question, now);
        tick(now);
    }

    /** Takes back also what may be granted at this moment. */
    @Override
    final void takeBack(long now) {
        List<Protocol> open = Stream.of(Protocol.values())
                .filter(protocol -> granted().containsKey(protocol) || isAsking(Question.of(protocol)))
                .toList();
        forget();
        open.forEach(protocol -> ask(Question.of(protocol), now));
    }

    @Override
    final boolean isReleased() {
        return tries.isEmpty();
    }

    @Override
    final void received(InetSocketAddress from, byte[] payload, long now) {
        if (from.equals(server)) {
            read(payload, now);
        }
    }

    @Override
    final void tick(long now) {
        if (state() == State.RETIRED || state() == State.FAILED) {
            return;
        }
        agenda.take(Question.values().length, now).forEach(question -> send(question, now));
    }

    private void send(Question question, long now) {
        int before = tries.getOrDefault(question, 0);
        if (before == most(question)) {
            unanswered(question, now);
            return;
        }
        out().send(server, encode(question, state() == State.RELEASING ? 0 : LIFETIME));
        tries.put(question, before + 1);
        agenda.put(question, now + waitAfter(before));
    }

    /** Tries of a question; the end of what may never have begun is not waited for. */
    private int most(Question question) {
        boolean idle = state() == State.RELEASING
                && question.protocol()
                        .map(protocol -> !granted().containsKey(protocol))
                        .orElse(true);
        return idle ? 1 : TRIES;
    }

    private void unanswered(Question question, long now) {
        rest(question, "the gateway does not answer by " + name(), now);
    }

    @Override
    final OptionalLong deadline() {
        return isActive() || state() == State.RELEASING ? agenda.next() : OptionalLong.empty();
    }

    /** The gateway is looked at again in a while. */
    final void lookLater(long now) {
        settle(Question.GATEWAY, OptionalLong.of(now + LOOK.toNanos()));
    }

    /** Whether a question waits for its answer. */
    final boolean isAsking(Question question) {
        return tries.containsKey(question);
    }

    /** A question was answered; it is asked again then. */
    final void settle(Question question, OptionalLong again) {
        tries.remove(question);
        agenda.remove(question);
        again.ifPresent(when -> agenda.put(question, when));
    }

    /** A question was refused. */
    final void refuse(Question question, String why, long now) {
        question.protocol().ifPresent(this::lose);
        rest(question, "the gateway refuses " + name() + ": " + why, now);
    }

    /** A question leads to nothing: other mappings may stand, or come, otherwise it is over. */
    private void rest(Question question, String why, long now) {
        settle(question, OptionalLong.empty());
        if (state() == State.RELEASING) {
            return;
        }
        question.protocol().ifPresent(protocol -> expire(protocol, now));
        if (hasGrants(now)) {
            agenda.put(question, now + LATER.toNanos());
        } else if (tries.isEmpty()) {
            fail(why);
        }
    }

    /** Looks at the gateway's clock: after a restart its mappings are gone, and are asked for at once. */
    final void clock(long seconds, long now) {
        boolean again = epoch.restarted(seconds, now);
        boolean soon = restarted.isPresent() && now - restarted.getAsLong() < BETWEEN_RESTARTS.toNanos();
        if (again && !soon && state() == State.WORKING) {
            restarted = OptionalLong.of(now);
            askAgain(now);
        }
    }
}
