package io.bittern.piece;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.metainfo.PieceSizes;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The work of the picker for a large torrent in a large swarm, in pieces looked at and moved. */
class PiecePickerCostTest {

    private static final int PIECES = 100_000;
    private static final int PEERS = 200;

    private final Random random = new Random(1);
    private final PiecePicker picker =
            new PiecePicker(new PieceSizes((long) PIECES * PieceSizes.BLOCK, PieceSizes.BLOCK), random);

    @BeforeEach
    void open() {
        Bitfield verified = new Bitfield(PIECES);
        for (int piece = 0; piece < 10; piece++) {
            verified.set(piece);
        }
        picker.open(verified, Map.of());
    }

    @Test
    void costsNothingWhenSeedsJoinAndLeave() {
        Bitfield all = new Bitfield(PIECES);
        all.setAll();
        long before = picker.steps();

        for (int peer = 0; peer < PEERS; peer++) {
            picker.join(peer);
            picker.hasAll(peer, all);
        }
        picker.leave(7);

        assertThat(picker.steps() - before).isZero();
    }

    @Test
    void costsTheSameForEveryHave() {
        int haves = 500;
        for (int peer = 0; peer < PEERS; peer++) {
            picker.join(peer);
            long before = picker.steps();
            for (int have = 0; have < haves; have++) {
                picker.has(peer, random.nextInt(PIECES));
            }
            assertThat(picker.steps() - before).isLessThanOrEqualTo(4L * haves);
        }
    }

    @Test
    void grantsWithoutLookingAtEveryPiece() {
        for (int peer = 0; peer < PEERS; peer++) {
            picker.join(peer);
            picker.hasAll(peer, part(random.nextInt(PIECES), PIECES / 50));
        }
        for (int peer = 0; peer < PEERS; peer++) {
            long before = picker.steps();
            assertThat(picker.grant(peer, 100, false)).isNotEmpty();
            assertThat(picker.steps() - before).isLessThan(3000);
        }
    }

    @Test
    void grantsToWhoHasOnlyTheCommonestPiecesWithoutLookingAtEveryPiece() {
        picker.join(0);
        picker.hasAll(0, part(1000, PIECES / 2));
        for (int peer = 1; peer < 4; peer++) {
            picker.join(peer);
            picker.hasAll(peer, part(60_000, 1000));
        }
        long before = picker.steps();

        assertThat(picker.grant(3, 10, false)).hasSize(10).allMatch(lease -> lease.piece() >= 60_000);

        assertThat(picker.steps() - before).isLessThan(3000);
    }

    private static Bitfield part(int from, int count) {
        Bitfield part = new Bitfield(PIECES);
        for (int piece = from; piece < from + count; piece++) {
            part.set(piece % PIECES);
        }
        return part;
    }
}
