package io.bittern.portmap;

import io.bittern.net.Addresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Mappings by UPnP: search, description, address outside, then both protocols, one request at a time. */
final class UpnpWay extends Way {

    /** Seconds for which a mapping is asked; what lasts for ever is renewed as often, since gateways forget. */
    static final int LEASE = 3600;

    private static final int MOST_LOCATIONS = 4;
    private static final int MOST_PORTS = 5;
    private static final int FIRST_DYNAMIC = 49_152;

    /** Requests to take a mapping back that may be left without an answer. */
    private static final int MOST_LOST = 3;

    @FunctionalInterface
    private interface Then {
        void go(int status, byte[] body, long now);
    }

    private final Route route;
    private final InetSocketAddress group;
    private final int port;
    private final RandomGenerator random;

    private final Map<Long, Then> waiting = new HashMap<>();
    private final Set<URI> seen = new HashSet<>();
    private final Deque<URI> locations = new ArrayDeque<>();
    private int searches;
    private OptionalLong due = OptionalLong.empty();
    private Optional<Igd> service = Optional.empty();
    private boolean any;
    private int lease = LEASE;
    private int lost;

    /**
     * Has asked nobody yet.
     *
     * @param group where gateways are searched
     * @param port ours, inside and if possible outside
     */
    UpnpWay(Outbox out, Route route, InetSocketAddress group, int port, RandomGenerator random) {
        super("UPnP", out);
        this.route = route;
        this.group = group;
        this.port = port;
        this.random = random;
    }

    @Override
    void begin(long now) {
        waiting.clear();
        seen.clear();
        locations.clear();
        service = Optional.empty();
        searches = 0;
        due = OptionalLong.of(now);
        tick(now);
    }

    @Override
    void tick(long now) {
        if (!isActive() || due.isEmpty() || due.getAsLong() - now > 0) {
            return;
        }
        if (service.isPresent()) {
            due = OptionalLong.empty();
            askAddress(service.get());
        } else if (searches == TRIES) {
            due = OptionalLong.empty();
            describe();
        } else {
            Ssdp.TARGETS.forEach(target -> out().send(group, Ssdp.search(group, target)));
            due = OptionalLong.of(now + waitAfter(searches++));
        }
    }

    @Override
    OptionalLong deadline() {
        return isActive() ? due : OptionalLong.empty();
    }

    @Override
    void received(InetSocketAddress from, byte[] payload, long now) {
        if (state() != State.ASKING || service.isPresent() || !route.trusts(from.getAddress())) {
            return;
        }
        Ssdp.location(payload)
                .filter(location -> location.getHost().equals(from.getAddress().getHostAddress()))
                .filter(location -> seen.size() < MOST_LOCATIONS && seen.add(location))
                .ifPresent(location -> {
                    locations.add(location);
                    describe();
                });
    }

    /** Reads the next description; without one, and with the search over, there is no gateway. */
    private void describe() {
        if (!waiting.isEmpty()) {
            return;
        }
        URI location = locations.poll();
        if (location == null) {
            if (due.isEmpty()) {
                fail(seen.isEmpty() ? "no gateway answers by UPnP" : "the gateway's description by UPnP is of no use");
            }
            return;
        }
        waiting.put(out().ask(location, "", new byte[0]), (status, body, now) -> {
            service = status == 200 ? Igd.find(body, location) : Optional.empty();
            if (service.isPresent()) {
                due = OptionalLong.empty();
                any = service.get().isSecondVersion();
                askAddress(service.get());
            } else {
                describe();
            }
        });
    }

    private void askAddress(Igd igd) {
        call(igd, Igd.externalAddress(), (answer, now) -> {
            Optional<InetAddress> external = address(answer.value("NewExternalIPAddress"));
            if (external.isPresent()) {
                map(new Wish(igd, external.get(), Protocol.TCP, port, 1));
            } else {
                fail("the gateway does not tell its address by UPnP" + code(answer));
            }
        });
    }

    /** A mapping that is wanted; {@code tries} counts the ports outside. */
    private record Wish(Igd igd, InetAddress external, Protocol protocol, int port, int tries) {}

    private void map(Wish wish) {
        PortMapEvent.Mapped before = granted().get(wish.protocol());
        int wanted = before == null || wish.tries() > 1 ? wish.port() : before.port();
        String client = route.local().getHostAddress();
        call(wish.igd(), Igd.add(any, wish.protocol(), wanted, client, port, lease), (answer, now) -> {
            if (answer.error() == 0) {
                int got = any ? port(answer.value("NewReservedPort")).orElse(wanted) : wanted;
                next(wish, OptionalLong.of(grant(wish.protocol(), wish.external(), got, LEASE, now)), answer, now);
            } else if (answer.error() == Igd.ONLY_PERMANENT && lease != 0) {
                lease = 0;
                map(wish);
            } else if (answer.error() == Igd.INVALID_ACTION && any) {
                any = false;
                map(wish);
            } else if (answer.error() == Igd.CONFLICT && wish.tries() < MOST_PORTS) {
                int other = random.nextInt(FIRST_DYNAMIC, 0x10000);
                map(new Wish(wish.igd(), wish.external(), wish.protocol(), other, wish.tries() + 1));
            } else {
                lose(wish.protocol());
                next(wish, OptionalLong.empty(), answer, now);
            }
        });
    }

    /** After TCP comes UDP, on the same port outside if that is free; after that there are mappings to renew, or none. */
    private void next(Wish wish, OptionalLong renew, Igd.Answer answer, long now) {
        if (renew.isPresent()) {
            due = renew;
        }
        if (wish.protocol() == Protocol.TCP) {
            PortMapEvent.Mapped tcp = granted().get(Protocol.TCP);
            map(new Wish(wish.igd(), wish.external(), Protocol.UDP, tcp == null ? port : tcp.port(), 1));
        } else if (!hasGrants(now)) {
            fail("the gateway refuses UPnP" + code(answer));
        }
    }

    private static String code(Igd.Answer answer) {
        return switch (answer.error()) {
            case Igd.NO_ANSWER, 0 -> "";
            case Igd.CONFLICT -> ": the port is taken";
            case 606 -> ": not allowed there";
            default -> ": error " + answer.error();
        };
    }

    @FunctionalInterface
    private interface Answered {
        void go(Igd.Answer answer, long now);
    }

    private void call(Igd igd, Igd.Call call, Answered then) {
        if (isActive()) {
            send(igd, call, then);
        }
    }

    private void send(Igd igd, Igd.Call call, Answered then) {
        long number = out().ask(igd.control(), igd.soapAction(call), igd.body(call));
        waiting.put(number, (status, body, now) -> then.go(Igd.answer(status, body), now));
    }

    @Override
    void answered(long number, int status, byte[] body, long now) {
        Then then = waiting.remove(number);
        if (then != null) {
            then.go(status, body, now);
            if (state() == State.RELEASING) {
                takeBack(now);
            }
        }
    }

    /** Takes back one mapping after the other, after the answer to what is under way, which may be one more. */
    @Override
    void takeBack(long now) {
        locations.clear();
        if (waiting.isEmpty() && service.isPresent()) {
            granted().values().stream().findFirst().ifPresent(mapped -> delete(service.get(), mapped));
        }
    }

    private void delete(Igd igd, PortMapEvent.Mapped mapped) {
        send(igd, Igd.delete(mapped.protocol(), mapped.port()), (answer, now) -> {
            if (answer.error() != Igd.NO_ANSWER || ++lost >= MOST_LOST) {
                lose(mapped.protocol());
            }
        });
    }

    @Override
    boolean isReleased() {
        return waiting.isEmpty();
    }

    private static Optional<InetAddress> address(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4 || !text.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")) {
            return Optional.empty();
        }
        byte[] address = new byte[4];
        for (int i = 0; i < 4; i++) {
            int part = Integer.parseInt(parts[i]);
            if (part > 0xff) {
                return Optional.empty();
            }
            address[i] = (byte) part;
        }
        return Addresses.unpacked(address).filter(found -> Addresses.scope(found) != Addresses.Scope.UNUSABLE);
    }

    private static Optional<Integer> port(String text) {
        return text.matches("[1-9][0-9]{0,4}") && Integer.parseInt(text) <= 0xffff
                ? Optional.of(Integer.parseInt(text))
                : Optional.empty();
    }
}
