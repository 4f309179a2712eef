package io.bittern.dht;

import static io.bittern.dht.Nodes.MINUTE;
import static io.bittern.dht.Nodes.SECOND;
import static io.bittern.dht.Nodes.contact;
import static io.bittern.dht.Nodes.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.Forall;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RoutingTableTest {

    private static final NodeId OWN = id("00");
    private static final InetSocketAddress LOCAL = Nodes.at("10.9.9.9");
    private static final InetSocketAddress STRANGER = Nodes.at("8.8.8.8");

    private final RoutingTable table = new RoutingTable(OWN, 0);
    private long now;

    /** Local addresses, so that ids are free and hosts many. */
    private static Contact local(String digits, int n) {
        return new Contact(id(digits), Nodes.at("10.0." + n / 250 + "." + (1 + n % 250)));
    }

    private void fill(String digits, int from, int count) {
        for (int i = from; i < from + count; i++) {
            table.answered(local(digits + String.format("%04x", i), i), now);
        }
    }

    @Test
    void namesTheNearest() {
        Forall.seeds(100, random -> {
            RoutingTable many = new RoutingTable(NodeId.random(random), 0);
            List<Contact> all = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                many.answered(new Contact(NodeId.random(random), Nodes.at("10.0." + i / 250 + "." + (1 + i % 250))), 0);
            }
            all.addAll(many.contacts(0));
            NodeId target =
                    random.nextBoolean() ? NodeId.random(random) : many.own().randomSharing(random.nextInt(20), random);
            all.sort(Comparator.comparing(Contact::id, target::compareDistance));

            assertThat(many.nearest(target, 8, 0)).isEqualTo(all.subList(0, 8));
        });
    }

    @Test
    void keepsManyNodesNearAndFewFarAway() {
        fill("8", 0, 300);
        fill("4", 300, 200);
        fill("08", 500, 50);

        assertThat(table.nearest(id("8"), 300, now).stream().filter(c -> c.id().sharedBits(OWN) == 0))
                .hasSize(128);
        assertThat(table.nearest(id("4"), 300, now).stream().filter(c -> c.id().sharedBits(OWN) == 1))
                .hasSize(64);
        assertThat(table.nearest(id("08"), 300, now).stream().filter(c -> c.id().sharedBits(OWN) == 4))
                .hasSize(8);
    }

    @Test
    void takesNoNodeTwiceNorItself() {
        table.answered(new Contact(OWN, LOCAL), now);
        table.answered(contact("8", "10.0.0.1"), now);
        table.answered(contact("8", "10.0.0.1"), now);

        assertThat(table.size()).isEqualTo(1);
    }

    @Test
    void givesAHostOnePlace() {
        table.answered(new Contact(id("81"), Nodes.at("8.8.8.8", 1000)), now);
        table.answered(new Contact(id("41"), Nodes.at("8.8.8.8", 2000)), now);

        assertThat(table.contacts(now)).extracting(Contact::id).containsExactly(id("81"));
    }

    @Test
    void givesANetworkOnePlaceInABucket() {
        table.answered(contact("81", "8.8.8.1"), now);
        table.answered(contact("82", "8.8.8.2"), now);
        table.answered(contact("83", "2001:db8:1::1"), now);
        table.answered(contact("84", "2001:db8:1:1::1"), now);

        assertThat(table.size()).isEqualTo(2);
    }

    @Test
    void doesNotKeepWhoCallsHimselfOtherwiseAtWill() {
        table.answered(contact("81", "8.8.8.1"), now);
        table.answered(contact("41", "8.8.8.1"), now);

        assertThat(table.contacts(now)).isEmpty();
        table.answered(contact("41", "8.8.8.1"), now);
        assertThat(table.contacts(now)).containsExactly(contact("41", "8.8.8.1"));
    }

    @Test
    void movesANodeThatTakesAnIdThatFits() {
        table.answered(contact("81", "10.0.0.1"), now);
        table.answered(contact("41", "10.0.0.1"), now);

        assertThat(table.contacts(now)).containsExactly(contact("41", "10.0.0.1"));
    }

    @Test
    void namesNodesWithIdsThatDoNotFitInHalfOfThePlacesOnly() {
        Random random = new Random(1);
        for (int i = 0; i < 40; i++) {
            InetSocketAddress address = Nodes.at("9." + i + ".1.1");
            table.answered(new Contact(BoundIds.random(address.getAddress(), random), address), now);
            table.answered(contact(String.format("80%04x", i), "8." + i + ".1.1"), now);
        }

        assertThat(table.nearest(id("80"), 8, now))
                .filteredOn(
                        contact -> BoundIds.fits(contact.id(), contact.address().getAddress()))
                .hasSize(4);
    }

    @Test
    void prefersNodesWhoseIdsFitTheirAddresses() {
        Random random = new Random(1);
        RoutingTable full = new RoutingTable(id("7f"), 0);
        for (int i = 0; i < 128; i++) {
            full.answered(new Contact(id(String.format("8%03x", i)), Nodes.at("8." + i + ".1.1")), now);
        }
        InetSocketAddress address = Nodes.at("9.9.9.9");
        Contact fitting = new Contact(BoundIds.random(address.getAddress(), random), address);
        while (fitting.id().sharedBits(id("7f")) > 0) {
            fitting = new Contact(BoundIds.random(address.getAddress(), random), address);
        }

        full.answered(fitting, now);

        assertThat(full.contacts(now)).hasSize(128).contains(fitting);
    }

    @Test
    void replacesANodeThatFallsSilentByOneThatWaits() {
        fill("8", 0, 129);
        Contact first = local("80000", 0);
        assertThat(table.contacts(now)).contains(first).doesNotContain(local("80080", 128));

        for (int i = 0; i < 3; i++) {
            table.failed(first.address(), now);
        }

        assertThat(table.contacts(now)).doesNotContain(first).contains(local("80080", 128));
    }

    @Test
    void keepsSilentNodesWhileThereIsNobodyElseButNamesThemNoMore() {
        Contact node = contact("81", "10.0.0.1");
        table.answered(node, now);

        for (int i = 0; i < 3; i++) {
            table.failed(node.address(), now);
        }

        assertThat(table.size()).isEqualTo(1);
        assertThat(table.nearest(id("81"), 8, LOCAL, now)).isEmpty();
        for (int i = 0; i < 7; i++) {
            table.failed(node.address(), now);
        }
        assertThat(table.size()).isZero();
    }

    @Test
    void wantsAPingForWhomItHasNotHeardForLong() {
        Contact one = contact("81", "10.0.0.1");
        Contact other = contact("82", "10.0.0.2");
        table.answered(one, 0);
        table.answered(other, MINUTE);
        table.asked(one, 2 * MINUTE);

        assertThat(table.questionable(12 * MINUTE)).isEmpty();
        assertThat(table.questionable(13 * MINUTE)).contains(other);
        assertThat(table.questionable(13 * MINUTE + SECOND)).isEmpty();
        assertThat(table.questionable(14 * MINUTE)).contains(other);
        assertThat(table.questionable(14 * MINUTE)).contains(one);
        assertThat(table.goodNodes(17 * MINUTE)).isZero();
        assertThat(table.nearest(id("81"), 8, 17 * MINUTE)).containsExactly(one, other);
    }

    @Test
    void prefersNodesThatAreGood() {
        fill("80", 0, 10);
        now = 20 * MINUTE;
        fill("81", 100, 8);

        assertThat(table.nearest(id("80"), 8, now))
                .allMatch(contact -> contact.id().sharedBits(id("81")) >= 8);
    }

    @Test
    void wantsALookupWhereNothingHappenedForLong() {
        fill("8", 0, 128);
        fill("4", 200, 20);
        now = 10 * MINUTE;
        table.answered(local("4000c8", 200), now);
        fill("4", 300, 1);

        assertThat(table.stale(new Random(1), 14 * MINUTE)).isEmpty();
        assertThat(table.stale(new Random(1), 15 * MINUTE))
                .hasValueSatisfying(target -> assertThat(target.sharedBits(OWN)).isZero());
        assertThat(table.stale(new Random(1), 16 * MINUTE)).isEmpty();
        assertThat(table.stale(new Random(1), 26 * MINUTE))
                .hasValueSatisfying(target -> assertThat(target.sharedBits(OWN)).isEqualTo(1));
    }

    @Test
    void tellsStrangersOfNoLocalNodes() {
        table.answered(contact("81", "10.0.0.1"), now);
        table.answered(contact("82", "8.8.4.4"), now);

        assertThat(table.nearest(id("8"), 8, STRANGER, now)).containsExactly(contact("82", "8.8.4.4"));
        assertThat(table.nearest(id("8"), 8, LOCAL, now)).hasSize(2);
    }

    @Test
    void findsNewPlacesForAllWhenOurIdChanges() {
        fill("8", 0, 100);

        table.move(id("81"), now);

        assertThat(table.own()).isEqualTo(id("81"));
        assertThat(table.size()).isBetween(50, 100);
    }

    @Test
    void neverHoldsAHostTwice() {
        Forall.seeds(50, random -> {
            RoutingTable any = new RoutingTable(NodeId.random(random), 0);
            long time = 0;
            for (int i = 0; i < 2000; i++) {
                time += random.nextInt(5) * SECOND;
                Contact contact = new Contact(
                        any.own().randomSharing(random.nextInt(12), random),
                        Nodes.at("9." + random.nextInt(100) + ".1." + (1 + random.nextInt(3)), 1 + random.nextInt(2)));
                switch (random.nextInt(4)) {
                    case 0 -> any.failed(contact.address(), time);
                    case 1 -> any.asked(contact, time);
                    default -> any.answered(contact, time);
                }
            }

            List<Contact> all = any.contacts(time);
            Set<Object> hosts = new HashSet<>();
            all.forEach(contact -> hosts.add(Origin.host(contact.address())));
            assertThat(hosts).hasSize(all.size()).hasSize(any.size());
        });
    }
}
