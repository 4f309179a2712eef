package io.bittern.dht;

import static io.bittern.dht.Nodes.at;
import static io.bittern.dht.Nodes.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.bencode.BString;
import io.bittern.dht.DhtNetwork.Node;
import io.bittern.dht.Message.Query;
import io.bittern.dht.Message.Refusal;
import io.bittern.dht.Message.Reply;
import io.bittern.metainfo.InfoHash;
import java.net.InetSocketAddress;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DhtTest {

    private static final InfoHash TORRENT = InfoHash.fromHex("aa".repeat(20));

    @Nested
    class AmongOthers {

        private final DhtNetwork network = new DhtNetwork(1);

        AmongOthers() {
            for (int i = 0; i < 30; i++) {
                network.join(3, DhtSettings::usual);
                network.pass(DhtNetwork.SECOND);
            }
            network.pass(20 * DhtNetwork.SECOND);
            network.nodes.forEach(node -> node.events.clear());
        }

        private Node node(int index) {
            return network.nodes.get(index);
        }

        private List<DhtEvent> after(Node node, long seconds) {
            network.flush(node);
            network.pass(seconds * DhtNetwork.SECOND);
            return node.events;
        }

        private <E extends DhtEvent> E only(Class<E> kind, List<DhtEvent> events) {
            List<E> found =
                    events.stream().filter(kind::isInstance).map(kind::cast).toList();
            assertThat(found).hasSize(1);
            return found.get(0);
        }

        @Test
        void findsWhoWasAnnounced() {
            node(1).dht.search(new Wanted.Announce(TORRENT, 7000, false, false), network.now);
            assertThat(only(DhtEvent.Finished.class, after(node(1), 10)).stored())
                    .isEqualTo(8);

            long search = node(2).dht.search(new Wanted.Peers(TORRENT, false), network.now);

            List<DhtEvent> events = after(node(2), 10);
            assertThat(only(DhtEvent.PeersFound.class, events))
                    .isEqualTo(new DhtEvent.PeersFound(
                            search,
                            List.of(new InetSocketAddress(node(1).address.getAddress(), 7000))));
            assertThat(only(DhtEvent.Finished.class, events).search()).isEqualTo(search);
        }

        @Test
        void announcesThePortThatItsPacketsComeFrom() {
            node(1).dht.search(new Wanted.Announce(TORRENT, 1, true, false), network.now);
            after(node(1), 10);

            node(2).dht.search(new Wanted.Peers(TORRENT, false), network.now);

            assertThat(only(DhtEvent.PeersFound.class, after(node(2), 10)).peers())
                    .containsExactly(node(1).address);
        }

        @Test
        void countsSeedsAndPeers() {
            for (int i = 0; i < 12; i++) {
                node(i).dht.search(new Wanted.Announce(TORRENT, 7000, false, i < 4), network.now);
                after(node(i), 5);
            }

            node(20).dht.search(new Wanted.Peers(TORRENT, true), network.now);

            DhtEvent.SwarmSize swarm =
                    only(DhtEvent.Finished.class, after(node(20), 10)).swarm().orElseThrow();
            assertThat(swarm.seeds()).isBetween(3.5, 4.5);
            assertThat(swarm.peers()).isBetween(7.0, 9.0);
        }

        @Test
        void findsWhatIsStoredWithItself() {
            node(1).dht.search(new Wanted.Announce(TORRENT, 7000, false, false), network.now);
            after(node(1), 10);
            Node keeper = network.nodes.stream()
                    .filter(node -> node.dht.statistics(network.now).torrents() > 0)
                    .findFirst()
                    .orElseThrow();

            keeper.dht.search(new Wanted.Peers(TORRENT, false), network.now);

            assertThat(keeper.dht.events()).hasAtLeastOneElementOfType(DhtEvent.PeersFound.class);
        }

        @Test
        void getsWhatWasPut() {
            Item item = new Item.Immutable(BString.of("Hello World!"));
            node(1).dht.search(new Wanted.Put(item, Optional.empty()), network.now);
            assertThat(only(DhtEvent.Finished.class, after(node(1), 10)).stored())
                    .isEqualTo(8);

            node(2).dht.search(new Wanted.Get(item.target(), BString.EMPTY), network.now);

            assertThat(only(DhtEvent.ItemFound.class, after(node(2), 10)).item())
                    .isEqualTo(item);
        }

        @Test
        void carriesTheLargestItems() {
            Item item = Item.Mutable.sign(
                    Ed25519.fromSeed(new byte[32]), BString.of(new byte[64]), 1L << 60, BString.of(new byte[996]));
            node(1).dht.search(new Wanted.Put(item, Optional.empty()), network.now);
            assertThat(only(DhtEvent.Finished.class, after(node(1), 10)).stored())
                    .isEqualTo(8);

            node(2).dht.search(new Wanted.Get(item.target(), BString.of(new byte[64])), network.now);

            assertThat(only(DhtEvent.ItemFound.class, after(node(2), 10)).item())
                    .isEqualTo(item);
        }

        @Test
        void getsTheLatestVersion() {
            KeyPair keys = Ed25519.fromSeed(new byte[32]);
            BString salt = BString.of("salt");
            Item.Mutable first = Item.Mutable.sign(keys, salt, 1, BString.of("first"));
            Item.Mutable second = Item.Mutable.sign(keys, salt, 2, BString.of("second"));
            node(1).dht.search(new Wanted.Put(first, Optional.empty()), network.now);
            after(node(1), 10);
            node(2).dht.search(new Wanted.Put(second, Optional.of(1L)), network.now);
            assertThat(only(DhtEvent.Finished.class, after(node(2), 10)).stored())
                    .isEqualTo(8);
            Item.Mutable late = Item.Mutable.sign(keys, salt, 3, BString.of("late"));
            node(3).dht.search(new Wanted.Put(late, Optional.of(1L)), network.now);
            assertThat(only(DhtEvent.Finished.class, after(node(3), 10)).stored())
                    .isZero();

            node(4).dht.search(new Wanted.Get(first.target(), salt), network.now);

            assertThat(only(DhtEvent.ItemFound.class, after(node(4), 10)).item())
                    .isEqualTo(second);
        }

        @Test
        void doesNotStoreWhatIsNotSigned() {
            Item forged = new Item.Mutable(
                    BString.of(new byte[32]), BString.EMPTY, 1, BString.of(new byte[64]), BString.of("x"));

            node(1).dht.search(new Wanted.Put(forged, Optional.empty()), network.now);

            assertThat(only(DhtEvent.Finished.class, after(node(1), 10)).stored())
                    .isZero();
        }

        @Test
        void saysNothingMoreOfACancelledSearch() {
            node(1).dht.search(new Wanted.Announce(TORRENT, 7000, false, false), network.now);
            after(node(1), 10);
            long search = node(2).dht.search(new Wanted.Peers(TORRENT, false), network.now);
            network.flush(node(2));

            node(2).dht.cancel(search, network.now);

            assertThat(after(node(2), 20)).noneMatch(DhtEvent.OfSearch.class::isInstance);
            assertThat(node(2).dht.statistics(network.now).searches()).isZero();
        }

        @Test
        void isReadOnlyWithoutAnsweringNorBeingKnown() {
            Node reader = network.join(3, family -> DhtSettings.usual(family).withReadOnly(true));
            network.pass(20 * DhtNetwork.SECOND);
            node(1).dht.search(new Wanted.Announce(TORRENT, 7000, false, false), network.now);
            after(node(1), 10);

            reader.dht.search(new Wanted.Peers(TORRENT, false), network.now);

            assertThat(only(DhtEvent.PeersFound.class, after(reader, 10)).peers())
                    .hasSize(1);
            assertThat(network.nodes)
                    .noneMatch(node -> node.dht.saved(network.now).contacts().contains(reader.contact()));
        }

        @Test
        void learnsItsAddressAndTakesAnIdThatFits() {
            DhtNetwork.Node known = node(5);
            InetSocketAddress address = network.newAddress();
            Node node = network.join(address, Nodes.id("1234"), List.of(known.address));

            network.pass(30 * DhtNetwork.SECOND);

            assertThat(node.events).contains(new DhtEvent.AddressLearned(address.getAddress()));
            assertThat(BoundIds.fits(node.dht.id(), address.getAddress())).isTrue();
        }

        @Test
        void beginsAgainWithTheNodesOfTheLastTime() {
            SavedNodes saved =
                    SavedNodes.decode(node(3).dht.saved(network.now).encode()).orElseThrow();

            Node again = network.join(network.newAddress(), saved.id(), List.of());
            again.dht.start(saved.contacts(), List.of(), network.now);

            assertThat(after(again, 10)).anyMatch(DhtEvent.Bootstrapped.class::isInstance);
            assertThat(again.dht.statistics(network.now).goodNodes()).isGreaterThanOrEqualTo(8);
        }

        @Test
        void getsToKnowWhomItIsToldOf() {
            Node lonely = network.join(network.newAddress(), Nodes.id("12"), List.of());

            lonely.dht.suggest(node(1).address, network.now);

            after(lonely, 10);
            assertThat(lonely.dht.statistics(network.now).goodNodes()).isGreaterThanOrEqualTo(8);
        }

        @Test
        void keepsItsNodesForHours() {
            network.pass(2 * 3600 * DhtNetwork.SECOND);

            assertThat(network.nodes)
                    .extracting(node -> node.dht.statistics(network.now).goodNodes())
                    .allMatch(good -> good >= 8);
        }

        @Test
        void survivesAnHourWithoutANetwork() {
            network.loss = 1;
            network.pass(3600 * DhtNetwork.SECOND);
            network.loss = 0;
            network.pass(600 * DhtNetwork.SECOND);

            node(1).dht.search(new Wanted.Announce(TORRENT, 7000, false, false), network.now);

            assertThat(only(DhtEvent.Finished.class, after(node(1), 20)).stored())
                    .isEqualTo(8);
        }
    }

    @Nested
    class Alone {

        private static final InetSocketAddress STRANGER = at("8.8.8.8");
        private static final Ask WANTED = new Ask.GetPeers(id("22"), Set.of(), false, false);

        private final Dht dht = new Dht(id("00"), DhtSettings.usual(Family.IPV4), new Random(1), 0);

        private byte[] send(Ask ask, boolean readOnly) {
            return send(ask, readOnly, 0);
        }

        private byte[] send(Ask ask, boolean readOnly, long now) {
            byte[] packet = KrpcWriter.query(new Query(BString.of("aa"), id("11"), ask, readOnly), true);
            dht.received(STRANGER, packet, now);
            return packet;
        }

        private byte[] sent() {
            List<Dht.Packet> packets = dht.packets();
            assertThat(packets).hasSize(1);
            assertThat(packets.get(0).to()).isEqualTo(STRANGER);
            return packets.get(0).payload();
        }

        private Message read(byte[] packet) throws KrpcException {
            return KrpcReader.read(packet);
        }

        private void prove() throws KrpcException {
            send(new Ask.FindNode(id("22"), Set.of()), false);
            pong((Query) read(sent()));
        }

        private void pong(Query ping) {
            dht.received(
                    STRANGER,
                    KrpcWriter.reply(new Reply(ping.transaction(), id("11"), Answer.EMPTY, Optional.empty()), 1024)
                            .orElseThrow(),
                    0);
        }

        @Test
        void wantsAProofOfAnAddressBeforeALongAnswer() throws KrpcException {
            byte[] query = send(new Ask.FindNode(id("22"), Set.of()), false);

            byte[] probe = sent();

            assertThat(((Query) read(probe)).ask()).isEqualTo(Ask.Ping.INSTANCE);
            assertThat(probe).hasSizeLessThanOrEqualTo(query.length);
        }

        @Test
        void answersInFullAfterTheProofAndAsksForMoreNodes() throws KrpcException {
            prove();

            List<Dht.Packet> packets = dht.packets();

            assertThat(packets).extracting(Dht.Packet::to).containsExactly(STRANGER, STRANGER);
            Reply reply = (Reply) read(packets.get(0).payload());
            assertThat(reply.transaction()).isEqualTo(BString.of("aa"));
            assertThat(reply.seenAs()).contains(STRANGER);
            assertThat(((Query) read(packets.get(1).payload())).ask()).isInstanceOf(Ask.FindNode.class);
            assertThat(dht.saved(0).contacts()).containsExactly(new Contact(id("11"), STRANGER));
        }

        @Test
        void answersInFullWhatComesWhileTheProofIsUnderWay() throws KrpcException {
            send(WANTED, false);
            Query ping = (Query) read(sent());

            send(WANTED, false);

            assertThat(dht.packets()).isEmpty();
            pong(ping);
            List<Dht.Packet> packets = dht.packets();
            for (Dht.Packet packet : packets.subList(0, 2)) {
                Reply reply = (Reply) read(packet.payload());
                assertThat(reply.answer().token()).isPresent();
                assertThat(reply.seenAs()).contains(STRANGER);
            }
        }

        @Test
        void answersShortlyWhoAsksForMuchWhileTheProofIsUnderWay() throws KrpcException {
            send(WANTED, false);
            sent();
            for (int i = 0; i < 7; i++) {
                send(WANTED, false);
            }
            assertThat(dht.packets()).isEmpty();

            byte[] query = send(WANTED, false);

            assertThat(sent()).hasSizeLessThanOrEqualTo(query.length);
        }

        @Test
        void answersShortlyWhenItHasAskedForAProofTwice() throws KrpcException {
            send(WANTED, false);
            assertThat(((Query) read(sent())).ask()).isEqualTo(Ask.Ping.INSTANCE);
            send(WANTED, false, DhtNetwork.SECOND);
            assertThat(((Query) read(sent())).ask()).isEqualTo(Ask.Ping.INSTANCE);

            byte[] query = send(WANTED, false, 2 * DhtNetwork.SECOND);

            byte[] answer = sent();
            assertThat(((Reply) read(answer)).answer().token()).isPresent();
            assertThat(answer).hasSizeLessThanOrEqualTo(query.length);
        }

        @Test
        void answersReadersShortlyAtOnce() throws KrpcException {
            byte[] query = send(new Ask.GetPeers(id("22"), Set.of(), false, false), true);

            byte[] answer = sent();

            assertThat(((Reply) read(answer)).answer().token()).isPresent();
            assertThat(answer).hasSizeLessThanOrEqualTo(query.length);
        }

        @Test
        void takesAnAnnounceWithItsToken() throws KrpcException {
            send(new Ask.GetPeers(id("22"), Set.of(), false, false), true);
            BString token = ((Reply) read(sent())).answer().token().orElseThrow();

            send(new Ask.AnnouncePeer(id("22"), 7000, false, false, token), true);

            assertThat(read(sent())).isInstanceOf(Reply.class);
            assertThat(dht.statistics(0).torrents()).isEqualTo(1);
        }

        @Test
        void takesNoAnnounceWithoutItsToken() throws KrpcException {
            send(new Ask.AnnouncePeer(id("22"), 7000, false, false, BString.of("none")), true);

            assertThat(((Refusal) read(sent())).code()).isEqualTo(203);
            assertThat(dht.statistics(0).torrents()).isZero();
        }

        @Test
        void namesSamplesAndNodesOfTheOtherFamilyToWhoWantsThem() throws KrpcException {
            prove();
            assertThat(dht.packets()).isNotEmpty();
            Contact other = new Contact(id("33"), at("2001:db8::1"));
            dht.tellOf(List.of(other));

            send(new Ask.SampleInfohashes(id("22"), Set.of(Family.IPV6)), false);

            Answer answer = ((Reply) read(sent())).answer();
            assertThat(answer.samples()).isPresent();
            assertThat(answer.nodes()).containsExactly(other);
        }

        @Test
        void countsThoseWhoComeUnasked() {
            byte[] packet = KrpcWriter.query(new Query(BString.of("aa"), id("11"), Ask.Ping.INSTANCE, false), true);
            dht.suggest(at("9.9.9.9"), 0);

            dht.received(at("9.9.9.9"), packet, 0);
            dht.received(at("10.0.0.1"), packet, 0);
            assertThat(dht.statistics(0).strangers()).isZero();
            dht.received(at("8.8.8.8"), packet, 0);
            dht.received(at("8.8.8.8"), packet, 0);

            assertThat(dht.statistics(0).strangers()).isEqualTo(1);
            assertThat(dht.statistics(0).queries()).isEqualTo(4);
        }

        @Test
        void hearsNobodyOfTheOtherFamily() {
            byte[] packet = KrpcWriter.query(new Query(BString.of("aa"), id("11"), Ask.Ping.INSTANCE, false), true);

            dht.received(at("2001:db8::1"), packet, 0);
            dht.received(at("8.8.8.8", 0), packet, 0);

            assertThat(dht.packets()).isEmpty();
            assertThat(dht.statistics(0).malformed()).isEqualTo(2);
        }

        @Test
        void hearsNoAnswerFromAnotherAddress() throws KrpcException {
            send(new Ask.FindNode(id("22"), Set.of()), false);
            Query ping = (Query) read(sent());

            dht.received(
                    at("8.8.4.4"),
                    KrpcWriter.reply(new Reply(ping.transaction(), id("11"), Answer.EMPTY, Optional.empty()), 1024)
                            .orElseThrow(),
                    0);

            assertThat(dht.packets()).isEmpty();
            assertThat(dht.statistics(0).unasked()).isEqualTo(1);
        }
    }

    @Test
    void nodesOfIpv6FindEachOther() {
        DhtNetwork network = new DhtNetwork(1);
        Node one = network.join6("2001:db8:1::1", List.of());
        Node other = network.join6("2001:db8:2::1", List.of(one.address));
        network.pass(10 * DhtNetwork.SECOND);
        one.dht.search(new Wanted.Announce(TORRENT, 7000, false, false), network.now);
        network.flush(one);
        network.pass(10 * DhtNetwork.SECOND);

        other.dht.search(new Wanted.Peers(TORRENT, false), network.now);
        network.flush(other);
        network.pass(10 * DhtNetwork.SECOND);

        assertThat(other.events)
                .anyMatch(event -> event instanceof DhtEvent.PeersFound found
                        && found.peers().equals(List.of(at("2001:db8:1::1", 7000))));
    }

    @Nested
    class SavedState {

        private final SavedNodes nodes =
                new SavedNodes(id("12"), List.of(Nodes.contact("34", "8.8.8.8"), Nodes.contact("56", "2001:db8::1")));

        @Test
        void isReadAsWritten() {
            assertThat(SavedNodes.decode(nodes.encode())).contains(nodes);
        }

        @Test
        void isNotBelievedWhenDamaged() {
            byte[] bytes = nodes.encode();
            for (int i = 0; i < bytes.length; i++) {
                byte[] damaged = bytes.clone();
                damaged[i] ^= 1;
                assertThat(SavedNodes.decode(damaged)).isNotEqualTo(Optional.of(nodes));
                assertThat(SavedNodes.decode(Arrays.copyOf(bytes, i))).isEmpty();
            }
        }
    }
}
