package io.bittern.torrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.metainfo.InfoHash;
import io.bittern.wire.MetadataMessage;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MetadataAssemblyTest {

    private static final int A = 1;
    private static final int B = 2;
    private static final int C = 3;
    private static final byte[] INFO = info();
    private static final byte[] WRONG = new byte[INFO.length];

    private final MetadataAssembly assembly = new MetadataAssembly(hash());
    private long now = 1_000_000_000_000L;

    @Test
    void sharesThePiecesAmongThoseWhoKnow() {
        assembly.knows(A, INFO.length);
        assembly.knows(B, INFO.length);

        List<MetadataAssembly.Ask> asks = assembly.asks(now);

        assertThat(asks).hasSize(3);
        assertThat(asks).extracting(MetadataAssembly.Ask::piece).containsExactly(0, 1, 2);
        assertThat(asks).extracting(MetadataAssembly.Ask::peer).contains(A, B);
        assertThat(assembly.asks(now)).isEmpty();
    }

    @Test
    void isThereWhenItsHashIsRight() {
        assembly.knows(A, INFO.length);
        answer(INFO);

        assertThat(assembly.whole()).isTrue();
        assertThat(assembly.take()).hasValueSatisfying(info -> assertThat(info).isEqualTo(INFO));
    }

    @Test
    void refusesSizesThatCannotBe() {
        assertThat(assembly.knows(A, 0)).isFalse();
        assertThat(assembly.knows(A, -1)).isFalse();
        assertThat(assembly.knows(A, MetadataMessage.LARGEST + 1)).isFalse();
        assertThat(assembly.knows(A, 5)).isTrue();
        assertThat(assembly.knows(A, 6)).isFalse();
    }

    @Test
    void takesNothingThatWasNotAskedFor() {
        assembly.knows(A, INFO.length);
        assembly.came(A, 0, INFO.length, piece(INFO, 0));
        assembly.came(B, 0, INFO.length, piece(INFO, 0));
        assertThat(assembly.have()).isZero();
    }

    @Test
    void namesTheLiarThatAloneGaveEverything() {
        assembly.knows(A, INFO.length);
        answer(WRONG);

        assertThat(assembly.take()).isEmpty();
        assertThat(assembly.startAnew()).containsExactly(A);
        assertThat(assembly.asks(now)).isEmpty();
    }

    @Test
    void asksOneAloneWhenSeveralGaveSomethingWrong() {
        assembly.knows(A, INFO.length);
        assembly.knows(B, INFO.length);
        answer(WRONG);
        assertThat(assembly.take()).isEmpty();
        assertThat(assembly.startAnew()).isEmpty();
        assembly.knows(C, INFO.length);

        List<MetadataAssembly.Ask> asks = assembly.asks(now);

        assertThat(asks).hasSize(3).extracting(MetadataAssembly.Ask::peer).containsOnly(C);
    }

    @Test
    void findsTheHonestOneAmongLiars() {
        assembly.knows(A, INFO.length);
        assembly.knows(B, INFO.length);
        assembly.knows(C, INFO.length);
        for (int round = 0; round < 10 && !finished(); round++) {
            for (MetadataAssembly.Ask ask : assembly.asks(now)) {
                byte[] from = ask.peer() == C ? INFO : WRONG;
                assembly.came(ask.peer(), ask.piece(), INFO.length, piece(from, ask.piece()));
            }
        }
        assertThat(assembly.take()).isPresent();
    }

    @Test
    void asksOthersWhenOneIsSilentOrRefuses() {
        assembly.knows(A, INFO.length);
        assertThat(assembly.asks(now)).hasSize(3);
        assembly.knows(B, INFO.length);
        assembly.refused(A, 1, now);
        assertThat(assembly.asks(now)).containsExactly(new MetadataAssembly.Ask(B, 1));

        now += TimeUnit.SECONDS.toNanos(10);

        assertThat(assembly.asks(now)).isEmpty();
        now += TimeUnit.SECONDS.toNanos(10);
        assertThat(assembly.asks(now)).hasSize(3);
    }

    @Test
    void turnsToAnotherSizeWhenNobodyGivesTheOne() {
        assembly.knows(A, 7);
        assertThat(assembly.asks(now)).containsExactly(new MetadataAssembly.Ask(A, 0));
        assembly.knows(B, INFO.length);
        assembly.refused(A, 0, now);

        assertThat(assembly.asks(now))
                .hasSize(3)
                .extracting(MetadataAssembly.Ask::peer)
                .containsOnly(B);
    }

    @Test
    void goesOnWithoutAPeerThatLeft() {
        assembly.knows(A, INFO.length);
        assembly.asks(now);
        assembly.left(A);
        assembly.knows(B, INFO.length);
        assertThat(assembly.asks(now)).hasSize(3);
    }

    private boolean finished() {
        if (!assembly.whole()) {
            return false;
        }
        if (assembly.take().isPresent()) {
            return true;
        }
        assembly.startAnew();
        return false;
    }

    private void answer(byte[] info) {
        for (MetadataAssembly.Ask ask : assembly.asks(now)) {
            assembly.came(ask.peer(), ask.piece(), info.length, piece(info, ask.piece()));
        }
    }

    private static byte[] piece(byte[] info, int piece) {
        int from = piece * MetadataMessage.PIECE;
        return Arrays.copyOfRange(info, from, from + MetadataMessage.length(piece, info.length));
    }

    private static byte[] info() {
        byte[] info = new byte[2 * MetadataMessage.PIECE + 5];
        new Random(1).nextBytes(info);
        return info;
    }

    private static InfoHash hash() {
        try {
            return InfoHash.of(MessageDigest.getInstance("SHA-1").digest(INFO));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
