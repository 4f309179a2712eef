package io.bittern.portmap;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.portmap.FakeGateway.Speaks;
import io.bittern.portmap.PortMapEvent.Mapped;
import io.bittern.portmap.PortMapEvent.Unavailable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A mapping and a gateway in virtual time; what is sent arrives at once. */
class PortMappingTest {

    private static final InetAddress GATEWAY = address("192.168.1.1");
    private static final InetAddress LOCAL = address("192.168.1.7");
    private static final InetSocketAddress SERVER = new InetSocketAddress(GATEWAY, 5351);
    private static final Route ROUTE = new Route(Optional.of(GATEWAY), LOCAL, 24);
    private static final PortMapping.Setup SETUP = new PortMapping.Setup(ROUTE, 6881, 5351, PortMapperActor.SSDP);

    private final FakeGateway gateway = new FakeGateway();
    private final List<PortMapEvent> events = new ArrayList<>();
    private long now = Long.MAX_VALUE - Duration.ofMinutes(1).toNanos(); // the clock wraps on the way
    private InetSocketAddress server = SERVER;
    private InetSocketAddress from = SERVER;
    private int packets;
    /** Hears of each request by UPnP when it has been done, and says whether its answer is lost. */
    private Predicate<Outbox.Question> deaf = question -> false;

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private PortMapping start(Route route) {
        PortMapping mapping =
                new PortMapping(new PortMapping.Setup(route, 6881, 5351, PortMapperActor.SSDP), new Random(7), now);
        exchange(mapping);
        return mapping;
    }

    private PortMapping start(Speaks... only) {
        gateway.speaks.retainAll(List.of(only));
        return start(ROUTE);
    }

    /** Carries packets and questions to the gateway and its answers back, until nobody has anything to say. */
    private void exchange(PortMapping mapping) {
        for (int round = 0; round < 50; round++) {
            List<Outbox.Packet> sent = mapping.packets();
            List<Outbox.Question> questions = mapping.questions();
            if (sent.isEmpty() && questions.isEmpty()) {
                events.addAll(mapping.events());
                return;
            }
            packets += sent.size();
            for (Outbox.Packet packet : sent) {
                assertThat(packet.to()).isIn(server, PortMapperActor.SSDP);
                gateway.reply(packet.payload())
                        .ifPresent(reply -> mapping.received(
                                packet.to().equals(server) ? from : new InetSocketAddress(from.getAddress(), 1900),
                                reply,
                                now));
            }
            for (Outbox.Question question : questions) {
                URI to = question.to();
                assertThat(to.getHost()).isEqualTo("192.168.1.1");
                FakeGateway.Http answer = gateway.http(to.getPath(), question.soapAction(), question.body());
                if (deaf.test(question)) {
                    answer = new FakeGateway.Http(0, new byte[0]);
                }
                mapping.answered(question.number(), answer.status(), answer.body(), now);
            }
        }
        throw new AssertionError("they talk without end");
    }

    /** Lets time pass, deadline by deadline. */
    private void pass(PortMapping mapping, Duration duration) {
        long end = now + duration.toNanos();
        for (OptionalLong due = mapping.deadline();
                due.isPresent() && due.getAsLong() - end <= 0;
                due = mapping.deadline()) {
            forward(Math.max(0, due.getAsLong() - now));
            mapping.tick(now);
            exchange(mapping);
        }
        forward(end - now);
    }

    private double fraction;

    private void forward(long nanos) {
        now += nanos;
        fraction += nanos / 1e9;
        gateway.epoch += (long) fraction;
        fraction -= (long) fraction;
    }

    private List<PortMapEvent> events() {
        List<PortMapEvent> taken = List.copyOf(events);
        events.clear();
        return taken;
    }

    private Mapped mapped(Protocol protocol, int port, Duration lifetime, String by) {
        return new Mapped(protocol, address("203.0.113.5"), port, now + lifetime.toNanos(), by);
    }

    @ParameterizedTest
    @EnumSource(Speaks.class)
    void mapsBothProtocolsByWhatTheGatewaySpeaks(Speaks language) {
        start(language);

        Duration lifetime = Duration.ofSeconds(language == Speaks.UPNP ? 3600 : 7200);
        String by = language == Speaks.UPNP ? "UPnP" : language.name().replace('_', '-');
        assertThat(events())
                .containsExactly(mapped(Protocol.TCP, 6881, lifetime, by), mapped(Protocol.UDP, 6881, lifetime, by));
        assertThat(gateway.mappings.keySet()).containsExactly("TCP 6881", "UDP 6881");
    }

    @ParameterizedTest
    @EnumSource(Speaks.class)
    void takesThePortThatIsFree(Speaks language) {
        gateway.taken.add(6881);

        start(language);

        List<PortMapEvent> events = events();
        int port = ((Mapped) events.get(0)).port();
        assertThat(events).extracting(event -> ((Mapped) event).port()).containsOnly(port);
        assertThat(port).isNotEqualTo(6881);
        assertThat(gateway.mappings).containsKey("TCP " + port);
        assertThat(gateway.mappings.values()).allMatch(entry -> entry.internal() == 6881);
    }

    @ParameterizedTest
    @EnumSource(Speaks.class)
    void renewsAtHalfTheLifetime(Speaks language) {
        PortMapping mapping = start(language);
        Duration lifetime = Duration.ofSeconds(language == Speaks.UPNP ? 3600 : 7200);
        events();

        pass(mapping, lifetime.dividedBy(2).minusSeconds(1));
        assertThat(events()).isEmpty();
        pass(mapping, Duration.ofSeconds(1));

        assertThat(events())
                .hasSize(2)
                .first()
                .extracting(event -> ((Mapped) event).until())
                .isEqualTo(now + lifetime.toNanos());
    }

    @ParameterizedTest
    @EnumSource(Speaks.class)
    void removesWhatItMapped(Speaks language) {
        PortMapping mapping = start(language);

        mapping.stop(now);
        assertThat(mapping.isStopped()).isFalse();
        exchange(mapping);
        pass(mapping, Way.FIRST_WAIT);

        assertThat(mapping.isStopped()).isTrue();
        assertThat(gateway.mappings).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Speaks.class)
    void saysOnceWhyThereIsNoneAndTriesAgainLater(Speaks language) {
        gateway.refusal = language == Speaks.UPNP ? 606 : 2;
        PortMapping mapping = start(language);

        pass(mapping, Duration.ofMinutes(1));
        assertThat(events())
                .singleElement()
                .isInstanceOfSatisfying(
                        Unavailable.class, none -> assertThat(none.reason()).contains("not allowed there"));
        gateway.refusal = 0;
        pass(mapping, PortMapping.LATER);

        assertThat(events()).hasSize(2).allMatch(Mapped.class::isInstance);
    }

    @Test
    void givesUpOnSilenceAfterARepetitionThatSlowsDown() {
        PortMapping mapping = start();

        pass(mapping, Duration.ofSeconds(31));
        assertThat(events()).isEmpty();
        pass(mapping, Duration.ofSeconds(1));

        assertThat(events()).singleElement().isInstanceOf(Unavailable.class);
        // two questions by PCP, one by NAT-PMP and two searches, seven times each
        assertThat(packets).isEqualTo(5 * Way.TRIES);
        pass(mapping, Duration.ofMinutes(9));
        assertThat(packets).isEqualTo(5 * Way.TRIES);
    }

    @ParameterizedTest
    @EnumSource(Speaks.class)
    void removesAlsoWhatIsBeingMappedAtThatMoment(Speaks language) {
        gateway.speaks.retainAll(List.of(language));
        PortMapping mapping = new PortMapping(SETUP, new Random(7), now);
        gateway.bend = packet -> {
            mapping.stop(now); // before the first answer comes
            return packet;
        };
        deaf = question -> {
            if (question.soapAction().contains("AddPortMapping")) {
                mapping.stop(now);
            }
            return false;
        };

        exchange(mapping);
        pass(mapping, Way.FIRST_WAIT);

        assertThat(mapping.isStopped()).isTrue();
        assertThat(gateway.asked).isNotEmpty();
        assertThat(gateway.mappings).isEmpty();
    }

    @Test
    void doesNotWaitLongForAGatewayThatNeverAnswered() {
        PortMapping mapping = start();

        mapping.stop(now);
        exchange(mapping);
        pass(mapping, Way.FIRST_WAIT);

        assertThat(mapping.isStopped()).isTrue();
    }

    @Test
    void aRemovalByUpnpWithoutAnAnswerIsAskedForAgain() {
        PortMapping mapping = start(Speaks.UPNP);
        AtomicInteger lost = new AtomicInteger();
        deaf = question -> {
            boolean first = question.soapAction().contains("Delete") && lost.getAndIncrement() == 0;
            if (first) {
                gateway.mappings.put("TCP 6881", new FakeGateway.Entry(6881, 3600));
            }
            return first;
        };

        mapping.stop(now);
        exchange(mapping);
        pass(mapping, Way.FIRST_WAIT);

        assertThat(gateway.mappings).isEmpty();
        assertThat(mapping.isStopped()).isTrue();
    }

    @Test
    void aGatewayThatNeverAnswersRemovalsByUpnpIsLeft() {
        PortMapping mapping = start(Speaks.UPNP);
        deaf = question -> true;

        mapping.stop(now);
        exchange(mapping);
        pass(mapping, Way.FIRST_WAIT);

        assertThat(mapping.isStopped()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(value = Speaks.class, names = "UPNP", mode = EnumSource.Mode.EXCLUDE)
    void aLifetimeOfAnEternityIsNotBelieved(Speaks language) {
        gateway.lifetime = 0xffff_ffffL;

        PortMapping mapping = start(language);

        assertThat(events()).hasSize(2).allMatch(event -> ((Mapped) event).until() - now <= Way.LONGEST.toNanos());
        pass(mapping, Way.LONGEST.dividedBy(2));
        assertThat(events()).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(value = Speaks.class, names = "UPNP", mode = EnumSource.Mode.EXCLUDE)
    void aGrantOfNoTimeIsNone(Speaks language) {
        gateway.lifetime = 0;

        start(language);

        assertThat(events()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Speaks.class)
    void anAddressOutsideThatNobodyCanHaveIsNone(Speaks language) {
        gateway.external = new byte[] {0, 0, 0, 0};

        PortMapping mapping = start(language);
        pass(mapping, Duration.ofSeconds(33));

        assertThat(events()).singleElement().isInstanceOf(Unavailable.class);
    }

    @Test
    void saysThatOneOfTwoMappingsIsLost() {
        PortMapping mapping = start(Speaks.PCP);
        events();

        gateway.bend = packet -> {
            if (packet.length == 60 && packet[36] == Protocol.TCP.number()) {
                packet[3] = 8;
            }
            return packet;
        };
        pass(mapping, Duration.ofHours(1));

        assertThat(events()).hasSize(2).contains(new PortMapEvent.Lost(Protocol.TCP));
        gateway.bend = packet -> packet;
        pass(mapping, PortMapping.LATER);
        assertThat(events()).singleElement().isEqualTo(mapped(Protocol.TCP, 6881, Duration.ofHours(2), "PCP"));
    }

    @Test
    void findsAGatewayByUpnpThatHasRestartedElsewhere() {
        PortMapping mapping = start(Speaks.UPNP);
        events();

        gateway.restart();
        gateway.control = "/ctl/moved";
        pass(mapping, Duration.ofMinutes(31));

        assertThat(events()).hasSize(2);
        assertThat(gateway.mappings.keySet()).containsExactly("TCP 6881", "UDP 6881");
    }

    @Test
    void opensAFirewallOfIpv6ByPcp() {
        server = new InetSocketAddress(address("fe80::1"), 5351);
        from = server;
        InetAddress local = address("2001:db8::7");

        PortMapping mapping = start(new Route(Optional.of(server.getAddress()), local, 64));

        assertThat(events())
                .hasSize(2)
                .allMatch(event -> ((Mapped) event).external().equals(local));
        assertThat(gateway.asked).allMatch(asked -> asked.startsWith("PCP"));
        mapping.stop(now);
        exchange(mapping);
        assertThat(mapping.isStopped()).isTrue();
        assertThat(gateway.mappings).isEmpty();
    }

    @Test
    void keepsToTheFirstThatWorksAndRemovesAll() {
        PortMapping mapping = start(Speaks.values());

        assertThat(events()).hasSize(2).allMatch(event -> ((Mapped) event).by().equals("PCP"));
        gateway.asked.clear();
        pass(mapping, Duration.ofHours(3));
        assertThat(gateway.asked).isNotEmpty().allMatch(asked -> asked.startsWith("PCP"));
        mapping.stop(now);
        exchange(mapping);
        assertThat(gateway.mappings).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(value = Speaks.class, names = "UPNP", mode = EnumSource.Mode.EXCLUDE)
    void mapsAgainWhenTheGatewayHasRestarted(Speaks language) {
        PortMapping mapping = start(language);
        pass(mapping, Duration.ofMinutes(5));
        events();

        gateway.restart();
        byte[] announcement = gateway.reply(
                        language == Speaks.PCP ? Pcp.announceRequest(LOCAL) : NatPmp.addressRequest())
                .orElseThrow();
        mapping.received(SERVER, announcement, now);
        exchange(mapping);

        assertThat(events()).hasSize(2);
        assertThat(gateway.mappings.keySet()).containsExactly("TCP 6881", "UDP 6881");
    }

    @ParameterizedTest
    @EnumSource(value = Speaks.class, names = "UPNP", mode = EnumSource.Mode.EXCLUDE)
    void looksForARestartWhoseAnnouncementWasLost(Speaks language) {
        PortMapping mapping = start(language);
        pass(mapping, Duration.ofMinutes(5));

        gateway.restart();
        pass(mapping, Duration.ofMinutes(10));

        assertThat(gateway.mappings.keySet()).containsExactly("TCP 6881", "UDP 6881");
    }

    @ParameterizedTest
    @EnumSource(value = Speaks.class, names = "UPNP", mode = EnumSource.Mode.EXCLUDE)
    void aClockThatRunsBackwardsDoesNotKeepItBusy(Speaks language) {
        gateway.bend = packet -> {
            gateway.epoch -= 100;
            return packet;
        };
        gateway.epoch = 1_000_000;

        PortMapping mapping = start(language);
        pass(mapping, Duration.ofSeconds(9));

        assertThat(packets).isLessThan(60); // most are searches by UPnP, before the first reply
    }

    @Test
    void whoeverIsNotTheGatewayIsNotHeard() {
        from = new InetSocketAddress("192.168.1.66", 5351);

        PortMapping mapping = start(Speaks.values());
        pass(mapping, Duration.ofSeconds(33));

        assertThat(events()).singleElement().isInstanceOf(Unavailable.class);
    }

    @Test
    void anotherPortOfTheGatewayIsNotHeard() {
        from = new InetSocketAddress(GATEWAY, 5352);

        start(Speaks.PCP, Speaks.NAT_PMP);

        assertThat(events()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {24, 36, 40}) // the nonce, the protocol, the port inside
    void aReplyOfPcpToSomethingElseIsNotHeard(int at) {
        gateway.bend = packet -> {
            packet[at] ^= 1;
            return packet;
        };

        start(Speaks.PCP);

        assertThat(events()).isEmpty();
    }

    @Test
    void aReplyOfNatPmpForAnotherPortIsNotHeard() {
        gateway.bend = packet -> packet.length == 16
                ? ByteBuffer.wrap(packet).putShort(8, (short) 4242).array()
                : packet;

        start(Speaks.NAT_PMP);

        assertThat(events()).isEmpty();
    }

    @Test
    void aLifetimeOfASecondIsNotRenewedEverySecond() {
        gateway.lifetime = 1;
        PortMapping mapping = start(Speaks.PCP);
        packets = 0;

        pass(mapping, Duration.ofMinutes(1));

        assertThat(packets).isLessThanOrEqualTo(4);
    }

    @Test
    void aPermanentLeaseIsTakenWhereThereIsNoOther() {
        gateway.onlyPermanent = true;

        PortMapping mapping = start(Speaks.UPNP);

        assertThat(events()).hasSize(2);
        assertThat(gateway.mappings.values()).containsOnly(new FakeGateway.Entry(6881, 0));
        mapping.stop(now);
        exchange(mapping);
        assertThat(gateway.mappings).isEmpty();
    }

    @Test
    void theSecondVersionOfUpnpChoosesThePort() {
        gateway.version = 2;
        gateway.taken.add(6881);

        start(Speaks.UPNP);

        assertThat(gateway.asked).contains("AddAnyPortMapping").doesNotContain("AddPortMapping");
        assertThat(events()).extracting(event -> ((Mapped) event).port()).containsExactly(7881, 7881);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://192.168.1.66:5000/igd.xml",
                "http://evil.example/igd.xml",
                "https://192.168.1.1/igd.xml",
                "file:///etc/passwd",
                "http://x@192.168.1.66/",
                "nonsense here"
            })
    void aDescriptionElsewhereIsNotFetched(String location) {
        gateway.location = location;

        start(Speaks.UPNP);

        assertThat(gateway.asked).containsOnly("M-SEARCH");
        assertThat(events()).isEmpty();
    }

    @Test
    void aDescriptionWithAnEntityIsOfNoUse() {
        gateway.description = "<!DOCTYPE root [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><root>&x;</root>";

        PortMapping mapping = start(Speaks.UPNP);
        pass(mapping, Duration.ofSeconds(33));

        assertThat(events())
                .singleElement()
                .isInstanceOfSatisfying(
                        Unavailable.class, none -> assertThat(none.reason()).contains("description"));
    }

    @Test
    void withoutAKnownGatewayAnybodyOnTheNetworkMayAnswerByUpnp() {
        start(new Route(Optional.empty(), LOCAL, 24));

        assertThat(events()).hasSize(2).allMatch(event -> ((Mapped) event).by().equals("UPnP"));
    }

    @Test
    void withoutAKnownGatewayStrangersMayNot() {
        start(new Route(Optional.empty(), address("10.0.0.7"), 8));

        assertThat(events()).isEmpty();
    }

    @Test
    void asksAnewWhenTheGatewayTakesItsWordBack() {
        PortMapping mapping = start(Speaks.PCP, Speaks.NAT_PMP);
        events();

        gateway.speaks.remove(Speaks.PCP);
        pass(mapping, Duration.ofHours(3));

        assertThat(events())
                .isNotEmpty()
                .allMatch(event -> ((Mapped) event).by().equals("NAT-PMP"));
    }
}
