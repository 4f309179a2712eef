package io.bittern.piece;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.metainfo.PieceSizes;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A picker drawn with one character a piece, each of four blocks.
 *
 * <p>{@code have}: {@code #} verified, {@code .} not. {@code seenBy}: how many other peers have it.
 */
final class Picture {

    static final int BLOCKS = 4;

    private Picture() {}

    static String have(String picture) {
        return picture;
    }

    static String seenBy(String picture) {
        return picture;
    }

    static PiecePicker picker(String have, String seenBy) {
        return picker(have, seenBy, 1);
    }

    static PiecePicker picker(String have, String seenBy, long seed) {
        PiecePicker picker = new PiecePicker(sizes(have.length()), new Random(seed));
        picker.open(pieces(have), Map.of());
        for (int other = 1; other <= 9; other++) {
            picker.join(1000 + other);
            for (int piece = 0; piece < seenBy.length(); piece++) {
                if (seenBy.charAt(piece) - '0' >= other) {
                    picker.has(1000 + other, piece);
                }
            }
        }
        picker.checkInvariants();
        return picker;
    }

    static PieceSizes sizes(int pieces) {
        return new PieceSizes((long) pieces * BLOCKS * PieceSizes.BLOCK, BLOCKS * PieceSizes.BLOCK);
    }

    /** The pieces, or the blocks, that are {@code #}. */
    static Bitfield pieces(String picture) {
        Bitfield pieces = new Bitfield(picture.length());
        for (int piece = 0; piece < picture.length(); piece++) {
            if (picture.charAt(piece) == '#') {
                pieces.set(piece);
            }
        }
        return pieces;
    }

    /** Lets a peer join that has these pieces. */
    static void join(PiecePicker picker, int peer, String has) {
        picker.join(peer);
        picker.hasAll(peer, pieces(has));
        picker.checkInvariants();
    }

    /** Grants, checks the picker, and gives the pieces of the leases in order. */
    static List<Integer> granted(PiecePicker picker, int peer, int blocks, boolean fast) {
        List<Lease> leases = picker.grant(peer, blocks, fast);
        picker.checkInvariants();
        assertThat(blocks(leases)).isLessThanOrEqualTo(fast ? 2 * blocks : blocks);
        return leases.stream().map(Lease::piece).toList();
    }

    static int blocks(List<Lease> leases) {
        return leases.stream().mapToInt(Lease::blocks).sum();
    }

    /** Asks everything that is in doubt; the answer is that these blocks of this piece are held, and nothing else. */
    static void answer(PiecePicker picker, int piece, String blocks) {
        for (int asked : picker.doubtful()) {
            picker.held(asked, picker.attempt(asked), pieces(asked == piece ? blocks : "...."));
            picker.checkInvariants();
        }
    }
}
