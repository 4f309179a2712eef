package io.bittern.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bittern.metainfo.InfoHash;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RegistryTest {

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    private static final InetAddress HOST = LiteralAddress.of("10.0.0.1").orElseThrow();
    private static final InetAddress HOST6 = LiteralAddress.of("fd00::1").orElseThrow();

    private final Registry registry =
            new Registry(new TrackerServer.Settings(Duration.ofMinutes(5), 3, 8, 5, 4), new Random(1));

    @Test
    void introducesPeersToEachOtherButNobodyToItself() throws TrackerException {
        assertThat(join(1, 10, 0).peers()).isEmpty();

        Registry.Answer answer = join(2, 10, 0);

        assertThat(addresses(answer)).containsExactly(new InetSocketAddress(HOST, 1));
        assertThat(answer.counts()).isEqualTo(new RegistrySwarm.Counts(0, 0, 2));
    }

    @Test
    void countsAPeerOnceHoweverOftenItAnnounces() throws TrackerException {
        join(1, 10, 0);
        join(1, 5, 0);

        assertThat(join(1, 0, 0).counts()).isEqualTo(new RegistrySwarm.Counts(1, 0, 0));
    }

    @Test
    void countsCompletions() throws TrackerException {
        registry.announce(Announces.of(AnnounceEvent.COMPLETED, 1, 0), HOST, false, 0);

        assertThat(registry.scrape(List.of(Announces.HASH), 0))
                .containsEntry(Announces.HASH, new RegistrySwarm.Counts(1, 1, 0));
    }

    @Test
    void forgetsWhoStops() throws TrackerException {
        join(1, 10, 0);
        Registry.Answer answer = registry.announce(Announces.of(AnnounceEvent.STOPPED, 1, 10), HOST, false, 0);

        assertThat(answer.peers()).isEmpty();
        assertThat(join(2, 10, 0).peers()).isEmpty();
    }

    @Test
    void forgetsWhoIsSilentForTwoIntervals() throws TrackerException {
        join(1, 10, 0);
        join(2, 10, 9 * MINUTE);
        assertThat(addresses(join(3, 10, 10 * MINUTE))).hasSize(2);

        assertThat(addresses(join(3, 10, 12 * MINUTE))).containsExactly(new InetSocketAddress(HOST, 2));
        assertThat(registry.scrape(List.of(Announces.HASH), 60 * MINUTE)).isEmpty();
    }

    @Test
    void sendsASeederNoSeeders() throws TrackerException {
        join(1, 0, 0);
        join(2, 10, 0);

        assertThat(addresses(join(3, 0, 0))).containsExactly(new InetSocketAddress(HOST, 2));
    }

    @Test
    void givesEachFamilyItsOwnWhereThatIsAsked() throws TrackerException {
        registry.announce(Announces.of(AnnounceEvent.STARTED, 1, 1), HOST6, true, 0);
        join(2, 10, 0);

        assertThat(registry.announce(Announces.of(AnnounceEvent.STARTED, 3, 1), HOST, true, 0)
                        .peers())
                .extracting(Registry.Peer::address)
                .containsExactly(new InetSocketAddress(HOST, 2));
        assertThat(registry.announce(Announces.of(AnnounceEvent.STARTED, 3, 1), HOST, false, 0)
                        .peers())
                .hasSize(2);
    }

    @Test
    void holdsNoMoreThanItsBounds() throws TrackerException {
        for (int port = 1; port <= 10; port++) {
            join(port, 10, port);
        }
        Registry.Answer answer = join(11, 10, 11);
        assertThat(answer.counts().leechers()).isEqualTo(5);
        assertThat(answer.peers()).hasSize(4);

        for (int port = 1; port <= 3; port++) {
            registry.announce(other(1, port), HOST, false, 11);
        }
        assertThatThrownBy(() -> registry.announce(other(2, 1), HOST, false, 11))
                .isInstanceOf(TrackerException.class)
                .hasMessageContaining("full");
    }

    @Test
    void holdsNoMoreTorrentsThanItsBound() throws TrackerException {
        for (int torrent = 1; torrent <= 3; torrent++) {
            registry.announce(other(torrent, 1), HOST, false, 0);
        }

        assertThatThrownBy(() -> join(1, 1, 0)).isInstanceOf(TrackerException.class);
    }

    @Test
    void doesNotListAPeerThatCannotBeDialled() throws TrackerException {
        join(0, 10, 0);

        assertThat(join(2, 10, 0).counts()).isEqualTo(new RegistrySwarm.Counts(0, 0, 1));
    }

    private Registry.Answer join(int port, long left, long now) throws TrackerException {
        return registry.announce(Announces.of(AnnounceEvent.STARTED, port, left), HOST, false, now);
    }

    private static AnnounceRequest other(int torrent, int port) {
        byte[] hash = new byte[20];
        hash[0] = (byte) torrent;
        return new AnnounceRequest(InfoHash.of(hash), Announces.PEER, port, 0, 0, 1, AnnounceEvent.STARTED, 50, 0);
    }

    private static List<InetSocketAddress> addresses(Registry.Answer answer) {
        return answer.peers().stream().map(Registry.Peer::address).toList();
    }
}
