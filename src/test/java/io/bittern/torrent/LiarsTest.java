package io.bittern.torrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.Probes;
import io.bittern.net.Bytes;
import io.bittern.net.Link;
import io.bittern.peer.PeerActor;
import io.bittern.piece.Lease;
import io.bittern.store.PieceStoreActor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.Test;

/** What a torrent does about peers that sent wrong data, or may have. */
class LiarsTest extends TorrentFixture {

    private static final String ROUTER = "192.0.2.7";

    @Test
    void bansNobodyForBlocksOfAnEarlierRun() {
        open(0);
        Peer honest = start(1);

        store.events().tell(new PieceStoreActor.Rejected(0, 0, Set.of(PieceStoreActor.NOBODY, honest.number())));

        expect(TorrentActor.PieceRejected.class);
        time.expectNoMessageFor(Duration.ofMillis(1), honest.probe());
    }

    @Test
    void givesSuspectsPiecesAloneUntilTheTruthIsKnown() {
        open(0);
        Peer suspect = seed(1);
        Peer other = seed(2);
        store.events().tell(new PieceStoreActor.Rejected(0, 0, Set.of(suspect.number(), other.number())));
        expect(TorrentActor.PieceRejected.class);

        suspect.events().tell(new PeerActor.Wants(suspect.number(), 1, false));
        assertThat(blocks(suspect)).as("a whole piece, whatever was asked").isEqualTo(2);
        other.events().tell(new PeerActor.Wants(other.number(), 1, false));
        assertThat(blocks(other)).isEqualTo(2);

        store.events().tell(new PieceStoreActor.Verified(0));
        expect(TorrentActor.PieceVerified.class);
        Peer third = seed(3);
        third.events().tell(new PeerActor.Wants(third.number(), 1, false));
        assertThat(blocks(third)).isOne();
        suspect.events().tell(new PeerActor.Wants(suspect.number(), 1, false));
        assertThat(blocks(suspect)).as("acquitted").isOne();
    }

    private int blocks(Peer peer) {
        PeerActor.Grant granted = Probes.next(peer.probe(), PeerActor.Grant.class);
        return granted.leases().stream().mapToInt(Lease::blocks).sum();
    }

    @Test
    void hangsUpOnALiarThatWentAndCameAgainBeforeItWasKnown() {
        open(0);
        Peer first = arrive(ROUTER, 1000);
        first.events().tell(new PeerActor.Gone(first.number(), PeerActor.Fault.NONE, "gone"));
        Peer again = arrive(ROUTER, 1000);

        store.events().tell(new PieceStoreActor.Lied(0, Set.of(first.number())));

        assertThat(again.probe().expectMessageClass(PeerActor.Disconnect.class).hostile())
                .isTrue();
        assertThat(expect(TorrentActor.Banned.class).peer()).isEqualTo(first.remote());
    }

    @Test
    void keepsWhoSharesTheAddressOfALiarOnParoleAndLetsNobodyElseFromThereIn() {
        open(0);
        Peer liar = arrive(ROUTER, 1000);
        Peer neighbour = arrive(ROUTER, 2000);
        neighbour.events().tell(new PeerActor.HasAll(neighbour.number(), full()));
        neighbour.probe().expectMessage(new PeerActor.Interest(true));

        store.events().tell(new PieceStoreActor.Rejected(0, 0, Set.of(liar.number())));

        liar.probe().expectMessageClass(PeerActor.Disconnect.class);
        neighbour.events().tell(new PeerActor.Wants(neighbour.number(), 1, false));
        assertThat(blocks(neighbour)).isEqualTo(2);
        TestProbe<Link.Command> link = testKit.createTestProbe();
        torrent.tell(incoming(link, ROUTER, 3000));
        link.expectMessage(Link.Abort.INSTANCE);
    }

    private Peer arrive(String address, int port) {
        torrent.tell(incoming(testKit.createTestProbe(), address, port));
        Peer peer = family.peer();
        peer.events().tell(new PeerActor.Joined(peer.number(), peer.ref(), peer.id(), peer.remote()));
        peer.probe().expectMessageClass(PeerActor.Start.class);
        return peer;
    }

    private static TorrentActor.Accept incoming(TestProbe<Link.Command> link, String address, int port) {
        return new TorrentActor.Accept(
                new Link.Opened(link.ref(), new InetSocketAddress(address, port), address(0)), Bytes.of(new byte[68]));
    }
}
