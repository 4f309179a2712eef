package io.bittern.torrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.torrent.Swarm.Outcome;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SwarmTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private static final InetAddress RULED_OUT = far(9);

    private final BanList bans = new BanList(address -> address.equals(RULED_OUT));
    private final Swarm swarm = new Swarm(new TorrentParts.Limits(5, 3, 2, 30), bans);

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
        swarm.opened();
        assertThat(swarm.dial(0)).containsExactly(peer(3));
    }

    @Test
    void keepsToItsConnections() {
        swarm.learn(List.of(peer(1), peer(2), peer(3), peer(4)), PeerSource.TRACKER);
        swarm.dial(0);
        swarm.opened();
        swarm.opened();

        assertThat(swarm.accept(peer(9))).isTrue();
        assertThat(swarm.accept(peer(8))).isFalse();
        assertThat(swarm.dial(0)).isEmpty();
        swarm.acceptedEnded();
        assertThat(swarm.dial(0)).hasSize(1);
    }

    @Test
    void keepsToItsDialsInASecond() {
        Swarm wide = new Swarm(new TorrentParts.Limits(1000, 500, 500, 30), bans);
        wide.learn(IntStream.range(0, 100).mapToObj(SwarmTest::peer).toList(), PeerSource.TRACKER);

        assertThat(wide.dial(0)).hasSize(30);
        assertThat(wide.dial(SECOND / 2)).isEmpty();
        assertThat(wide.nextDial(SECOND / 2)).hasValue(SECOND);
        assertThat(wide.dial(SECOND)).hasSize(30);
    }

    @Test
    void triesAUselessPeerAfterThirtySecondsAndThenEverMoreRarely() {
        swarm.learn(List.of(peer(1)), PeerSource.TRACKER);
        long now = 0;

        for (int wait : new int[] {30, 60, 120, 240}) {
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
    void triesAUsefulPeerAfterThirtySecondsHoweverOftenItFailedBefore() {
        swarm.learn(List.of(peer(1)), PeerSource.TRACKER);
        swarm.dial(0);
        swarm.ended(peer(1), false, Outcome.USELESS, 0);
        swarm.dial(30 * SECOND);
        swarm.opened();
        swarm.ended(peer(1), true, Outcome.USEFUL, 40 * SECOND);

        assertThat(swarm.nextDial(40 * SECOND)).hasValue(70 * SECOND);
    }

    @Test
    void neverDialsItselfAgain() {
        swarm.learn(List.of(peer(1)), PeerSource.TRACKER);
        swarm.dial(0);
        swarm.opened();
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

    private static InetSocketAddress peer(int number) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1000 + number);
    }
}
