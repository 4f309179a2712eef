package io.bittern.torrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.metainfo.PieceSizes;
import io.bittern.piece.Bitfield;
import io.bittern.piece.Lease;
import io.bittern.piece.PiecePicker;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DownloadTest {

    private static final int BLOCKS = 2;
    private static final int PIECES = 3;
    private static final PieceSizes SIZES =
            new PieceSizes((long) PIECES * BLOCKS * PieceSizes.BLOCK, BLOCKS * PieceSizes.BLOCK);

    /** All that was asked of the world since it was last looked at. */
    private static final class RecordingWorld implements Download.World {

        record Granted(int peer, List<Lease> leases) {}

        record Revoked(int peer, Lease lease) {}

        record Interest(int peer, boolean interested) {}

        record Asked(int piece, int attempt) {}

        final List<Object> orders = new ArrayList<>();
        final Set<Integer> onParole = new HashSet<>();

        @Override
        public void grant(int peer, List<Lease> leases) {
            orders.add(new Granted(peer, leases));
        }

        @Override
        public void revoke(int peer, Lease lease) {
            orders.add(new Revoked(peer, lease));
        }

        @Override
        public void interest(int peer, boolean interested) {
            orders.add(new Interest(peer, interested));
        }

        @Override
        public void askHeld(int piece, int attempt) {
            orders.add(new Asked(piece, attempt));
        }

        @Override
        public boolean onParole(int peer) {
            return onParole.contains(peer);
        }
    }

    private final RecordingWorld world = new RecordingWorld();
    private final PiecePicker picker = new PiecePicker(SIZES, new Random(1));
    private final Download download = new Download(picker, world);

    @BeforeEach
    void lackThePieceThatIsLast() {
        open(0, 1);
    }

    @Nested
    class Naming {

        @Test
        void answersAPeerThatWantsCertainPiecesOnly() {
            seed(1);

            download.wantsOf(1, 5, false, List.of(2), true);
            assertThat(heard()).containsExactly(new RecordingWorld.Granted(1, List.of(new Lease(2, 0, 0, 2))));

            download.wantsOf(1, 5, false, List.of(2), true);
            assertThat(heard()).containsExactly(new RecordingWorld.Granted(1, List.of()));
        }

        @Test
        void servesAPeerThatPrefersPiecesWithOthersToo() {
            open(0);
            seed(1);

            download.wantsOf(1, 3, false, List.of(2), false);

            assertThat(heard())
                    .containsExactly(
                            new RecordingWorld.Granted(1, List.of(new Lease(2, 0, 0, 2))),
                            new RecordingWorld.Granted(1, List.of(new Lease(1, 0, 0, 1))));
        }

        @Test
        void losesInterestInAPeerThatLostWhatWeLack() {
            seed(1);

            download.lacks(1, List.of(2));

            assertThat(heard()).containsExactly(new RecordingWorld.Interest(1, false));
        }
    }

    @Nested
    class Interest {

        @Test
        void isToldOfAPeerThatHasWhatWeLack() {
            download.joined(1);
            download.hasAll(1, pieces(2));

            assertThat(heard()).containsExactly(new RecordingWorld.Interest(1, true));
        }

        @Test
        void isNotToldOfAPeerThatHasWhatWeHave() {
            download.joined(1);
            download.hasAll(1, pieces(0, 1));

            assertThat(heard()).isEmpty();
        }

        @Test
        void comesWithTheFirstPieceThatWeLackAndIsToldOnce() {
            download.joined(1);
            download.has(1, List.of(0));
            download.has(1, List.of(2));
            download.has(1, List.of(1));

            assertThat(heard()).containsExactly(new RecordingWorld.Interest(1, true));
        }

        @Test
        void endsWithTheLastPieceThatWeLacked() {
            seed(1);

            download.verified(2);

            assertThat(heard()).containsExactly(new RecordingWorld.Interest(1, false));
        }

        @Test
        void comesBackWithDamage() {
            seed(1);
            download.verified(2);
            heard();

            picker.damaged(pieces(0));
            download.changed();

            assertThat(heard()).containsExactly(new RecordingWorld.Interest(1, true));
        }

        @Test
        void isNotToldOfOneWhoNeverJoinedOrHasLeft() {
            download.hasAll(7, pieces(2));
            seed(1);
            download.left(1);
            download.hasAll(1, pieces(2));
            download.has(1, List.of(2));
            picker.damaged(pieces(0));
            download.changed();

            assertThat(heard()).isEmpty();
        }
    }

    @Nested
    class Grants {

        @Test
        void giveWhatIsWanted() {
            seed(1);

            download.wants(1, 2, true);

            assertThat(heard()).containsExactly(granted(1, new Lease(2, 0, 0, 2)));
        }

        @Test
        void giveTheRestByThemselvesWhenBlocksBecomeFree() {
            open();
            seed(1);
            seed(2);
            download.wants(1, PIECES * BLOCKS, true);
            heard();
            download.wants(2, 20, false);
            answerAll(new Bitfield(BLOCKS));
            heard();

            download.rejected(1, 0);

            assertThat(heard()).contains(granted(2, new Lease(1, 1, 0, 2)));
        }

        @Test
        void waitForThePiecesOfAHungryPeer() {
            download.joined(1);
            download.wants(1, 1, false);
            assertThat(heard()).isEmpty();

            download.has(1, List.of(2));

            assertThat(heard())
                    .containsExactly(new RecordingWorld.Interest(1, true), granted(1, new Lease(2, 0, 0, 1)));
        }

        @Test
        void goToNobodyWhoHasNotJoined() {
            download.wants(9, 4, true);
            seed(1);

            download.wants(1, 2, true);

            assertThat(heard()).containsExactly(granted(1, new Lease(2, 0, 0, 2)));
        }

        @Test
        void goByTheNewestWishOfAPeer() {
            open();
            download.joined(1);
            download.wants(1, 1, false);
            download.wants(1, 2, false);

            download.hasAll(1, pieces(0));

            assertThat(heard())
                    .containsExactly(new RecordingWorld.Interest(1, true), granted(1, new Lease(0, 0, 0, 2)));
        }

        @Test
        void endWithTheHunger() {
            open();
            seed(1);
            download.wants(1, 2, false);
            heard();

            download.rejected(2, 0);
            download.changed();

            assertThat(heard()).noneMatch(RecordingWorld.Granted.class::isInstance);
        }
    }

    @Nested
    class ReturnedLeases {

        @Test
        void areAskedOfTheStoreBeforeTheyGoToAnother() {
            Lease lease = leased(1);
            seed(2);
            download.wants(2, 2, true);
            heard();

            download.left(1);
            assertThat(heard()).containsExactly(new RecordingWorld.Asked(2, 0));
            download.held(2, 0, blocks(0));

            assertThat(heard()).containsExactly(granted(2, new Lease(2, 0, 1, 1)));
            assertThat(lease).isEqualTo(new Lease(2, 0, 0, 2));
        }

        @Test
        void areAskedOnceWhoeverElseReturnsMore() {
            open(0);
            seed(1);
            seed(2);
            download.wants(1, 2, true);
            download.wants(2, 2, true);
            List<Lease> first = leasesOf(1);
            heard();

            download.returned(1, first);
            download.returned(1, first);
            download.confirm();

            assertThat(heard())
                    .containsExactly(new RecordingWorld.Asked(first.get(0).piece(), 0));
        }

        @Test
        void goBackToThePeerItselfIfItIsStillHungry() {
            Lease lease = leased(1);
            download.wants(1, 2, true);

            download.returned(1, List.of(lease));
            download.held(2, 0, new Bitfield(BLOCKS));

            assertThat(heard()).containsExactly(new RecordingWorld.Asked(2, 0), granted(1, new Lease(2, 0, 0, 2)));
        }

        @Test
        void ofAnAttemptThatIsOverMeanNothing() {
            Lease lease = leased(1);
            download.rejected(2, 0);
            heard();

            download.returned(1, List.of(lease));

            assertThat(heard()).isEmpty();
        }
    }

    @Nested
    class Endgame {

        @Test
        void asksTheStoreAndSharesOnlyWhatItLacks() {
            leased(1);
            seed(2);

            download.wants(2, 4, true);
            assertThat(heard()).containsExactly(new RecordingWorld.Asked(2, 0));
            download.held(2, 0, blocks(0));

            assertThat(heard())
                    .containsExactlyInAnyOrder(
                            new RecordingWorld.Revoked(1, new Lease(2, 0, 0, 1)), granted(2, new Lease(2, 0, 1, 1)));
        }

        @Test
        void sharesNothingWhileSomethingIsFree() {
            open(0);
            leased(1);
            seed(2);
            heard();

            download.wants(2, 2, true);

            assertThat(heard()).hasSize(1).allMatch(RecordingWorld.Granted.class::isInstance);
        }

        @Test
        void takesTheCopyBackThatComesSecond() {
            Lease lease = leased(1);
            seed(2);
            download.wants(2, 4, true);
            download.held(2, 0, new Bitfield(BLOCKS));
            heard();

            download.fetched(1, lease);

            assertThat(heard()).contains(new RecordingWorld.Revoked(2, new Lease(2, 0, 0, 2)));
        }

        @Test
        void endsWithTheVerdict() {
            leased(1);
            seed(2);
            download.wants(2, 1, true);
            download.held(2, 0, new Bitfield(BLOCKS));
            heard();

            download.verified(2);

            assertThat(heard())
                    .containsExactlyInAnyOrder(
                            new RecordingWorld.Revoked(1, new Lease(2, 0, 0, 2)),
                            new RecordingWorld.Revoked(2, new Lease(2, 0, 1, 1)),
                            new RecordingWorld.Interest(1, false),
                            new RecordingWorld.Interest(2, false));
        }

        @Test
        void asksNoQuestionAgainBecauseOfItsAnswer() {
            leased(1);
            for (int peer = 2; peer < 8; peer++) {
                seed(peer);
                download.wants(peer, 8, false);
            }
            assertThat(heard()).containsExactly(new RecordingWorld.Asked(2, 0));

            download.held(2, 0, new Bitfield(BLOCKS));

            assertThat(heard()).isNotEmpty().noneMatch(RecordingWorld.Asked.class::isInstance);
        }

        @Test
        void asksNoQuestionTwiceBeforeItsAnswer() {
            leased(1);
            seed(2);
            seed(3);

            download.wants(2, 8, false);
            download.wants(3, 8, false);
            download.wants(2, 4, false);
            download.confirm();

            assertThat(heard()).containsExactly(new RecordingWorld.Asked(2, 0));
        }
    }

    @Nested
    class Answers {

        @Test
        void thatCrossTheVerdictChangeNothing() {
            leased(1);
            seed(2);
            download.wants(2, 2, true);
            download.verified(2);
            heard();

            download.held(2, 0, blocks(0, 1));

            assertThat(heard()).isEmpty();
        }

        @Test
        void thatCrossARejectionFreeNothingOfTheNextAttempt() {
            leased(1);
            seed(2);
            download.wants(2, 2, true);
            download.rejected(2, 0);
            heard();

            download.held(2, 0, blocks(0, 1));
            download.wants(1, 2, true);

            assertThat(picker.heldBytes()).isZero();
        }

        @Test
        void thatAreOlderThanALeaseDoNotEndIt() {
            leased(1);
            seed(2);
            download.wants(2, 2, true);
            heard();
            download.left(1);
            download.left(2);
            heard();
            download.held(2, 0, new Bitfield(BLOCKS));
            seed(3);
            download.wants(3, 2, true);
            assertThat(heard()).contains(granted(3, new Lease(2, 0, 0, 2)));

            download.held(2, 0, new Bitfield(BLOCKS));

            assertThat(heard()).isEmpty();
        }

        @Test
        void toldFetchedPieceWithoutVerdictIsConfirmedAndFetchedAnewIfTheStoreLacksIt() {
            Lease lease = leased(1);
            download.fetched(1, lease);
            heard();

            download.confirm();
            assertThat(heard()).containsExactly(new RecordingWorld.Asked(2, 0));
            download.held(2, 0, blocks(0));
            download.wants(1, 2, true);

            assertThat(heard()).containsExactly(granted(1, new Lease(2, 0, 1, 1)));
        }

        @Test
        void thatConfirmAreTheLastWordUntilTheVerdict() {
            Lease lease = leased(1);
            download.fetched(1, lease);
            download.confirm();
            heard();

            download.held(2, 0, blocks(0, 1));
            download.confirm();
            download.confirm();

            assertThat(heard()).isEmpty();
        }
    }

    @Nested
    class Parole {

        @Test
        void givesPiecesAloneAndNothingByName() {
            world.onParole.add(1);
            seed(1);

            download.wants(1, 1, false);
            download.wantsOf(1, 1, false, List.of(2), true);

            assertThat(heard()).containsExactly(granted(1, new Lease(2, 0, 0, BLOCKS)), granted(1));
        }

        @Test
        void sharesNothingInEndgame() {
            leased(1);
            world.onParole.add(2);
            seed(2);

            download.wants(2, BLOCKS, false);
            download.held(2, 0, blocks());

            assertThat(heard()).isEmpty();
        }

        @Test
        void isOverWhenThePeerIsServedTheNextTime() {
            open(0);
            world.onParole.add(1);
            seed(1);
            seed(2);
            download.wants(2, 1, false);
            heard();
            world.onParole.clear();

            download.wants(1, 1, false);

            assertThat(leasesOf(1)).containsExactly(new Lease(leasesOf(1).get(0).piece(), 0, 1, 1));
        }
    }

    @Nested
    class Leaving {

        @Test
        void freesWhatWasLeasedForWhoeverIsHungry() {
            leased(1);
            seed(2);
            download.wants(2, 2, true);
            download.held(2, 0, new Bitfield(BLOCKS));
            heard();

            download.left(1);
            download.left(2);
            answerAll(new Bitfield(BLOCKS));
            seed(3);
            download.wants(3, 2, true);

            assertThat(heard()).contains(granted(3, new Lease(2, 0, 0, 2)));
        }

        @Test
        void endsTheHunger() {
            open();
            seed(1);
            seed(2);
            download.wants(1, PIECES * BLOCKS, true);
            download.wants(2, 2, true);
            answerAll(new Bitfield(BLOCKS));
            download.left(2);
            heard();

            download.rejected(1, 0);

            assertThat(heard()).noneMatch(RecordingWorld.Granted.class::isInstance);
        }

        @Test
        void isHeardOnce() {
            leased(1);
            download.left(1);
            heard();

            download.left(1);

            assertThat(heard()).isEmpty();
        }

        @Test
        void makesLateNewsMoot() {
            Lease lease = leased(1);
            download.left(1);
            download.held(2, 0, new Bitfield(BLOCKS));
            heard();

            download.fetched(1, lease);
            download.returned(1, List.of(lease));
            download.wants(1, 2, true);
            download.has(1, List.of(2));

            assertThat(heard()).isEmpty();
        }
    }

    private void open(int... verified) {
        picker.open(pieces(verified), Map.of());
    }

    private void seed(int peer) {
        download.joined(peer);
        download.hasAll(peer, pieces(0, 1, 2));
        world.orders.remove(new RecordingWorld.Interest(peer, true));
    }

    /** A seed that has leased all of one piece. */
    private Lease leased(int peer) {
        seed(peer);
        download.wants(peer, BLOCKS, true);
        Lease lease = leasesOf(peer).get(0);
        heard();
        return lease;
    }

    private List<Lease> leasesOf(int peer) {
        return world.orders.stream()
                .filter(order -> order instanceof RecordingWorld.Granted granted && granted.peer() == peer)
                .flatMap(order -> ((RecordingWorld.Granted) order).leases().stream())
                .toList();
    }

    private void answer(int piece, Bitfield held) {
        if (world.orders.remove(new RecordingWorld.Asked(piece, picker.attempt(piece)))) {
            download.held(piece, picker.attempt(piece), held);
        }
    }

    private void answerAll(Bitfield held) {
        for (int piece = 0; piece < PIECES; piece++) {
            answer(piece, held);
        }
    }

    private List<Object> heard() {
        List<Object> heard = List.copyOf(world.orders);
        world.orders.clear();
        return heard;
    }

    private static RecordingWorld.Granted granted(int peer, Lease... leases) {
        return new RecordingWorld.Granted(peer, List.of(leases));
    }

    private static Bitfield pieces(int... set) {
        return of(PIECES, set);
    }

    private static Bitfield blocks(int... set) {
        return of(BLOCKS, set);
    }

    private static Bitfield of(int size, int... set) {
        Bitfield bits = new Bitfield(size);
        for (int one : set) {
            bits.set(one);
        }
        return bits;
    }
}
