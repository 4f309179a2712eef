package io.bittern.portmap;

import io.bittern.portmap.PortMapEvent.Unavailable;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Has a gateway let peers in: asks by all protocols at once, keeps to the first that works, and renews.
 *
 * <p>Pure: packets, answers and time go in; packets, questions, events and the next deadline come out. Times are monotonic
 * nanoseconds.
 */
final class PortMapping {

    /** After nothing worked. */
    static final Duration LATER = Duration.ofMinutes(10);

    /**
     * What is to be reached, and where the gateway is asked.
     *
     * @param port where we listen, by TCP and UDP
     * @param gatewayPort where gateways speak NAT-PMP and PCP
     * @param ssdp where gateways are searched by UPnP
     */
    record Setup(Route route, int port, int gatewayPort, InetSocketAddress ssdp) {}

    private final Outbox out = new Outbox();
    private final List<Way> ways = new ArrayList<>();
    private List<PortMapEvent> events = new ArrayList<>();
    private Optional<Way> works = Optional.empty();
    private OptionalLong retry = OptionalLong.empty();

    /** Begins to ask. */
    PortMapping(Setup setup, RandomGenerator random, long now) {
        Route route = setup.route();
        route.gateway().ifPresent(gateway -> {
            ways.add(new PcpWay(out, gateway, setup.gatewayPort(), route.local(), setup.port(), random));
            if (route.isIpv4()) {
                ways.add(new NatPmpWay(out, gateway, setup.gatewayPort(), setup.port()));
            }
        });
        if (route.isIpv4()) {
            ways.add(new UpnpWay(out, route, setup.ssdp(), setup.port(), random));
        }
        begin(now);
    }

    private void begin(long now) {
        retry = OptionalLong.empty();
        ways.forEach(way -> way.start(now));
    }

    /** A datagram has come, from anybody. */
    void received(InetSocketAddress from, byte[] payload, long now) {
        ways.forEach(way -> way.received(from, payload, now));
        settle(now);
    }

    /** A question was answered; with status 0 it was not. */
    void answered(long number, int status, byte[] body, long now) {
        ways.forEach(way -> way.answered(number, status, body, now));
        settle(now);
    }

    /** Does what is due. */
    void tick(long now) {
        if (retry.isPresent() && retry.getAsLong() - now <= 0) {
            begin(now);
        }
        ways.forEach(way -> way.tick(now));
        settle(now);
    }

    /** Takes back what was granted by any protocol. */
    void stop(long now) {
        retry = OptionalLong.empty();
        works = Optional.empty();
        ways.forEach(way -> way.release(now));
    }

    /** Whether everything was taken back. */
    boolean isStopped() {
        return ways.stream().allMatch(way -> way.state() == Way.State.RELEASING && way.isReleased());
    }

    private void settle(long now) {
        if (works.isPresent() && works.get().state() == Way.State.FAILED) {
            works = Optional.empty();
            begin(now);
        }
        if (works.isEmpty()) {
            works = ways.stream()
                    .filter(way -> way.state() == Way.State.WORKING)
                    .findFirst();
            works.ifPresent(first -> ways.stream().filter(way -> way != first).forEach(Way::retire));
        }
        for (Way way : ways) {
            List<PortMapEvent> news = way.takeNews();
            if (works.isPresent() && works.get() == way) {
                events.addAll(news);
            }
        }
        boolean hopeless = ways.stream().allMatch(way -> way.state() == Way.State.FAILED);
        if (hopeless && retry.isEmpty()) {
            retry = OptionalLong.of(now + LATER.toNanos());
            events.add(new Unavailable(reason()));
        }
    }

    private String reason() {
        return ways.stream().map(Way::reason).distinct().collect(Collectors.joining("; "));
    }

    /** Datagrams to be sent. */
    List<Outbox.Packet> packets() {
        return out.takePackets();
    }

    /** Requests by HTTP to be made, each to be answered. */
    List<Outbox.Question> questions() {
        return out.takeQuestions();
    }

    /** What has become of it since this was asked last. */
    List<PortMapEvent> events() {
        List<PortMapEvent> taken = events;
        events = new ArrayList<>();
        return taken;
    }

    /** When {@link #tick} has something to do. */
    OptionalLong deadline() {
        OptionalLong first = retry;
        for (Way way : ways) {
            OptionalLong due = way.deadline();
            if (due.isPresent() && (first.isEmpty() || due.getAsLong() - first.getAsLong() < 0)) {
                first = due;
            }
        }
        return first;
    }
}
