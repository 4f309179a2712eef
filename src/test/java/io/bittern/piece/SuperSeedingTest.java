package io.bittern.piece;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.metainfo.PieceSizes;
import io.bittern.piece.SuperSeeding.Show;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SuperSeedingTest {

    private static final int PIECE = 32 << 10;
    private static final long SECOND = 1_000_000_000L;

    private final PieceSizes sizes = new PieceSizes(20L * PIECE, PIECE);
    private final SuperSeeding seeding = new SuperSeeding(sizes, new SplittableRandom(1));
    private long now = Long.MAX_VALUE - SECOND; // a monotonic clock may wrap

    private Map<Integer, Integer> next() {
        Map<Integer, Integer> shown = new HashMap<>();
        for (Show show : seeding.next(now)) {
            assertThat(shown.put(show.peer(), show.piece())).isNull();
        }
        return shown;
    }

    private void join(int... peers) {
        for (int peer : peers) {
            seeding.join(peer, now);
        }
    }

    @Nested
    class WithSeveralPeers {

        @Test
        void showsEachAPieceOfItsOwn() {
            join(1, 2, 3);

            Map<Integer, Integer> shown = next();

            assertThat(shown).containsOnlyKeys(1, 2, 3);
            assertThat(new HashSet<>(shown.values())).hasSize(3);
            assertThat(next()).isEmpty();
        }

        @Test
        void showsTheNextOnceAnotherHasThePiece() {
            join(1, 2);
            int first = next().getOrDefault(1, -1);

            seeding.has(1, first, now);
            assertThat(next()).isEmpty();

            seeding.has(2, first, now);
            assertThat(next()).containsOnlyKeys(1);
        }

        @Test
        void takesAPieceThatWasUploadedForFetchedWhenThePeerSaysNothing() {
            join(1, 2);
            int first = next().getOrDefault(1, -1);

            seeding.uploaded(1, PIECE, now);
            seeding.has(2, first, now);

            assertThat(next()).containsOnlyKeys(1);
        }

        @Test
        void showsTheNextToWhoIsOvertaken() {
            join(1, 2);
            int first = next().getOrDefault(1, -1);

            seeding.has(2, first, now);

            assertThat(next()).containsOnlyKeys(1);
        }

        @Test
        void letsAPeerThatPassesNothingOnWaitLongerEachTime() {
            join(1, 2);
            Map<Integer, Integer> shown = next();
            for (int wait = 20; wait <= 80; wait *= 2) {
                seeding.has(1, shown.getOrDefault(1, -1), now);
                now += (wait - 1) * SECOND;
                assertThat(next()).isEmpty();
                now += SECOND;
                shown = next();
                assertThat(shown).containsOnlyKeys(1);
            }
        }

        @Test
        void showsNothingThatSomebodyElseIsFetchingBeforeThatHasTakenLong() {
            SuperSeeding small = new SuperSeeding(new PieceSizes(2L * PIECE, PIECE), new SplittableRandom(1));
            List.of(1, 2, 3).forEach(peer -> small.join(peer, now));

            assertThat(small.next(now)).hasSize(2);
            now += 20 * SECOND;

            assertThat(small.next(now)).hasSize(1);
        }

        @Test
        void showsThePieceOfAPeerThatIsGoneToAnother() {
            SuperSeeding small = new SuperSeeding(new PieceSizes(2L * PIECE, PIECE), new SplittableRandom(1));
            List.of(1, 2, 3).forEach(peer -> small.join(peer, now));
            Show lost = small.next(now).get(0);

            small.leave(lost.peer());

            assertThat(small.next(now)).singleElement().extracting(Show::piece).isEqualTo(lost.piece());
        }

        @Test
        void neverShowsAPieceThatThePeerCameWith() {
            join(1, 2);
            Bitfield most = new Bitfield(20);
            most.setAll();
            most.clear(7);

            seeding.hasAll(1, most, now);

            assertThat(next().get(1)).isEqualTo(7);
        }
    }

    @Nested
    class WithOnePeer {

        @Test
        void showsSeveralAndTheNextWithEachThatIsFetched() {
            join(1);
            List<Show> first = seeding.next(now);
            assertThat(first).hasSize(16);

            seeding.uploaded(1, 2 * PIECE, now);

            assertThat(seeding.next(now)).hasSize(2).doesNotContainAnyElementsOf(first);
        }

        @Test
        void goesOnOneByOneWhenASecondComes() {
            join(1);
            assertThat(seeding.next(now)).hasSize(16);

            join(2);

            assertThat(next()).containsOnlyKeys(2);
        }
    }

    @Nested
    class IsOver {

        @Test
        void whenAnotherHasEverything() {
            join(1, 2);
            Bitfield all = new Bitfield(20);
            all.setAll();

            seeding.hasAll(1, all, now);

            assertThat(seeding.over()).isTrue();
            assertThat(next()).isEmpty();
        }

        @Test
        void whenTwoHaveEachPiece() {
            join(1, 2, 3);
            for (int piece = 0; piece < 20; piece++) {
                assertThat(seeding.over()).isFalse();
                seeding.has(piece % 3 + 1, piece, now);
                seeding.has((piece + 1) % 3 + 1, piece, now);
                next();
            }

            assertThat(seeding.over()).isTrue();
        }
    }

    /** Peers that pass pieces on at once: the seed gives each piece away once. */
    @Test
    void givesAwayOneCopy() {
        Set<Integer> fetched = new HashSet<>();
        int given = 0;
        int[] peers = IntStream.range(0, 8).toArray();
        join(peers);
        while (fetched.size() < 20) {
            Map<Integer, Integer> shown = next();
            given += shown.size();
            shown.forEach((peer, piece) -> seeding.has(peer, piece, now));
            fetched.addAll(shown.values());
            shown.forEach((peer, piece) -> seeding.has((peer + 1) % peers.length, piece, now));
            now += SECOND;
        }
        assertThat(given).isEqualTo(20);
    }
}
