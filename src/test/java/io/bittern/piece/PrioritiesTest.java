package io.bittern.piece;

import static io.bittern.piece.Picture.have;
import static io.bittern.piece.Picture.picker;
import static io.bittern.piece.Picture.seenBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.metainfo.FileLayout;
import io.bittern.metainfo.FileLayout.TorrentFile;
import io.bittern.metainfo.FilePriorities;
import io.bittern.metainfo.FilePriorities.Priority;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PrioritiesTest {

    private static final int PIECE = 64 << 10;

    /** Pieces 0 to 3, half of 3 to half of 5, half of 5 to 7. */
    private static final FileLayout LAYOUT = FileLayout.of(
            PIECE,
            List.of(
                    new TorrentFile(0, List.of("t", "a"), 0, 3 * PIECE + PIECE / 2, false),
                    new TorrentFile(1, List.of("t", "b"), 3 * PIECE + PIECE / 2, 2 * PIECE, false),
                    new TorrentFile(2, List.of("t", "c"), 5 * PIECE + PIECE / 2, 2 * PIECE + PIECE / 2, false)));

    private static final FilePriorities ALL = FilePriorities.all(LAYOUT);

    private static BitSet file(int index) {
        BitSet file = new BitSet();
        file.set(index);
        return file;
    }

    private static int[] of(Priorities priorities) {
        return IntStream.range(0, 8).map(priorities::of).toArray();
    }

    @Test
    void areThoseOfTheFilesAndOfTheMostWantedInAPieceOfTwo() {
        FilePriorities files = ALL.with(file(0), Priority.LOW).with(file(1), Priority.HIGH);

        assertThat(of(Priorities.of(files, false))).containsExactly(2, 2, 2, 6, 6, 6, 4, 4);
    }

    @Test
    void leaveOutWhatIsSkipped() {
        Priorities priorities = Priorities.of(ALL.with(file(1), Priority.SKIP), false);

        assertThat(of(priorities)).containsExactly(4, 4, 4, 4, 0, 4, 4, 4);
        assertThat(priorities.wanted().cardinality()).isEqualTo(7);
    }

    @Test
    void putTheEdgesOfEachFileFirst() {
        assertThat(of(Priorities.of(ALL.with(file(2), Priority.SKIP), true))).containsExactly(5, 4, 4, 5, 4, 5, 0, 0);
    }

    @Nested
    class WithHurry {

        private static final int FAST = 1;
        private static final int SLOW = 2;
        private final PiecePicker picker = picker(have("####...."), seenBy("11111122"));

        @Test
        void comesBeforeRarityAndPriority() {
            all(FAST);
            picker.setPriority(4, 7);
            picker.hurry(List.of(7, 6), Set.of());

            assertThat(pieces(picker.grant(FAST, 12, true))).containsExactly(7, 6, 4);
        }

        @Test
        void keepsWhatIsUrgentForTheFast() {
            all(FAST);
            all(SLOW);
            picker.grant(FAST, 1, true);
            picker.hurry(List.of(7), Set.of());

            assertThat(pieces(picker.grant(SLOW, 4, false))).doesNotContain(7);
            assertThat(pieces(picker.grant(FAST, 4, true))).containsExactly(7);
        }

        @Test
        void takesTheSlowWhenNobodyElseHasIt() {
            all(SLOW);
            picker.hurry(List.of(7), Set.of());

            assertThat(picker.grant(SLOW, 2, false)).containsExactly(new Lease(7, 0, 0, 2));
        }

        @Test
        void asksAFastPeerTooWhenAPieceIsLate() {
            all(SLOW);
            all(FAST);
            picker.hurry(List.of(7), Set.of());
            List<Lease> slow = picker.grant(SLOW, 4, false);
            assertThat(pieces(picker.grant(FAST, 1, true))).doesNotContain(7);

            picker.hurry(List.of(7), Set.of(7));
            List<Lease> twice = picker.grant(FAST, 4, true);
            picker.checkInvariants();

            assertThat(pieces(twice)).containsOnly(7).hasSize(4);
            assertThat(picker.fetched(FAST, twice.get(0))).containsExactly(new Revocation(SLOW, twice.get(0)));
            assertThat(slow).containsExactly(new Lease(7, 0, 0, 4));
        }

        private void all(int peer) {
            Bitfield all = new Bitfield(8);
            all.setAll();
            picker.join(peer);
            picker.hasAll(peer, all);
        }

        private List<Integer> pieces(List<Lease> leases) {
            return leases.stream().map(Lease::piece).toList();
        }
    }
}
