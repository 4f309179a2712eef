package io.bittern.dht;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.bencode.BString;
import io.bittern.dht.DhtNetwork.Node;
import io.bittern.metainfo.InfoHash;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Two thousand nodes in virtual time. {@code -Dforall.seed=N} is another run. */
class DhtSimulationTest {

    private static final long SEED = Long.getLong("forall.seed", 1);
    private static final int NODES = 2000;
    private static final int TORRENTS = 200;
    private static final int PORT = 6881;

    private record Announced(InfoHash torrent, InetSocketAddress peer) {}

    private final DhtNetwork network = new DhtNetwork(SEED);
    private final List<Announced> announced = new ArrayList<>();

    @Test
    void lookupsTakeFewStepsEvenAmongManyNodes() {
        grow(NODES);

        double hops = 0;
        double right = 0;
        for (int i = 0; i < TORRENTS; i++) {
            announce(network.any());
            network.pass(DhtNetwork.SECOND / 2);
        }
        network.pass(20 * DhtNetwork.SECOND);
        for (Node node : network.nodes) {
            for (DhtEvent event : node.events) {
                if (event instanceof DhtEvent.Finished finished) {
                    hops += finished.hops();
                    right += finished.stored();
                }
            }
        }

        say("%d nodes: mean hops %.2f, stored on %.2f nodes", NODES, hops / TORRENTS, right / TORRENTS);
        assertThat(hops / TORRENTS).isLessThan(Math.log(NODES) / Math.log(2) / 2);
        assertThat(right / TORRENTS).isGreaterThan(RoutingTable.K - 0.5);
        assertThat(found()).isEqualTo(1.0);
    }

    @Test
    void torrentsAreFoundThoughNodesComeAndGoAndPacketsAreLost() {
        network.loss = 0.2;
        grow(NODES);
        announceAll();

        for (int i = 0; i < NODES / 5; i++) {
            network.leave(network.any());
            network.join(3, DhtSettings::usual);
            network.pass(DhtNetwork.SECOND / 2);
        }
        double found = found();

        say("20 %% churn, 20 %% loss: %.1f %% found", 100 * found);
        assertThat(found).isGreaterThanOrEqualTo(0.99);
    }

    @Test
    void torrentsAreFoundThoughSomeNodesLie() {
        List<Contact> liars = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            Node node = network.join(3, DhtSettings::usual);
            if (i > 20 && network.random.nextInt(10) == 0) {
                liars.add(node.contact());
                node.liar = (self, query) -> lie(self, query, liars);
            }
            network.pass(DhtNetwork.SECOND / 10);
        }
        network.pass(30 * DhtNetwork.SECOND);
        announceAll();

        double found = found();

        say("%d of %d nodes lie: %.1f %% found", liars.size(), NODES, 100 * found);
        assertThat(found).isGreaterThanOrEqualTo(0.95);
    }

    /**
     * Says it has nothing, keeps nothing, and names accomplices and nodes that are not there, very near to the target;
     * every other liar says that it is very near itself.
     */
    private byte[] lie(Node self, Message.Query query, List<Contact> liars) {
        List<Contact> named = new ArrayList<>();
        if (query.ask() instanceof Ask.Near near) {
            for (int i = 0; i < RoutingTable.K; i++) {
                InetSocketAddress where =
                        i < 4 ? liars.get(network.random.nextInt(liars.size())).address() : network.newAddress();
                named.add(new Contact(near.target().randomSharing(100 + i, network.random), where));
            }
        }
        boolean boasts = self.address.getPort() % 2 == 0;
        NodeId id = boasts && query.ask() instanceof Ask.Near near
                ? near.target().randomSharing(90, network.random)
                : self.dht.id();
        Answer answer = Answer.EMPTY.withNodes(named).withToken(BString.of("lies"));
        return KrpcWriter.reply(new Message.Reply(query.transaction(), id, answer, Optional.empty()), 1024)
                .orElseThrow();
    }

    @Test
    void nobodyAtAForgedAddressGetsMoreThanWasSentInItsName() {
        grow(200);
        for (int i = 0; i < 50; i++) {
            announce(network.nodes.get(i));
        }
        network.pass(60 * DhtNetwork.SECOND);

        double worst = 0;
        for (int i = 0; i < 200; i++) {
            InetSocketAddress victim = network.newAddress();
            long sent = 0;
            for (int j = 0; j < 40; j++) {
                byte[] packet = query(network.random);
                sent += packet.length;
                network.send(victim, network.any().address, packet);
                network.pass(DhtNetwork.SECOND / 5);
            }
            network.pass(DhtNetwork.SECOND);
            worst = Math.max(worst, (double) network.bytesTo(victim) / sent);
        }

        say("bytes out to bytes in: %.3f at worst", worst);
        assertThat(worst).isLessThanOrEqualTo(1.0).isGreaterThan(0.1);
    }

    @Test
    void aFloodOfNoiseChangesNothingButCounters() {
        grow(100);
        Node victim = network.nodes.get(0);
        SavedNodes before = victim.dht.saved(network.now);
        DhtStatistics counted = victim.dht.statistics(network.now);
        List<InetSocketAddress> attackers = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            attackers.add(network.newAddress());
        }
        long[] sent = new long[attackers.size()];

        for (int i = 0; i < 100_000; i++) {
            int who = network.random.nextInt(attackers.size());
            byte[] packet = noise(network.random);
            sent[who] += packet.length;
            victim.dht.received(attackers.get(who), packet, network.now);
            network.flush(victim);
            network.pass(DhtNetwork.SECOND / 10_000);
        }
        network.pass(DhtNetwork.SECOND);

        DhtStatistics after = victim.dht.statistics(network.now);
        assertThat(victim.dht.saved(network.now)).isEqualTo(before);
        assertThat(after.torrents()).isEqualTo(counted.torrents());
        assertThat(after.items()).isEqualTo(counted.items());
        assertThat(after.searches()).isEqualTo(counted.searches());
        assertThat(after.packetsIn() - counted.packetsIn()).isGreaterThanOrEqualTo(100_000);
        for (int i = 0; i < sent.length; i++) {
            assertThat(network.bytesTo(attackers.get(i))).isLessThanOrEqualTo(sent[i]);
        }
        say(
                "flood: %d malformed, %d queries, %d dropped, %d unasked",
                after.malformed(), after.queries(), after.dropped(), after.unasked());
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        assertThat(run()).isEqualTo(run());
    }

    private static long run() {
        DhtSimulationTest simulation = new DhtSimulationTest();
        simulation.network.loss = 0.2;
        simulation.grow(150);
        simulation.announce(simulation.network.any());
        simulation.network.pass(60 * DhtNetwork.SECOND);
        return simulation.network.digest();
    }

    private void grow(int nodes) {
        for (int i = 0; i < nodes; i++) {
            network.join(3, DhtSettings::usual);
            network.pass(DhtNetwork.SECOND / 10);
        }
        network.pass(30 * DhtNetwork.SECOND);
    }

    private void announceAll() {
        while (announced.size() < TORRENTS) {
            Node node = network.any();
            if (node.liar == null) {
                announce(node);
                network.pass(DhtNetwork.SECOND / 2);
            }
        }
        network.pass(60 * DhtNetwork.SECOND);
    }

    private void announce(Node node) {
        InfoHash torrent = InfoHash.of(NodeId.random(network.random).bytes());
        node.dht.search(new Wanted.Announce(torrent, PORT, false, false), network.now);
        network.flush(node);
        announced.add(new Announced(torrent, new InetSocketAddress(node.address.getAddress(), PORT)));
    }

    /** The part of the announced torrents of which somebody else finds the peer. */
    private double found() {
        List<Supplier<Boolean>> outcomes = new ArrayList<>();
        for (Announced each : announced) {
            Node seeker = network.any();
            while (seeker.liar != null || seeker.address.getAddress().equals(each.peer.getAddress())) {
                seeker = network.any();
            }
            outcomes.add(seek(seeker, each));
            network.pass(DhtNetwork.SECOND / 2);
        }
        network.pass(60 * DhtNetwork.SECOND);
        return (double) outcomes.stream().filter(Supplier::get).count() / announced.size();
    }

    private Supplier<Boolean> seek(Node seeker, Announced wanted) {
        long search = seeker.dht.search(new Wanted.Peers(wanted.torrent, false), network.now);
        network.flush(seeker);
        return () -> seeker.events.stream()
                .anyMatch(event -> event instanceof DhtEvent.PeersFound found
                        && found.search() == search
                        && found.peers().contains(wanted.peer));
    }

    private byte[] query(RandomGenerator random) {
        NodeId target = announced.isEmpty()
                ? NodeId.random(random)
                : NodeId.of(announced.get(random.nextInt(announced.size())).torrent);
        Ask ask = switch (random.nextInt(8)) {
            case 0 -> Ask.Ping.INSTANCE;
            case 1 -> new Ask.FindNode(target, Set.of());
            case 2 -> new Ask.FindNode(target, Set.of(Family.IPV4));
            case 3 -> new Ask.GetPeers(target, Set.of(), false, random.nextBoolean());
            case 4 -> new Ask.AnnouncePeer(target, PORT, false, false, BString.of("guess"));
            case 5 -> new Ask.SampleInfohashes(target, Set.of());
            case 6 -> new Ask.Get(target, Set.of(), Optional.empty());
            default -> new Ask.Put(new Item.Immutable(BString.of("x")), Optional.empty(), BString.of("guess"));
        };
        byte[] transaction = new byte[random.nextInt(5)];
        random.nextBytes(transaction);
        return KrpcWriter.query(
                new Message.Query(BString.of(transaction), NodeId.random(random), ask, random.nextInt(10) == 0),
                random.nextBoolean());
    }

    private byte[] noise(RandomGenerator random) {
        byte[] packet = random.nextInt(4) == 0 ? new byte[random.nextInt(200)] : query(random);
        if (random.nextInt(4) == 0) {
            packet = "d1:rd2:id20:aaaaaaaaaaaaaaaaaaaae1:t4:bbbb1:y1:re".getBytes(StandardCharsets.US_ASCII);
        }
        for (int i = random.nextInt(4); i > 0 && packet.length > 0; i--) {
            packet[random.nextInt(packet.length)] = (byte) random.nextInt(256);
        }
        return packet;
    }

    private void say(String format, Object... values) {
        System.out.printf("DHT, seed " + SEED + ": " + format + "; %d packets, digest %x%n", append(values));
    }

    private Object[] append(Object... values) {
        List<Object> all = new ArrayList<>(List.of(values));
        all.add(network.packets);
        all.add(network.digest());
        return all.toArray();
    }
}
