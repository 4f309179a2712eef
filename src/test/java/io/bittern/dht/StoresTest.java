package io.bittern.dht;

import static io.bittern.dht.Nodes.MINUTE;
import static io.bittern.dht.Nodes.SECOND;
import static io.bittern.dht.Nodes.at;
import static io.bittern.dht.Nodes.host;
import static io.bittern.dht.Nodes.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.bencode.BString;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What a node keeps for others, and what proves who they are. */
class StoresTest {

    private static final NodeId TORRENT = id("aa");
    private static final InetSocketAddress ASKER = at("9.9.9.9");

    @Nested
    class ATokenBox {

        private final TokenBox tokens = new TokenBox(new Random(1), 0);

        @Test
        void acceptsATokenForFiveMinutesAtLeastAndTenAtMost() {
            BString token = tokens.token(host("8.8.8.8"), TORRENT, 4 * MINUTE);

            assertThat(tokens.accepts(token, host("8.8.8.8"), TORRENT, 9 * MINUTE))
                    .isTrue();
            assertThat(tokens.accepts(token, host("8.8.8.8"), TORRENT, 10 * MINUTE))
                    .isFalse();
        }

        @Test
        void forgetsOldSecretsWhileNobodyAsks() {
            BString token = tokens.token(host("8.8.8.8"), TORRENT, 0);

            assertThat(tokens.accepts(token, host("8.8.8.8"), TORRENT, 11 * MINUTE))
                    .isFalse();
        }

        @Test
        void acceptsATokenFromItsAddressAndForItsTargetOnly() {
            BString token = tokens.token(host("8.8.8.8"), TORRENT, 0);

            assertThat(tokens.accepts(token, host("8.8.8.9"), TORRENT, 0)).isFalse();
            assertThat(tokens.accepts(token, host("8.8.8.8"), id("ab"), 0)).isFalse();
            assertThat(tokens.accepts(BString.EMPTY, host("8.8.8.8"), TORRENT, 0))
                    .isFalse();
        }
    }

    @Nested
    class APeerStore {

        private final PeerStore peers = new PeerStore(new Random(1));

        @Test
        void keepsOnePeerOfAHostForHalfAnHour() {
            peers.announce(TORRENT, at("8.8.8.8", 1), false, 0);
            peers.announce(TORRENT, at("8.8.8.8", 2), true, MINUTE);
            peers.announce(TORRENT, at("8.8.4.4", 3), false, 0);

            peers.expire(30 * MINUTE);

            assertThat(peers.peers(TORRENT, false, ASKER, 10)).containsExactly(at("8.8.8.8", 2));
            assertThat(peers.peers(TORRENT, true, ASKER, 10)).isEmpty();
            peers.expire(31 * MINUTE);
            assertThat(peers.size()).isZero();
        }

        @Test
        void namesSomeOfMany() {
            for (int i = 0; i < 600; i++) {
                peers.announce(TORRENT, at("8." + i / 250 + "." + i % 250 + ".1"), false, i);
            }

            assertThat(peers.peers(TORRENT, false, ASKER, 100)).hasSize(100).doesNotHaveDuplicates();
            assertThat(peers.peers(TORRENT, false, ASKER, 1000))
                    .hasSize(500)
                    .doesNotContain(at("8.0.99.1"))
                    .contains(at("8.0.100.1"));
        }

        @Test
        void tellsStrangersOfNoLocalPeersAndNobodyOfHimself() {
            peers.announce(TORRENT, at("10.0.0.1", 1), false, 0);
            peers.announce(TORRENT, at("9.9.9.9", 1), false, 0);

            assertThat(peers.peers(TORRENT, false, ASKER, 10)).isEmpty();
            assertThat(peers.peers(TORRENT, false, at("10.0.0.2"), 10)).hasSize(2);
        }

        @Test
        void tellsClientsOnOneMachineOfEachOther() {
            peers.announce(TORRENT, at("127.0.0.1", 1), false, 0);
            peers.announce(TORRENT, at("127.0.0.1", 2), false, 0);

            assertThat(peers.peers(TORRENT, false, at("127.0.0.1", 3), 10)).hasSize(2);
        }

        @Test
        void letsAHostAnnounceAHundredTorrents() {
            for (int i = 0; i < 100; i++) {
                assertThat(peers.announce(id(String.format("%04x", i)), at("8.8.8.8"), false, 0))
                        .isTrue();
            }

            assertThat(peers.announce(TORRENT, at("8.8.8.8"), false, 0)).isFalse();
            assertThat(peers.announce(id("0001"), at("8.8.8.8"), true, 0)).isTrue();
            peers.expire(30 * MINUTE);
            assertThat(peers.announce(TORRENT, at("8.8.8.8"), false, 30 * MINUTE))
                    .isTrue();
        }

        @Test
        void givesUpTorrentsWithFewPeersForOthers() {
            peers.announce(TORRENT, at("8.8.8.8"), false, 0);
            peers.announce(TORRENT, at("8.8.4.4"), false, 0);
            for (int i = 0; i < 2500; i++) {
                peers.announce(id(String.format("%04x", i)), at("9.1." + i / 50 + ".1"), false, 0);
            }

            assertThat(peers.size()).isEqualTo(2000);
            assertThat(peers.peers(TORRENT, false, ASKER, 10)).hasSize(2);
        }

        @Test
        void countsSeedsAndPeersApart() {
            peers.announce(TORRENT, at("8.8.8.8"), true, 0);
            peers.announce(TORRENT, at("8.8.4.4"), false, 0);
            peers.announce(TORRENT, at("8.8.4.5"), false, 0);

            Answer.Scrape scrape = peers.scrape(TORRENT).orElseThrow();

            assertThat(scrape.seeds().estimate()).isBetween(0.5, 1.5);
            assertThat(scrape.peers().estimate()).isBetween(1.5, 2.5);
            assertThat(peers.scrape(id("bb"))).isEmpty();
        }

        @Test
        void givesTheSameSamplesForSixHours() {
            for (int i = 0; i < 50; i++) {
                peers.announce(id(String.format("%04x", i)), at("8.8.8.8"), false, 0);
            }

            Answer.Samples first = peers.samples(0);
            Answer.Samples later = peers.samples(5 * 60 * MINUTE);

            assertThat(first.hashes()).hasSize(20).isEqualTo(later.hashes());
            assertThat(first.total()).isEqualTo(50);
            assertThat(later.interval()).isEqualTo(3600);
            assertThat(peers.samples(6 * 60 * MINUTE).hashes()).isNotEqualTo(first.hashes());
        }
    }

    @Nested
    class AnItemStore {

        private final ItemStore items = new ItemStore();

        private static final BString KEY = BString.of(new byte[32]);

        private static Item.Mutable version(long seq, String value) {
            return new Item.Mutable(KEY, BString.EMPTY, seq, BString.of(new byte[64]), BString.of(value));
        }

        @Test
        void replacesOldVersionsByNewOnesOnly() {
            items.put(version(5, "five"), ASKER, id("00"), 0);

            assertThat(items.objection(version(4, "four"), Optional.empty(), ASKER))
                    .hasValue(302);
            assertThat(items.objection(version(5, "other"), Optional.empty(), ASKER))
                    .hasValue(302);
            assertThat(items.objection(version(5, "five"), Optional.empty(), ASKER))
                    .isEmpty();
            assertThat(items.objection(version(6, "six"), Optional.empty(), ASKER))
                    .isEmpty();
        }

        @Test
        void replacesTheExpectedVersionOnly() {
            assertThat(items.objection(version(6, "six"), Optional.of(4L), ASKER))
                    .isEmpty();
            items.put(version(5, "five"), ASKER, id("00"), 0);

            assertThat(items.objection(version(6, "six"), Optional.of(4L), ASKER))
                    .hasValue(301);
            assertThat(items.objection(version(6, "six"), Optional.of(5L), ASKER))
                    .isEmpty();
        }

        @Test
        void keepsItemsForTwoHours() {
            Item item = new Item.Immutable(BString.of("x"));
            items.put(item, ASKER, id("00"), 0);

            items.expire(120 * MINUTE - SECOND);
            assertThat(items.get(item.target())).contains(item);
            items.expire(120 * MINUTE);
            assertThat(items.get(item.target())).isEmpty();
        }

        @Test
        void keepsTheNearestOfTooMany() {
            for (int i = 0; i < 800; i++) {
                items.put(new Item.Immutable(BString.of("item " + i)), at("9.1." + i / 20 + ".1"), id("00"), 0);
            }

            assertThat(items.size()).isEqualTo(700);
        }

        @Test
        void takesFiftyItemsOfAHost() {
            for (int i = 0; i < 50; i++) {
                items.put(new Item.Immutable(BString.of("item " + i)), ASKER, id("00"), 0);
            }

            Item other = new Item.Immutable(BString.of("x"));
            assertThat(items.objection(other, Optional.empty(), ASKER)).hasValue(202);
            assertThat(items.objection(other, Optional.empty(), at("8.8.8.8"))).isEmpty();
        }
    }

    @Nested
    class ALimit {

        @Test
        void letsABurstThroughAndThenARate() {
            Throttle throttle = new Throttle(10, 20, 0);

            assertThat(throttle.take(20, 0)).isTrue();
            assertThat(throttle.take(1, 0)).isFalse();
            assertThat(throttle.delay(1, 0)).isEqualTo(SECOND / 10);
            assertThat(throttle.take(1, SECOND / 10)).isTrue();
            assertThat(throttle.take(30, 10 * SECOND)).isTrue();
            assertThat(throttle.delay(1, 10 * SECOND)).isEqualTo(11 * SECOND / 10);
        }

        @Test
        void doesNotHearWhoAsksTooFast() {
            Visitors visitors = new Visitors(1000, 0);
            int admitted = 0;
            for (int i = 0; i < 100; i++) {
                admitted += visitors.admit(at("8.8.8.8", 1000 + i), 0) ? 1 : 0;
            }

            assertThat(admitted).isEqualTo(50);
            assertThat(visitors.admit(at("8.8.8.8"), 4 * MINUTE)).isFalse();
            assertThat(visitors.admit(at("8.8.4.4"), 4 * MINUTE)).isTrue();
            assertThat(visitors.admit(at("8.8.8.8"), 5 * MINUTE)).isTrue();
        }

        @Test
        void hearsOnlySoManyTogether() {
            Visitors visitors = new Visitors(100, 0);
            int admitted = 0;
            for (int i = 0; i < 1000; i++) {
                admitted += visitors.admit(at("8.8." + i / 250 + "." + i % 250), 0) ? 1 : 0;
            }

            assertThat(admitted).isEqualTo(100);
        }
    }
}
