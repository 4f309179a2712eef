package io.bittern.piece;

import static io.bittern.piece.Picture.answer;
import static io.bittern.piece.Picture.blocks;
import static io.bittern.piece.Picture.granted;
import static io.bittern.piece.Picture.have;
import static io.bittern.piece.Picture.join;
import static io.bittern.piece.Picture.picker;
import static io.bittern.piece.Picture.pieces;
import static io.bittern.piece.Picture.seenBy;
import static io.bittern.piece.Picture.sizes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.bittern.metainfo.PieceSizes;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PiecePickerTest {

    private static final int A = 1;
    private static final int B = 2;
    private static final int C = 3;

    @Nested
    class Losing {

        @Test
        void givesNothingToAPeerThatLostWhatItHad() {
            PiecePicker picker = picker(have("####...."), seenBy("11113214"));
            join(picker, A, "########");

            picker.lacks(A, 6);
            picker.lacks(A, 6);
            picker.lacks(B, 6);

            assertThat(picker.seed(A)).isFalse();
            assertThat(granted(picker, A, 16, true)).containsExactly(5, 4, 7);
            picker.checkInvariants();
        }

        @Test
        void isOfInterestNoLongerWhenTheLastPieceIsLost() {
            PiecePicker picker = picker(have("#######."), seenBy("11111111"));
            join(picker, A, ".......#");
            assertThat(picker.interesting(A)).isTrue();

            picker.lacks(A, 7);

            assertThat(picker.interesting(A)).isFalse();
            picker.checkInvariants();
            picker.leave(A);
            picker.checkInvariants();
        }
    }

    @Nested
    class Naming {

        @Test
        void grantsOnlyOfThePiecesThatAreNamed() {
            PiecePicker picker = picker(have("####...."), seenBy("11113214"));
            join(picker, A, "#####..#");

            List<Lease> leases = picker.grantOf(A, 100, List.of(0, 7, 6));

            assertThat(leases).extracting(Lease::piece).containsOnly(7);
            assertThat(picker.grantOf(A, 100, List.of(7))).isEmpty();
            assertThat(picker.grantOf(B, 100, List.of(7))).isEmpty();
            picker.checkInvariants();
        }
    }

    @Nested
    class Choosing {

        @Test
        void takesTheRarestPieceFirst() {
            PiecePicker picker = picker(have("####...."), seenBy("11113214"));
            join(picker, A, "########");

            assertThat(granted(picker, A, 16, true)).containsExactly(6, 5, 4, 7);
        }

        @Test
        void takesPiecesInOrderIfAskedTo() {
            PiecePicker picker = picker(have("##......"), seenBy("11876543"));
            join(picker, A, "###.####");
            picker.inOrder(true);
            picker.setPriority(6, 5);

            assertThat(granted(picker, A, 12, true)).containsExactly(6, 2, 4);
            assertThat(granted(picker, A, 100, true)).containsExactly(5, 7);
        }

        @Test
        void takesRunsOfPiecesForWhoIsBestAtThem() {
            PiecePicker picker = picker(have("####......."), seenBy("11112221222"));
            join(picker, A, "#########.#");
            picker.setPriority(6, 5);

            assertThat(picker.grantRuns(A, 12)).extracting(Lease::piece).containsExactly(6, 7, 8);
            picker.checkInvariants();
        }

        @Test
        void takesNothingThatThePeerLacks() {
            PiecePicker picker = picker(have("####...."), seenBy("11113214"));
            join(picker, A, "#####..#");

            assertThat(granted(picker, A, 100, true)).containsExactly(4, 7);
        }

        @Test
        void breaksTiesAtRandom() {
            Set<List<Integer>> orders = new HashSet<>();
            for (int seed = 0; seed < 50; seed++) {
                PiecePicker picker = picker(have("####...."), seenBy("00001111"), seed);
                join(picker, A, "########");
                orders.add(granted(picker, A, 16, false));
            }

            assertThat(orders).hasSizeGreaterThan(10);
        }

        @Test
        void takesTheFirstFourPiecesAtRandom() {
            Set<Integer> firsts = new HashSet<>();
            for (int seed = 0; seed < 100; seed++) {
                PiecePicker picker = picker(have("###....."), seenBy("99987651"), seed);
                join(picker, A, "########");
                firsts.addAll(granted(picker, A, 1, false));
            }

            assertThat(firsts).containsExactlyInAnyOrder(3, 4, 5, 6, 7);
        }

        @Test
        void takesPrioritiesBeforeRarity() {
            PiecePicker picker = picker(have("####...."), seenBy("11111234"));
            join(picker, A, "########");
            picker.setPriority(6, 7);
            picker.setPriority(4, 1);

            assertThat(granted(picker, A, 16, false)).containsExactly(6, 5, 7, 4);
        }

        @Test
        void takesABegunPieceOfLowerPriorityAfterANewOneOfHigher() {
            PiecePicker picker = picker(have("####.."), seenBy("111111"));
            join(picker, A, "######");
            picker.setPriority(4, 5);
            granted(picker, A, 1, false);
            picker.setPriority(5, 6);

            assertThat(granted(picker, A, 8, false)).containsExactly(5, 4);
        }

        @Test
        void neverTakesAnUnwantedPiece() {
            PiecePicker picker = picker(have("####...."), seenBy("11111234"));
            join(picker, A, "########");
            picker.setPriority(4, 0);

            assertThat(granted(picker, A, 100, true)).containsExactly(5, 6, 7);
        }

        @Test
        void countsSeedsForNobody() {
            PiecePicker picker = picker(have("####..."), seenBy("1111123"));
            join(picker, A, "#######");
            join(picker, B, "####.##");

            assertThat(granted(picker, B, 4, false)).containsExactly(5);
            picker.leave(A);
            picker.checkInvariants();
            assertThat(granted(picker, B, 4, false)).containsExactly(6);
        }

        @Test
        void findsAPieceBehindManyThatThePeerLacks() {
            String many = "#".repeat(2000);
            PiecePicker picker = picker(have("####" + ".".repeat(2001)), seenBy("1111" + "1".repeat(2000) + "2"));
            join(picker, B, "####" + many + ".");
            join(picker, A, "####" + ".".repeat(2000) + "#");

            assertThat(granted(picker, A, 10, false)).containsExactly(2004);
        }

        @Test
        void grantsWholePriorityBeforeALesserOneBehindManyThatThePeerLacks() {
            PiecePicker picker = picker(have("####" + ".".repeat(2002)), seenBy("1111" + "1".repeat(2002)));
            join(picker, A, "####" + ".".repeat(2000) + "##");
            picker.setPriority(2005, 1);

            assertThat(granted(picker, A, 4, false)).containsExactly(2004);
        }

        @Test
        void grantsNothingBeforeItIsOpen() {
            PiecePicker picker = new PiecePicker(sizes(4), new Random(1));
            join(picker, A, "####");

            assertThat(picker.grant(A, 10, true)).isEmpty();
            assertThat(picker.interesting(A)).isFalse();
            assertThat(picker.complete()).isFalse();

            picker.open(pieces("...."), Map.of());
            picker.checkInvariants();

            assertThat(picker.interesting(A)).isTrue();
            assertThat(granted(picker, A, 4, false)).hasSize(1);
        }

        @Test
        void grantsNothingToAStranger() {
            PiecePicker picker = picker(have("...."), seenBy("1111"));

            picker.has(A, 1);
            picker.hasAll(A, pieces("####"));

            assertThat(picker.grant(A, 10, true)).isEmpty();
            assertThat(picker.endgameCandidates(A)).isEmpty();
            assertThat(picker.grantShared(A, 1)).isEmpty();
            assertThat(picker.leave(A)).isEmpty();
            assertThat(picker.seed(A)).isFalse();
        }
    }

    @Nested
    class Sharing {

        @Test
        void letsSlowPeersJoinWhatIsBegun() {
            PiecePicker picker = picker(have("####...."), seenBy("11111111"));
            join(picker, A, "########");
            join(picker, B, "########");

            int begun = granted(picker, A, 1, false).get(0);

            assertThat(granted(picker, B, 1, false)).containsExactly(begun);
            assertThat(granted(picker, A, 1, false)).containsExactly(begun);
            assertThat(granted(picker, B, 1, false)).containsExactly(begun);
            assertThat(granted(picker, B, 1, false)).doesNotContain(begun);
        }

        @Test
        void opensAPieceForAPeerThatHasNothingOfWhatIsBegun() {
            PiecePicker picker = picker(have("####.."), seenBy("111111"));
            join(picker, A, "....#.");
            join(picker, B, ".....#");
            granted(picker, A, 1, false);

            assertThat(granted(picker, B, 1, false)).containsExactly(5);
        }

        @Test
        void givesFastPeersWholePiecesOfTheirOwn() {
            PiecePicker picker = picker(have("####..."), seenBy("1111111"));
            join(picker, A, "#######");
            join(picker, B, "#######");
            int begun = granted(picker, A, 1, false).get(0);

            List<Lease> leases = picker.grant(B, 5, true);

            assertThat(leases).hasSize(2).allMatch(lease -> lease.blocks() == 4);
            assertThat(leases).noneMatch(lease -> lease.piece() == begun);
        }

        @Test
        void letsFastPeersJoinWhenNothingElseIsLeft() {
            PiecePicker picker = picker(have("####.."), seenBy("111111"));
            join(picker, A, "######");
            join(picker, B, "######");
            int begun = granted(picker, A, 1, false).get(0);

            assertThat(granted(picker, B, 20, true)).hasSize(2).endsWith(begun);
        }

        @Test
        void letsAFastPeerGoOnWithItsOwnPiece() {
            PiecePicker picker = new PiecePicker(new PieceSizes(3000L << 14, 1000 << 14), new Random(1));
            picker.open(new Bitfield(3), Map.of());
            join(picker, A, "###");

            int begun = granted(picker, A, 100, true).get(0);

            for (int grant = 1; grant < 9; grant++) {
                assertThat(granted(picker, A, 100, true)).containsExactly(begun);
            }
            assertThat(granted(picker, A, 100, true)).hasSize(1).doesNotContain(begun);
        }

        @Test
        void finishesWhatNobodyIsAtBeforeAFastPeerBegins() {
            PiecePicker picker = picker(have("####.."), seenBy("111112"));
            picker.open(pieces("####.."), Map.of(5, pieces("##..")));
            join(picker, A, "######");

            assertThat(granted(picker, A, 2, true)).containsExactly(5);
        }

        @Test
        void leasesInRunsAroundWhatIsHeld() {
            PiecePicker picker = picker(have("####."), seenBy("11111"));
            picker.open(pieces("####."), Map.of(4, pieces(".#..")));
            join(picker, A, "#####");

            List<Lease> leases = picker.grant(A, 10, false);

            assertThat(leases).containsExactly(new Lease(4, 0, 0, 1), new Lease(4, 0, 2, 2));
        }

        @Test
        void grantsManySmallPiecesAtOnce() {
            PiecePicker picker = new PiecePicker(new PieceSizes(100 << 14, 1 << 14), new Random(1));
            picker.open(new Bitfield(100), Map.of());
            join(picker, A, "#".repeat(100));

            assertThat(granted(picker, A, 50, false)).hasSize(50).doesNotHaveDuplicates();
            assertThat(granted(picker, A, 1000, true)).hasSize(50).doesNotHaveDuplicates();
            assertThat(granted(picker, A, 1000, true)).isEmpty();
        }
    }

    @Nested
    class Doubting {

        private final PiecePicker picker = picker(have("####."), seenBy("11111"));

        @Test
        void grantsNothingThatIsInDoubt() {
            join(picker, A, "#####");
            join(picker, B, "#####");
            picker.giveBack(A, picker.grant(A, 4, true));

            assertThat(granted(picker, B, 4, false)).isEmpty();

            answer(picker, 4, "#..#");

            assertThat(picker.grant(B, 4, false)).containsExactly(new Lease(4, 0, 1, 2));
        }

        @Test
        void doubtsWhatAPeerHadWhenItLeft() {
            join(picker, A, "#####");
            join(picker, B, "#####");
            List<Lease> leases = picker.grant(A, 3, false);

            assertThat(picker.leave(A)).isEqualTo(leases);

            assertThat(picker.grant(B, 4, false)).containsExactly(new Lease(4, 0, 3, 1));
            assertThat(picker.doubtful()).containsExactly(4);
        }

        @Test
        void asksOncePerQuestion() {
            join(picker, A, "#####");
            picker.giveBack(A, picker.grant(A, 1, false));

            assertThat(picker.doubtful()).containsExactly(4);
            assertThat(picker.doubtful()).isEmpty();
        }

        @Test
        void doesNotTakeAnOlderAnswerForWhatCameInDoubtSince() {
            join(picker, A, "#####");
            join(picker, B, "#####");
            picker.giveBack(A, picker.grant(A, 1, false));
            picker.doubtful();
            picker.giveBack(B, picker.grant(B, 1, false));
            assertThat(picker.doubtful()).isEmpty();

            picker.held(4, 0, pieces("...."));
            picker.checkInvariants();

            assertThat(picker.doubtful()).containsExactly(4);
            assertThat(picker.grant(A, 4, false)).containsExactly(new Lease(4, 0, 0, 1), new Lease(4, 0, 2, 2));
        }

        @Test
        void takesALateBlockAsHeldWhateverItsState() {
            join(picker, A, "#####");
            List<Lease> leases = picker.grant(A, 2, false);

            List<Revocation> revoked = picker.held(4, 0, pieces("#..#"));
            picker.checkInvariants();

            assertThat(leases).containsExactly(new Lease(4, 0, 0, 2));
            assertThat(revoked).containsExactly(new Revocation(A, new Lease(4, 0, 0, 1)));
            assertThat(picker.grant(A, 4, false)).containsExactly(new Lease(4, 0, 2, 1));
        }

        @Test
        void ignoresAnAnswerForAnEarlierAttempt() {
            join(picker, A, "#####");
            picker.grant(A, 4, false);
            picker.rejected(4, 0);

            assertThat(picker.held(4, 0, pieces("####"))).isEmpty();

            assertThat(picker.heldBytes()).isZero();
            assertThat(picker.grant(A, 4, false)).containsExactly(new Lease(4, 1, 0, 4));
        }

        @Test
        void asksWhetherAPieceIsReallyAllHeld() {
            join(picker, A, "#####");
            picker.grant(A, 4, false).forEach(lease -> picker.fetched(A, lease));
            assertThat(picker.doubtful()).containsExactly(4);

            picker.held(4, 0, pieces("##.#"));
            picker.checkInvariants();

            assertThat(picker.grant(A, 4, false)).containsExactly(new Lease(4, 0, 2, 1));
        }

        @Test
        void ignoresLeasesThatThePeerDoesNotHave() {
            join(picker, A, "#####");
            join(picker, B, "#####");
            List<Lease> leases = picker.grant(A, 2, false);

            picker.giveBack(B, leases);
            assertThat(picker.fetched(B, leases.get(0))).isEmpty();
            picker.checkInvariants();

            assertThat(picker.heldBytes()).isZero();
            assertThat(picker.doubtful()).isEmpty();
        }

        @Test
        void takesPartsOfLeases() {
            join(picker, A, "#####");
            picker.grant(A, 4, false);

            picker.fetched(A, new Lease(4, 0, 0, 2));
            picker.giveBack(A, List.of(new Lease(4, 0, 3, 1)));
            picker.checkInvariants();

            assertThat(picker.heldBytes()).isEqualTo(2 * PieceSizes.BLOCK);
            assertThat(picker.leave(A)).containsExactly(new Lease(4, 0, 2, 1));
        }
    }

    @Nested
    class Endgame {

        private final PiecePicker picker = picker(have("####.."), seenBy("111111"));

        Endgame() {
            join(picker, A, "######");
            join(picker, B, "######");
            join(picker, C, "####.#");
        }

        @Test
        void sharesNothingWhileABlockIsFree() {
            picker.grant(A, 7, false);

            assertThat(picker.endgameCandidates(B)).isEmpty();
            assertThat(picker.grantShared(B, 1)).isEmpty();
        }

        @Test
        void sharesSingleBlocksOnceNoneIsFree() {
            picker.grant(A, 8, false);

            assertThat(picker.endgameCandidates(B)).containsExactlyInAnyOrder(4, 5);
            List<Lease> leases = picker.grantShared(B, 3);
            picker.checkInvariants();

            assertThat(leases).hasSize(3).doesNotHaveDuplicates().allMatch(lease -> lease.blocks() == 1);
        }

        @Test
        void sharesOnlyWhatThePeerHas() {
            picker.grant(A, 8, false);

            assertThat(picker.endgameCandidates(C)).containsExactly(5);
            assertThat(picker.grantShared(C, 100)).hasSize(4).allMatch(lease -> lease.piece() == 5);
        }

        @Test
        void sharesNothingWithAPeerThatHasLeases() {
            picker.grant(A, 4, false);
            picker.grant(B, 4, false);

            assertThat(picker.endgameCandidates(A)).isEmpty();
            assertThat(picker.grantShared(B, 1)).isEmpty();
        }

        @Test
        void sharesTheLeastSharedFirstAndNotWithMoreThanThree() {
            picker.grant(A, 8, false);
            Set<Lease> first = new HashSet<>(picker.grantShared(C, 4));

            List<Lease> second = picker.grantShared(B, 100);
            picker.checkInvariants();

            assertThat(second).hasSize(2).noneMatch(first::contains);
            for (int peer = 4; peer < 8; peer++) {
                join(picker, peer, "####.#");
                assertThat(picker.grantShared(peer, 100)).hasSize(1);
                picker.checkInvariants();
            }
            join(picker, 8, "####.#");
            assertThat(picker.endgameCandidates(8)).isEmpty();
            assertThat(picker.grantShared(8, 1)).isEmpty();
        }

        @Test
        void revokesWhatOthersHaveOfAFetchedBlock() {
            picker.grant(A, 8, false);
            Lease lease = picker.grantShared(B, 1).get(0);

            assertThat(picker.fetched(B, lease)).containsExactly(new Revocation(A, lease));
            picker.checkInvariants();
        }

        @Test
        void sharesNothingThatIsHeld() {
            picker.grant(A, 8, false);
            for (int piece : picker.endgameCandidates(B)) {
                picker.held(piece, 0, pieces("###."));
            }

            assertThat(picker.grantShared(B, 100)).hasSize(1).isSubsetOf(new Lease(4, 0, 3, 1), new Lease(5, 0, 3, 1));
        }

        @Test
        void leavesAPeerWhatItComesToSoon() {
            int begunFirst = picker.grant(A, 4, false).get(0).piece();
            picker.grant(A, 4, false);

            assertThat(picker.grantShared(B, 100))
                    .hasSize(6)
                    .doesNotContain(new Lease(begunFirst, 0, 0, 1), new Lease(begunFirst, 0, 1, 1));
        }

        @Test
        void leavesABlockWithItsOtherHolder() {
            picker.grant(A, 8, false);
            List<Lease> shared = picker.grantShared(B, 8);
            for (int piece = 4; piece < 6; piece++) {
                for (int block = 0; block < 4; block++) {
                    Lease one = new Lease(piece, 0, block, 1);
                    if (!shared.contains(one)) {
                        picker.fetched(A, one);
                    }
                }
            }

            picker.leave(A);
            picker.checkInvariants();

            assertThat(picker.doubtful()).isEmpty();
            assertThat(picker.leave(B)).hasSize(2);
            assertThat(picker.doubtful()).containsExactly(4, 5);
        }

        @Test
        void offersAtMostEightPieces() {
            PiecePicker large = picker(have("####" + ".".repeat(20)), seenBy("1".repeat(24)));
            join(large, A, "#".repeat(24));
            join(large, B, "#".repeat(24));
            large.grant(A, 80, false);
            large.setPriority(23, 7);

            assertThat(large.endgameCandidates(B)).hasSize(8).startsWith(23);
        }
    }

    @Nested
    class Finishing {

        @Test
        void endsLeasesOfAVerifiedPiece() {
            PiecePicker picker = picker(have("####."), seenBy("11111"));
            join(picker, A, "#####");
            List<Lease> leases = picker.grant(A, 4, false);

            assertThat(picker.verified(4)).containsExactly(new Revocation(A, leases.get(0)));
            picker.checkInvariants();

            assertThat(picker.complete()).isTrue();
            assertThat(picker.interesting(A)).isFalse();
            assertThat(picker.fetched(A, leases.get(0))).isEmpty();
            assertThat(picker.verified().isFull()).isTrue();
        }

        @Test
        void startsARejectedPieceAnew() {
            PiecePicker picker = picker(have("####."), seenBy("11111"));
            join(picker, A, "#####");
            Lease lease = picker.grant(A, 4, false).get(0);
            picker.fetched(A, lease);

            assertThat(picker.rejected(4, 0)).isEmpty();
            picker.checkInvariants();

            assertThat(picker.attempt(4)).isEqualTo(1);
            assertThat(picker.heldBytes()).isZero();
            assertThat(picker.fetched(A, lease)).isEmpty();
            assertThat(picker.heldBytes()).isZero();
            assertThat(picker.grant(A, 4, false)).containsExactly(new Lease(4, 1, 0, 4));
        }

        @Test
        void endsLeasesOfARejectedPiece() {
            PiecePicker picker = picker(have("####."), seenBy("11111"));
            join(picker, A, "#####");
            Lease lease = picker.grant(A, 4, false).get(0);

            assertThat(picker.rejected(4, 0)).containsExactly(new Revocation(A, lease));
            assertThat(picker.rejected(4, 0)).isEmpty();
            assertThat(picker.attempt(4)).isEqualTo(1);
        }

        @Test
        void fetchesDamagedPiecesAgain() {
            PiecePicker picker = picker(have("#####"), seenBy("11111"));
            join(picker, A, "#####");

            picker.damaged(pieces(".#..."));
            picker.checkInvariants();

            assertThat(picker.complete()).isFalse();
            assertThat(picker.interesting(A)).isTrue();
            assertThat(granted(picker, A, 10, false)).containsExactly(1);
        }

        @Test
        void startsAgainFromARecheck() {
            PiecePicker picker = picker(have("####.."), seenBy("111111"));
            join(picker, A, "######");
            List<Lease> leases = picker.grant(A, 4, false);

            List<Revocation> ended = picker.open(pieces("#####."), Map.of(5, pieces("#...")));
            picker.checkInvariants();

            assertThat(ended).containsExactly(new Revocation(A, leases.get(0)));
            assertThat(picker.heldBytes()).isEqualTo(PieceSizes.BLOCK);
            assertThat(picker.grant(A, 9, false)).containsExactly(new Lease(5, 0, 1, 3));
        }

        @Test
        void countsBytesOfALastBlockThatIsShort() {
            PieceSizes sizes = new PieceSizes((4L << 14) + 1, 4 << 14);
            PiecePicker picker = new PiecePicker(sizes, new Random(1));
            picker.open(pieces(".."), Map.of(1, pieces("#")));
            picker.checkInvariants();

            assertThat(picker.heldBytes()).isEqualTo(1);
            assertThat(picker.wantedBytes()).isEqualTo(sizes.length());
            picker.verified(0);
            assertThat(picker.verifiedWantedBytes()).isEqualTo(4 << 14);
        }
    }

    @Nested
    class Wanting {

        @Test
        void wantsOnlyWhatItIsTold() {
            PiecePicker picker = picker(have("#....."), seenBy("111111"));
            join(picker, A, "######");
            BitSet wanted = new BitSet();
            wanted.set(0);
            wanted.set(2);

            picker.want(Priorities.only(wanted, 6));
            picker.checkInvariants();

            assertThat(picker.wantedBytes()).isEqualTo(8 << 14);
            assertThat(picker.verifiedWantedBytes()).isEqualTo(4 << 14);
            assertThat(granted(picker, A, 100, true)).containsExactly(2);
            picker.verified(2);
            assertThat(picker.complete()).isTrue();
            wanted.set(3);
            picker.want(Priorities.only(wanted, 6));
            assertThat(picker.complete()).isFalse();
            assertThat(picker.interesting(A)).isTrue();
        }

        @Test
        void isHeededBeforeItIsOpen() {
            PiecePicker picker = new PiecePicker(sizes(4), new Random(1));
            BitSet wanted = new BitSet();
            wanted.set(3);
            picker.want(Priorities.only(wanted, 4));
            join(picker, A, "####");

            picker.open(pieces("...."), Map.of());
            picker.checkInvariants();

            assertThat(granted(picker, A, 100, true)).containsExactly(3);
        }

        @Test
        void endsLeasesOfWhatIsNoLongerWanted() {
            PiecePicker picker = picker(have("####."), seenBy("11111"));
            join(picker, A, "#####");
            List<Lease> leases = picker.grant(A, 2, false);

            assertThat(picker.setPriority(4, 0)).containsExactly(new Revocation(A, leases.get(0)));
            picker.checkInvariants();
            answer(picker, 4, "#...");
            picker.setPriority(4, 3);
            picker.checkInvariants();

            assertThat(picker.grant(A, 9, false)).containsExactly(new Lease(4, 0, 1, 3));
        }

        @Test
        void knowsPrioritiesFromNoneToSeven() {
            PiecePicker picker = picker(have("...."), seenBy("1111"));

            assertThatIllegalArgumentException().isThrownBy(() -> picker.setPriority(0, 8));
            assertThatIllegalArgumentException().isThrownBy(() -> picker.setPriority(0, -1));
        }

        @Test
        void findsAPeerInterestingThatHasWhatWeLack() {
            PiecePicker picker = picker(have("##.."), seenBy("1111"));
            picker.join(A);
            assertThat(picker.interesting(A)).isFalse();
            picker.has(A, 0);
            assertThat(picker.interesting(A)).isFalse();
            picker.has(A, 2);
            assertThat(picker.interesting(A)).isTrue();
            picker.setPriority(2, 0);
            assertThat(picker.interesting(A)).isFalse();
            picker.setPriority(2, 1);
            picker.verified(2);
            assertThat(picker.interesting(A)).isFalse();
        }

        @Test
        void knowsSeedsByWhatTheyHave() {
            PiecePicker picker = picker(have("##.."), seenBy("1111"));
            join(picker, A, "####");
            join(picker, B, "###.");
            assertThat(picker.seed(A)).isTrue();
            assertThat(picker.seed(B)).isFalse();

            picker.has(B, 3);
            picker.has(A, 3);
            picker.hasAll(A, pieces("#..."));
            picker.checkInvariants();

            assertThat(picker.seed(B)).isTrue();
            assertThat(picker.seed(A)).isTrue();
            picker.hasAll(B, pieces("####"));
            picker.checkInvariants();
            picker.leave(B);
            picker.leave(A);
            picker.checkInvariants();
        }
    }

    @Test
    void countsWhatItGrants() {
        PiecePicker picker = picker(have("####.."), seenBy("111111"));
        join(picker, A, "######");

        assertThat(blocks(picker.grant(A, 5, false))).isEqualTo(5);
        assertThat(blocks(picker.grant(A, 5, false))).isEqualTo(3);
        assertThat(picker.grant(A, 0, true)).isEmpty();
    }
}
