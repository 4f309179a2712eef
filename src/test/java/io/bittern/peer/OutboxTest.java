package io.bittern.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.net.Bytes;
import io.bittern.net.RateLimit;
import io.bittern.net.RateShare;
import io.bittern.store.PieceStoreActor;
import io.bittern.wire.PeerMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class OutboxTest {

    private static final int BLOCK = 16 << 10;

    private final Outbox outbox = new Outbox(500, 128 << 10, free());

    @Test
    void joinsRequestsThatFollowOnEachOtherIntoOneRead() {
        ask(0, 0, 1, 2);
        ask(0, 5);
        ask(1, 6);

        assertThat(outbox.nextRead()).isEqualTo(new Outbox.Span(0, 0, 3 * BLOCK));
        assertThat(outbox.nextRead()).isEqualTo(new Outbox.Span(0, 5 * BLOCK, BLOCK));
        assertThat(outbox.nextRead()).isEqualTo(new Outbox.Span(1, 6 * BLOCK, BLOCK));
        assertThat(outbox.nextRead()).isNull();
    }

    @Test
    void readsNoLongerSpanThanTheLongestAndNoFurtherAheadThanTheBound() {
        ask(0, blocks(100));

        assertThat(outbox.nextRead()).isEqualTo(new Outbox.Span(0, 0, 256 << 10));
        assertThat(outbox.nextRead()).isEqualTo(new Outbox.Span(0, 256 << 10, 256 << 10));
        assertThat(outbox.nextRead()).isNull();
        assertThat(outbox.ahead()).isEqualTo(512 << 10);
    }

    @Test
    void readsOnAsBlocksLeave() {
        ask(0, blocks(100));
        data(read());
        data(read());

        assertThat(outbox.drain(new ArrayList<>(), 0)).isEqualTo(256 << 10);

        assertThat(outbox.nextRead()).isEqualTo(new Outbox.Span(0, 512 << 10, 256 << 10));
        assertThat(outbox.ahead()).isEqualTo(512 << 10);
    }

    @Test
    void sendsEachBlockAsASliceOfWhatTheStoreGave() {
        ask(3, 1, 2);
        Outbox.Span span = read();
        byte[] array = new byte[100 + span.length()];
        outbox.data(new PieceStoreActor.Data(3, BLOCK, array, 100, span.length()));

        List<Bytes> write = new ArrayList<>();
        int payload = outbox.drain(write, 0);

        assertThat(payload).isEqualTo(2 * BLOCK);
        assertThat(write).hasSize(4);
        assertThat(write.get(0).array()).containsExactly(0, 0, 0x40, 9, 7, 0, 0, 0, 3, 0, 0, 0x40, 0);
        assertThat(write.get(1)).isEqualTo(new Bytes(array, 100, BLOCK));
        assertThat(write.get(3)).isEqualTo(new Bytes(array, 100 + BLOCK, BLOCK));
        assertThat(outbox.size()).isZero();
        assertThat(outbox.ahead()).isZero();
    }

    @Test
    void takesNoMoreRequestsThanTheCap() {
        for (int i = 0; i < 500; i++) {
            assertThat(outbox.add(request(0, i))).isTrue();
        }
        assertThat(outbox.add(request(0, 500))).isFalse();

        data(read());
        assertThat(outbox.add(request(0, 500))).isFalse();

        outbox.drain(new ArrayList<>(), 0);
        assertThat(outbox.add(request(0, 500))).isTrue();
    }

    @Test
    void cancelsWhatWaits() {
        ask(0, 0, 1, 2);
        outbox.cancel(cancel(0, 1));

        assertThat(outbox.nextRead()).isEqualTo(new Outbox.Span(0, 0, BLOCK));
        assertThat(outbox.nextRead()).isEqualTo(new Outbox.Span(0, 2 * BLOCK, BLOCK));
    }

    @Test
    void cancelsWhatIsBeingRead() {
        ask(0, 0, 1);
        Outbox.Span span = read();
        outbox.cancel(cancel(0, 0));
        data(span);

        assertThat(outbox.drain(new ArrayList<>(), 0)).isEqualTo(BLOCK);
        assertThat(outbox.ahead()).isZero();
    }

    @Test
    void cancelsWhatIsReady() {
        ask(0, 0, 1);
        data(read());
        outbox.cancel(cancel(0, 1));

        assertThat(outbox.drain(new ArrayList<>(), 0)).isEqualTo(BLOCK);
        assertThat(outbox.size()).isZero();
        assertThat(outbox.ahead()).isZero();
    }

    @Test
    void isNotTroubledByACancelOfWhatItDoesNotHave() {
        ask(0, 0);
        outbox.cancel(cancel(0, 1));
        assertThat(outbox.size()).isEqualTo(1);
    }

    @Test
    void forgetsEverythingAtAChokeAndDropsWhatTheStoreStillReads() {
        ask(0, blocks(20));
        data(read());
        Outbox.Span underWay = read();

        outbox.clear(piece -> false);
        data(underWay);

        assertThat(outbox.hasReady()).isFalse();
        assertThat(outbox.nextRead()).isNull();
        assertThat(outbox.size()).isZero();
        assertThat(outbox.ahead()).isZero();
    }

    @Test
    void dropsRequestsForWhatTheStoreDoesNotHave() {
        ask(0, 0, 1);
        Outbox.Span span = read();
        outbox.noData(new PieceStoreActor.NoData(span.piece(), span.begin(), span.length(), "damaged"));

        assertThat(outbox.hasReady()).isFalse();
        assertThat(outbox.size()).isZero();
        assertThat(outbox.ahead()).isZero();
    }

    @Test
    void letsBlocksLeaveInTheirTurnUnderALimit() {
        long second = 1_000_000_000L;
        RateShare rate = new RateShare(RateLimit.of(BLOCK));
        Outbox limited = new Outbox(500, 128 << 10, rate);
        long now = 1000 * second;
        limited.add(request(0, 0));
        limited.add(request(0, 1));
        limited.nextRead();
        limited.data(new PieceStoreActor.Data(0, 0, new byte[2 * BLOCK], 0, 2 * BLOCK));

        assertThat(limited.drain(new ArrayList<>(), now)).isEqualTo(BLOCK);
        assertThat(limited.drain(new ArrayList<>(), now)).isZero();
        assertThat(limited.hasReady()).isTrue();
        assertThat(rate.retryAt()).isBetween(now + second / 2, now + second);

        assertThat(limited.drain(new ArrayList<>(), now + second)).isEqualTo(BLOCK);
        assertThat(limited.hasReady()).isFalse();
    }

    private static RateShare free() {
        return new RateShare(RateLimit.unlimited());
    }

    private void ask(int piece, int... blocks) {
        for (int block : blocks) {
            outbox.add(request(piece, block));
        }
    }

    private Outbox.Span read() {
        return Objects.requireNonNull(outbox.nextRead());
    }

    private void data(Outbox.Span span) {
        outbox.data(new PieceStoreActor.Data(span.piece(), span.begin(), new byte[span.length()], 0, span.length()));
    }

    private static int[] blocks(int count) {
        int[] blocks = new int[count];
        for (int i = 0; i < count; i++) {
            blocks[i] = i;
        }
        return blocks;
    }

    private static PeerMessage.Request request(int piece, int block) {
        return new PeerMessage.Request(piece, block * BLOCK, BLOCK);
    }

    private static PeerMessage.Request cancel(int piece, int block) {
        return new PeerMessage.Request(piece, block * BLOCK, BLOCK);
    }
}
