package io.bittern.piece;

import static io.bittern.piece.Picture.answer;
import static io.bittern.piece.Picture.granted;
import static io.bittern.piece.Picture.have;
import static io.bittern.piece.Picture.join;
import static io.bittern.piece.Picture.picker;
import static io.bittern.piece.Picture.pieces;
import static io.bittern.piece.Picture.seenBy;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GrantAloneTest {

    private static final int A = 1;
    private static final int B = 2;

    @Test
    void givesAllOfOnePiece() {
        PiecePicker picker = picker(have("####.."), seenBy("111121"));
        join(picker, A, "######");

        assertThat(alone(picker, A)).containsExactly(new Lease(5, 0, 0, 4));
        assertThat(alone(picker, A)).containsExactly(new Lease(4, 0, 0, 4));
        assertThat(alone(picker, A)).isEmpty();
    }

    @Test
    void keepsFromPiecesThatOthersHaveBegun() {
        PiecePicker picker = picker(have("####.."), seenBy("111111"));
        join(picker, A, "######");
        join(picker, B, "######");
        int begun = granted(picker, B, 1, false).get(0);

        assertThat(alone(picker, A)).singleElement().satisfies(lease -> {
            assertThat(lease.piece()).isNotEqualTo(begun);
            assertThat(lease.blocks()).isEqualTo(4);
        });
        assertThat(alone(picker, A)).isEmpty();
    }

    @Test
    void goesOnWithAPieceThatThePeerHasToItself() {
        PiecePicker picker = picker(have("####.."), seenBy("111111"));
        join(picker, A, "######");
        Lease begun = picker.grant(A, 1, false).get(0);
        picker.fetched(A, begun);

        assertThat(alone(picker, A)).containsExactly(new Lease(begun.piece(), 0, 1, 3));
    }

    @Test
    void keepsFromAPieceOfLaterThatAnotherHadBlocksOf() {
        PiecePicker picker = picker(have("####.."), seenBy("111121"));
        join(picker, A, "######");
        join(picker, B, "######");
        Lease left = picker.grant(B, 4, true).get(0);
        picker.fetched(B, new Lease(left.piece(), 0, 0, 1));
        picker.giveBack(B, List.of(left));
        answer(picker, left.piece(), "#...");

        assertThat(left.piece()).isEqualTo(5);
        assertThat(alone(picker, A)).containsExactly(new Lease(4, 0, 0, 4));
        assertThat(alone(picker, A))
                .as("nothing else is left, and nobody is at it")
                .containsExactly(new Lease(5, 0, 1, 3));
    }

    @Test
    void keepsFromBlocksOfAnEarlierRun() {
        PiecePicker picker = picker(have("####.."), seenBy("111112"));
        picker.open(pieces("####.."), Map.of(5, pieces("##..")));
        join(picker, A, "######");

        assertThat(alone(picker, A)).containsExactly(new Lease(4, 0, 0, 4));
    }

    @Test
    void givesAFailedPieceAsIfNobodyHadBegunIt() {
        PiecePicker picker = picker(have("#####."), seenBy("111111"));
        join(picker, A, "######");
        join(picker, B, "######");
        picker.grant(A, 2, false);
        picker.grant(B, 2, false);
        picker.rejected(5, 0);

        assertThat(alone(picker, A)).containsExactly(new Lease(5, 1, 0, 4));
    }

    @Test
    void givesNothingToAStranger() {
        assertThat(alone(picker(have("###."), seenBy("1111")), A)).isEmpty();
    }

    private static List<Lease> alone(PiecePicker picker, int peer) {
        List<Lease> leases = picker.grantAlone(peer);
        picker.checkInvariants();
        return leases;
    }
}
