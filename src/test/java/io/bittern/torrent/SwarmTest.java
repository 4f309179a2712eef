package io.bittern.torrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.torrent.Swarm.Outcome;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SwarmTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private static final InetAddress RULED_OUT = far(9);

    private final BanList bans = new BanList(address -> address.equals(RULED_OUT));
    private final Swarm swarm = swarm(5, 3, 2, 1, peer -> 0);

    @Test
    void dialsWhatItLearnsOnce() {
        swarm.learn(List.of(peer(1)), PeerSource.TRACKER);

        assertThat(swarm.dial(0)).containsExactly(peer(1));
        assertThat(swarm.dial(0)).isEmpty();
        assertThat(swarm.learn(List.of(peer(1)), PeerSource.TRACKER)).isZero();
    }

    @Test
    void keepsToHalfOpenDials() {
        swarm.learn(List.of(peer(1), peer(2), peer(3)), PeerSource.TRACKER);

        assertThat(swarm.dial(0)).hasSize(2);
        assertThat(swarm.nextDial(0)).isEmpty();
        swarm.opened(peer(1));
        assertThat(swarm.dial(0)).containsExactly(peer(3));
    }

    @Test
    void keepsToItsConnections() {
        swarm.learn(List.of(peer(1), peer(2), peer(3), peer(4)), PeerSource.TRACKER);
        swarm.dial(0);
        swarm.opened(peer(1));
        swarm.opened(peer(2));

        assertThat(swarm.accept(peer(9))).isTrue();
        assertThat(swarm.accept(peer(8))).isFalse();
        assertThat(swarm.dial(0)).isEmpty();
        swarm.acceptedEnded(peer(9), Optional.empty(), Outcome.USEFUL, 0);
        assertThat(swarm.dial(0)).hasSize(1);
    }

    @Test
    void keepsToItsDialsInASecond() {
        Swarm wide = swarm(1000, 600, 500, 1, peer -> 0);
        wide.learn(IntStream.range(0, 100).mapToObj(SwarmTest::peer).toList(), PeerSource.TRACKER);

        assertThat(wide.dial(0)).hasSize(30);
        assertThat(wide.dial(SECOND / 2)).isEmpty();
        assertThat(wide.nextDial(SECOND / 2)).hasValue(SECOND);
        assertThat(wide.dial(SECOND)).hasSize(30);
    }

    @Test
    void triesAUselessPeerAfterFiveSecondsAndThenEverMoreRarely() {
        swarm.learn(List.of(peer(1)), PeerSource.TRACKER);
        long now = 0;

        for (int wait : new int[] {5, 10, 20, 40}) {
            assertThat(swarm.dial(now)).containsExactly(peer(1));
            swarm.ended(peer(1), false, Outcome.USELESS, now);
            assertThat(swarm.nextDial(now)).hasValue(now + wait * SECOND);
            assertThat(swarm.dial(now + wait * SECOND - 1)).isEmpty();
            now += wait * SECOND;
        }
    }

    @Test
    void neverWaitsLongerThanAnHour() {
        swarm.learn(List.of(peer(1)), PeerSource.TRACKER);
        long now = 0;
        for (int i = 0; i < 20; i++) {
            swarm.dial(now);
            swarm.ended(peer(1), false, Outcome.USELESS, now);
            now = swarm.nextDial(now).orElseThrow();
        }
        swarm.dial(now);
        swarm.ended(peer(1), false, Outcome.USELESS, now);

        assertThat(swarm.nextDial(now).orElseThrow() - now).isEqualTo(3600 * SECOND);
    }

    @Test
    void triesAUsefulPeerAfterFiveSecondsHoweverOftenItFailedBefore() {
        swarm.learn(List.of(peer(1)), PeerSource.TRACKER);
        swarm.dial(0);
        swarm.ended(peer(1), false, Outcome.USELESS, 0);
        swarm.dial(5 * SECOND);
        swarm.opened(peer(1));
        swarm.ended(peer(1), true, Outcome.USEFUL, 40 * SECOND);

        assertThat(swarm.nextDial(40 * SECOND)).hasValue(45 * SECOND);
    }

    @Test
    void neverDialsItselfAgain() {
        swarm.learn(List.of(peer(1)), PeerSource.TRACKER);
        swarm.dial(0);
        swarm.opened(peer(1));
        swarm.ended(peer(1), true, Outcome.SELF, 0);

        assertThat(swarm.nextDial(0)).isEmpty();
        assertThat(swarm.dial(100_000 * SECOND)).isEmpty();
    }

    @Test
    void neitherDialsNorAcceptsTheBanned() {
        swarm.learn(List.of(peer(1)), PeerSource.TRACKER);
        bans.ban(peer(1));

        assertThat(swarm.dial(0)).isEmpty();
        assertThat(swarm.accept(peer(1))).isFalse();
        assertThat(swarm.learn(List.of(peer(1)), PeerSource.TRACKER)).isZero();
    }

    @Test
    void forgetsFailuresForNewsWhenItIsFull() {
        swarm.learn(IntStream.range(1, 6).mapToObj(SwarmTest::peer).toList(), PeerSource.TRACKER);
        assertThat(swarm.learn(List.of(peer(6)), PeerSource.TRACKER)).isZero();
        swarm.dial(0);
        swarm.ended(peer(1), false, Outcome.USELESS, 0);

        assertThat(swarm.learn(List.of(peer(6)), PeerSource.TRACKER)).isOne();
        assertThat(swarm.known()).isEqualTo(5);
    }

    @Test
    void letsNobodyPushOutWhatABetterSourceHasNamed() {
        swarm.learn(List.of(peer(1), peer(2)), PeerSource.TRACKER);
        swarm.learn(IntStream.range(3, 50).mapToObj(SwarmTest::peer).toList(), PeerSource.PEX);
        assertThat(swarm.addresses(PeerSource.TRACKER)).containsExactlyInAnyOrder(peer(1), peer(2));
        assertThat(swarm.addresses(PeerSource.PEX)).hasSize(5).contains(peer(1), peer(2));

        assertThat(swarm.learn(List.of(peer(60), peer(61)), PeerSource.TRACKER)).isEqualTo(2);

        assertThat(swarm.addresses(PeerSource.TRACKER)).containsExactlyInAnyOrder(peer(1), peer(2), peer(60), peer(61));
        assertThat(swarm.addresses(PeerSource.PEX)).hasSize(5);
    }

    @Test
    void ignoresAddressesThatNobodyCanDial() {
        assertThat(swarm.learn(List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)), PeerSource.TRACKER))
                .isZero();
        assertThat(swarm.learn(List.of(InetSocketAddress.createUnresolved("nowhere.test", 1)), PeerSource.TRACKER))
                .isZero();
    }

    @Test
    void bansAddressesButOnLoopbackEndpoints() {
        bans.ban(new InetSocketAddress(far(1), 1000));
        bans.ban(peer(1));

        assertThat(bans.isBanned(new InetSocketAddress(far(1), 2000))).isTrue();
        assertThat(bans.isBanned(peer(1))).isTrue();
        assertThat(bans.isBanned(peer(2))).isFalse();
    }

    @Test
    void hasNothingToDoWithWhoIsRuledOut() {
        InetSocketAddress ruledOut = new InetSocketAddress(RULED_OUT, 1000);

        assertThat(swarm.learn(List.of(ruledOut), PeerSource.PEX)).isZero();
        assertThat(swarm.accept(ruledOut)).isFalse();
        assertThat(bans.isLiar(ruledOut)).isFalse();
    }

    private static InetAddress far(int last) {
        try {
            return InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, (byte) last});
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Test
    void leavesATenthOfTheConnectionsToThoseWhoDialUs() {
        Swarm wide = swarm(1000, 20, 20, 1, peer -> 0);
        wide.learn(IntStream.range(0, 20).mapToObj(SwarmTest::peer).toList(), PeerSource.TRACKER);

        assertThat(wide.dial(0)).hasSize(18);
        assertThat(wide.nextDial(0)).isEmpty();
        assertThat(wide.accept(peer(30))).isTrue();
        assertThat(wide.accept(peer(31))).isTrue();
        assertThat(wide.accept(peer(32))).isFalse();
    }

    @Test
    void dialsThoseOfBetterSourcesFirstAndThenByPriority() {
        Swarm ranked = swarm(100, 100, 2, 1, peer -> peer.getPort());
        ranked.learn(List.of(far(1, 50), far(2, 90)), PeerSource.PEX);
        ranked.learn(List.of(far(3, 10), far(4, 30), far(5, 20)), PeerSource.TRACKER);

        assertThat(ranked.dial(0)).containsExactly(far(4, 30), far(5, 20));
        ranked.opened(far(4, 30));
        ranked.opened(far(5, 20));
        assertThat(ranked.dial(0)).containsExactly(far(3, 10), far(2, 90));
    }

    @Test
    void connectsToAnAddressOnlySoOften() {
        Swarm narrow = swarm(100, 100, 100, 2, peer -> 0);
        narrow.learn(List.of(far(1, 1), far(1, 2), far(1, 3), far(2, 1)), PeerSource.TRACKER);

        assertThat(narrow.dial(0)).containsExactly(far(1, 1), far(1, 2), far(2, 1));
        assertThat(narrow.nextDial(0)).isEmpty();
        narrow.opened(far(1, 1));
        assertThat(narrow.accept(far(1, 4000))).isTrue();
        assertThat(narrow.accept(far(1, 4001))).isFalse();
        narrow.ended(far(1, 2), false, Outcome.USELESS, 0);
        assertThat(narrow.dial(0)).isEmpty();
        narrow.acceptedEnded(far(1, 4000), Optional.empty(), Outcome.USELESS, 0);
        assertThat(narrow.dial(0)).containsExactly(far(1, 3));
    }

    @Test
    void takesANetworkOfIpv6ForOneAddress() {
        Swarm narrow = swarm(100, 100, 100, 1, peer -> 0);

        assertThat(narrow.accept(new InetSocketAddress("2001:db8::1", 1))).isTrue();
        assertThat(narrow.accept(new InetSocketAddress("2001:db8::ffff:1", 1))).isFalse();
        assertThat(narrow.accept(new InetSocketAddress("2001:db8:0:1::1", 1))).isTrue();
    }

    @Test
    void remembersFewPortsOfAnAddress() {
        Swarm wide = swarm(100, 100, 100, 1, peer -> 0);

        assertThat(wide.learn(
                        IntStream.range(1, 50).mapToObj(port -> far(1, port)).toList(), PeerSource.TRACKER))
                .isEqualTo(8);
    }

    @Test
    void doesNotDialWhoHasDialledUsBeforeItHasGone() {
        swarm.learn(List.of(peer(1)), PeerSource.TRACKER);
        assertThat(swarm.accept(peer(40_000))).isTrue();
        swarm.met(peer(1));
        assertThat(swarm.waiting(0)).isFalse();
        assertThat(swarm.dial(0)).isEmpty();

        swarm.acceptedEnded(peer(40_000), Optional.of(peer(1)), Outcome.USEFUL, 0);

        assertThat(swarm.nextDial(0)).hasValue(5 * SECOND);
    }

    @Test
    void blamesNobodyWhenThereIsNoRoom() {
        swarm.learn(List.of(peer(1)), PeerSource.TRACKER);
        long now = 0;
        for (int i = 0; i < 5; i++) {
            swarm.dial(now);
            swarm.ended(peer(1), false, Outcome.CROWDED, now);
            assertThat(swarm.nextDial(now)).hasValue(now + 30 * SECOND);
            now += 30 * SECOND;
        }
    }

    @Test
    void triesLaterWhoHadToMakeRoom() {
        swarm.learn(List.of(peer(1)), PeerSource.TRACKER);
        swarm.dial(0);
        swarm.opened(peer(1));
        swarm.ended(peer(1), true, Outcome.REPLACED, 0);

        assertThat(swarm.nextDial(0)).hasValue(15 * 60 * SECOND);
    }

    private Swarm swarm(
            int known, int connections, int halfOpen, int perAddress, ToLongFunction<InetSocketAddress> priority) {
        Dials dials = new Dials(1000, 30, Duration.ofSeconds(25));
        return new Swarm(new TorrentParts.Limits(known, connections, halfOpen, perAddress, dials, priority), bans);
    }

    private static InetSocketAddress far(int host, int port) {
        return new InetSocketAddress("192.0.2." + host, port);
    }

    private static InetSocketAddress peer(int number) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1000 + number);
    }
}
