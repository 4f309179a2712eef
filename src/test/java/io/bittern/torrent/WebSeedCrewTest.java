package io.bittern.torrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.metainfo.Metainfo;
import io.bittern.metainfo.MetainfoException;
import io.bittern.metainfo.TorrentBuilder;
import io.bittern.peer.PeerActor;
import io.bittern.piece.Bitfield;
import io.bittern.piece.Lease;
import io.bittern.store.PieceStoreActor;
import io.bittern.store.PieceStoreActor.Counters;
import io.bittern.torrent.Report.Phase;
import io.bittern.webseed.WebSeedActor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WebSeedCrewTest extends TorrentFixture {

    private static final int SEEDS = 6;

    @Override
    TorrentParts parts() {
        TorrentParts usual = super.parts();
        TorrentParts.Setup setup = usual.setup();
        return new TorrentParts(
                new TorrentParts.Setup(torrent(), setup.choice(), setup.us(), setup.way()),
                usual.settings(),
                usual.children());
    }

    @Test
    void givesAWebSeedPiecesWithoutAnyPeerOrTracker() {
        open(1);
        Web seed = family.webSeed();

        List<Lease> leases = wants(seed, 100);

        assertThat(leases).extracting(Lease::piece).containsExactlyInAnyOrder(1, 2, 3);
    }

    @Test
    void givesNoBlockToAWebSeedAndAPeer() {
        open(0);
        Web seed = family.webSeed();
        assertThat(wants(seed, 2)).isNotEmpty();
        Peer peer = seed(1);
        peer.events().tell(new PeerActor.Wants(peer.number(), 100, true));
        List<Lease> others =
                peer.probe().expectMessageClass(PeerActor.Grant.class).leases();

        assertThat(others).extracting(Lease::piece).doesNotHaveDuplicates().hasSizeLessThan(PIECES);
    }

    @Test
    void hasWebSeedsOnlyWhileSomethingIsMissing() {
        open(PIECES);
        report(Phase.SEEDING, 0);
        assertThat(family.webSeeds).isEmpty();

        Bitfield damaged = new Bitfield(PIECES);
        damaged.set(2);
        store.events().tell(new PieceStoreActor.Damaged(damaged));
        Web seed = family.webSeed();
        store.events().tell(new PieceStoreActor.Verified(2));

        seed.probe().expectTerminated(seed.ref().unsafeUpcast());
    }

    @Test
    void bansTheServerOfAWrongPieceAndTakesTheNext() {
        open(0);
        List<Web> four = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            four.add(family.webSeed());
        }
        assertThat(family.webSeeds).isEmpty();
        Web liar = four.stream().filter(web -> web.number() == -3).findFirst().orElseThrow();

        store.events().tell(new PieceStoreActor.Rejected(1, 0, Set.of(liar.number())));

        TorrentActor.WebSeedFailed told = expect(TorrentActor.WebSeedFailed.class);
        assertThat(told.server()).isEqualTo("http://127.0.0.1:2");
        assertThat(told.reason()).contains("wrong data");
        liar.probe().expectTerminated(liar.ref().unsafeUpcast());
        assertThat(family.webSeed().number())
                .isNotIn(four.stream().map(Web::number).toList());
    }

    @Test
    void givesTheBlocksOfOneThatCrashedToOthers() {
        open(0);
        Web first = family.webSeed();
        Web second = family.webSeed();
        assertThat(wants(first, 100)).hasSize(PIECES);
        second.events().tell(new WebSeedActor.Wants(second.number(), 100));

        first.crash();

        for (int i = 0; i < PIECES; i++) {
            PieceStoreActor.AskHeld asked = store.probe().expectMessageClass(PieceStoreActor.AskHeld.class);
            store.events().tell(new PieceStoreActor.Held(asked.piece(), asked.attempt(), new Bitfield(2)));
        }
        second.probe().expectMessageClass(WebSeedActor.Grant.class);
    }

    @Test
    void asksAWebSeedForNothingThatItDoesNotHave() {
        open(0);
        Web seed = family.webSeed();
        Bitfield last = new Bitfield(PIECES);
        last.set(3);

        seed.events().tell(new WebSeedActor.HasOnly(seed.number(), last));

        assertThat(wants(seed, 100)).extracting(Lease::piece).containsExactly(3);
    }

    @Test
    void grantsNothingToOneThatRests() {
        open(0);
        Web seed = family.webSeed();
        List<Lease> leases = wants(seed, 100);

        seed.events().tell(new WebSeedActor.Wants(seed.number(), 100));
        seed.events().tell(new WebSeedActor.Wants(seed.number(), 0));
        seed.events().tell(new WebSeedActor.Returned(seed.number(), leases));
        for (int i = 0; i < leases.size(); i++) {
            PieceStoreActor.AskHeld asked = store.probe().expectMessageClass(PieceStoreActor.AskHeld.class);
            store.events().tell(new PieceStoreActor.Held(asked.piece(), asked.attempt(), new Bitfield(2)));
        }
        settle();

        seed.probe().expectNoMessage();
    }

    @Test
    void countsWhatCame() {
        open(0);
        Web seed = family.webSeed();

        seed.events().tell(new WebSeedActor.Traffic(seed.number(), 1000, 10));

        assertThat(reportWhen(report -> report.total().downloaded() > 0).total())
                .isEqualTo(new Counters(1000, 0, 10));
    }

    @Test
    void startsThemAgainAfterARecheck() {
        open(0);
        Web seed = family.webSeed();

        torrent.tell(TorrentActor.Recheck.INSTANCE);
        seed.probe().expectTerminated(seed.ref().unsafeUpcast());
        seed.events().tell(new WebSeedActor.Fetched(seed.number(), new Lease(0, 0, 0, 1)));
        for (int i = 1; i < 4; i++) {
            family.webSeed();
        }
        store.events().tell(new PieceStoreActor.Opened(new Bitfield(PIECES), Map.of(), Counters.ZERO));

        assertThat(wants(family.webSeed(), 100)).hasSize(PIECES);
    }

    private static List<Lease> wants(Web seed, int blocks) {
        seed.events().tell(new WebSeedActor.Wants(seed.number(), blocks));
        return seed.probe().expectMessageClass(WebSeedActor.Grant.class).leases();
    }

    private static Metainfo torrent() {
        List<String> seeds = new ArrayList<>();
        for (int port = 1; port <= SEEDS; port++) {
            seeds.add("http://127.0.0.1:" + port + "/secret");
        }
        try {
            return Metainfo.parse(TorrentBuilder.ofFile("payload", PIECES * 32_768L)
                    .pieceLength(32_768)
                    .hashes(new byte[20 * PIECES])
                    .webSeeds(seeds)
                    .build());
        } catch (MetainfoException wrong) {
            throw new AssertionError(wrong);
        }
    }
}
