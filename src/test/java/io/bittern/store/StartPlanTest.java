package io.bittern.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.metainfo.FileLayout;
import io.bittern.piece.Bitfield;
import io.bittern.store.PieceStoreActor.Counters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StartPlanTest {

    /* Files of 2.5, 2.5 and 1 pieces: pieces 0-2, 2-4 and 5. */
    private final TestTorrent torrent = TestTorrent.ofFolder(new Random(1), 1000, 2500, 2500, 1000);
    private final FileLayout layout = torrent.metainfo().layout();
    private final List<FileFacts> whole = facts(2500, 2500, 1000);

    @Test
    void withoutAStateEveryPieceIsHashedThatCouldBeThere() {
        assertThat(StartPlan.distrust(layout, whole).check()).isEqualTo(pieces(0, 1, 2, 3, 4, 5));
        assertThat(StartPlan.distrust(layout, facts(-1, -1, -1)).check()).isEqualTo(pieces());
        assertThat(StartPlan.distrust(layout, facts(2500, 400, 1000)).check()).isEqualTo(pieces(0, 1, 5));
        assertThat(StartPlan.distrust(layout, facts(2500, 500, 1000)).check()).isEqualTo(pieces(0, 1, 2, 5));
        assertThat(StartPlan.distrust(layout, whole).holesAreMissing()).isFalse();
    }

    @Test
    void afterACleanEndNothingIsHashed() {
        StartPlan plan = plan(state(pieces(0, 1, 5), whole, true), whole);

        assertThat(plan.trusted()).isEqualTo(pieces(0, 1, 5));
        assertThat(plan.check().isEmpty()).isTrue();
        assertThat(plan.sample().isEmpty()).isTrue();
        assertThat(plan.held()).containsOnlyKeys(3);
    }

    @Test
    void afterACleanEndAFileThatChangedIsHashedAlone() {
        List<FileFacts> now = new ArrayList<>(whole);
        now.set(1, new FileFacts(2500, 77));

        StartPlan plan = plan(state(pieces(0, 1, 2, 4, 5), whole, true), now);

        assertThat(plan.trusted()).isEqualTo(pieces(0, 1, 5));
        assertThat(plan.check()).isEqualTo(pieces(2, 3, 4));
        assertThat(plan.held()).isEmpty();
    }

    @Test
    void afterACleanEndAFileThatIsGoneCostsNothing() {
        StartPlan plan = plan(state(pieces(0, 1, 2, 3, 4, 5), whole, true), facts(2500, -1, 1000));

        assertThat(plan.trusted()).isEqualTo(pieces(0, 1, 5));
        assertThat(plan.check().isEmpty()).isTrue();
    }

    @Test
    void afterACrashWhatWasSyncedIsBelievedAndTheRestHashedButForHoles() {
        List<FileFacts> now = List.of(new FileFacts(2500, 99), new FileFacts(2500, 98), new FileFacts(1000, 97));

        StartPlan plan = plan(state(pieces(0, 1), facts(2500, 100, -1), false), now);

        assertThat(plan.trusted()).isEqualTo(pieces(0, 1));
        assertThat(plan.sample()).isEqualTo(pieces(0, 1));
        assertThat(plan.check()).isEqualTo(pieces(2, 3, 4, 5));
        assertThat(plan.holesAreMissing()).isTrue();
        assertThat(plan.held()).isEmpty();
    }

    @Test
    void afterACrashAFileThatIsShorterThanItWasIsNotBelieved() {
        StartPlan plan = plan(state(pieces(0, 1, 5), whole, false), facts(2499, 2500, 1000));

        assertThat(plan.trusted()).isEqualTo(pieces(5));
        assertThat(plan.check()).isEqualTo(pieces(0, 1, 3, 4));
    }

    @Test
    void theSampleIsSmallHoweverMuchIsBelieved() {
        TestTorrent large = TestTorrent.ofFile(new Random(1), 100_000, 10);
        List<FileFacts> facts = List.of(new FileFacts(100_000, 1));
        ResumeState state = new ResumeState(large.all(), Map.of(), facts, "m", Counters.ZERO, false);

        StartPlan plan = StartPlan.of(large.metainfo().layout(), state, facts, new Random(1));

        assertThat(plan.sample().count()).isEqualTo(8 + 10_000 / 256);
        assertThat(plan.check().isEmpty()).isTrue();
    }

    @Test
    void aStateWithoutFilesIsNotBelieved() {
        assertThat(plan(state(pieces(0), List.of(), true), whole).check()).isEqualTo(pieces(0, 1, 2, 3, 4, 5));
    }

    @Test
    void theMediumIsGoneOnlyIfACompleteTorrentHasLostAllFilesAndTheFolderIsAnother() {
        List<FileFacts> gone = facts(-1, -1, -1);
        ResumeState complete = state(torrent.all(), whole, true);

        assertThat(StartPlan.isMediumGone(complete, torrent.all(), gone, "other"))
                .isTrue();
        assertThat(StartPlan.isMediumGone(complete, torrent.all(), gone, "medium"))
                .isFalse();
        assertThat(StartPlan.isMediumGone(complete, torrent.all(), facts(-1, -1, 1000), "other"))
                .isFalse();
        assertThat(StartPlan.isMediumGone(state(pieces(0), whole, true), torrent.all(), gone, "other"))
                .isFalse();
    }

    private StartPlan plan(ResumeState before, List<FileFacts> now) {
        return StartPlan.of(layout, before, now, new Random(1));
    }

    private ResumeState state(Bitfield verified, List<FileFacts> files, boolean clean) {
        Bitfield held = new Bitfield(1);
        held.set(0);
        return new ResumeState(verified, Map.of(3, held), files, "medium", Counters.ZERO, clean);
    }

    private Bitfield pieces(int... numbers) {
        Bitfield pieces = new Bitfield(torrent.pieces());
        for (int number : numbers) {
            pieces.set(number);
        }
        return pieces;
    }

    private static List<FileFacts> facts(long... sizes) {
        List<FileFacts> facts = new ArrayList<>();
        for (long size : sizes) {
            facts.add(size < 0 ? FileFacts.ABSENT : new FileFacts(size, 5));
        }
        return facts;
    }
}
