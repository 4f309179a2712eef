package io.bittern.peer;

import static io.bittern.peer.Conversation.BLOCK;
import static io.bittern.peer.Conversation.lease;
import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.net.RateLimit;
import io.bittern.net.RateShare;
import io.bittern.wire.PeerMessage;
import io.bittern.wire.WireException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Sessions under rate limits. */
class PeerLimitsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Conversation slow = Conversation.of(1 << 30, RateLimit.of(BLOCK / 4), RateLimit.unlimited());

    @Test
    void asksForOneBlockWhenItsTurnComes() throws WireException {
        slow.granted(lease(0, 0, 4));
        assertThat(slow.said(PeerMessage.Request.class)).hasSize(1);
        slow.hear(slow.block(0, 0));
        assertThat(slow.said(PeerMessage.Request.class)).hasSize(1);

        slow.pass(Duration.ofSeconds(4));

        assertThat(slow.said(PeerMessage.Request.class)).hasSize(2);
    }

    @Test
    void waitingForATurnIsNoSnub() throws WireException {
        RateLimit busy = RateLimit.of(BLOCK / 200);
        Conversation last = Conversation.of(1 << 30, busy.part(0), RateLimit.unlimited());
        RateShare first = new RateShare(busy);
        first.take(BLOCK, last.now);

        last.granted(lease(0, 0, 4));
        last.pass(Duration.ofSeconds(110));

        assertThat(last.said(PeerMessage.Request.class)).isEmpty();
        assertThat(last.standing().snubbed()).isFalse();
        assertThat(last.events(PeerActor.Returned.class)).isEmpty();
    }

    @Test
    void fiftyPeersUnderSixteenKibibytesASecondSnubNobody() throws WireException {
        RateLimit limit = RateLimit.of(16 << 10);
        List<Conversation> peers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            peers.add(Conversation.of(1 << 20, limit, RateLimit.unlimited()));
            peers.get(i).granted();
        }
        int[] granted = new int[50];
        int answered = 0;
        for (int step = 0; step < 600; step++) {
            for (int i = 0; i < 50; i++) {
                answered += serve(peers.get(i), granted, i);
            }
        }

        assertThat(peers).noneMatch(peer -> peer.standing().snubbed() || peer.silentTooLong);
        assertThat(peers).allMatch(peer -> peer.events(PeerActor.Returned.class).isEmpty());
        assertThat(answered).isBetween(570, 603);
        assertThat(peers).allMatch(peer -> peer.events(PeerActor.Traffic.class).size() >= 10);
    }

    private int serve(Conversation peer, int[] granted, int index) throws WireException {
        if (!peer.events(PeerActor.Wants.class).isEmpty()) {
            peer.events.removeIf(PeerActor.Wants.class::isInstance);
            for (int i = 0; i < 3; i++) {
                peer.grant(lease(granted[index] / 16, granted[index]++ % 16, 1));
            }
        }
        List<PeerMessage.Request> requests = peer.saidNow(PeerMessage.Request.class);
        for (PeerMessage.Request request : requests) {
            peer.hear(peer.answer(request));
        }
        peer.hear(PeerMessage.KeepAlive.INSTANCE);
        peer.pass(SECOND);
        return requests.size();
    }

    /** A limit that lets a block pass in eight seconds, one session that has asked for a block, and one that waits. */
    @Nested
    class OfWhatWasAskedFor {

        private final RateLimit limit = RateLimit.of(BLOCK / 8);
        private final Conversation first = Conversation.of(1 << 30, limit.part(0), RateLimit.unlimited());
        private final Conversation second = Conversation.of(1 << 30, limit.part(0), RateLimit.unlimited());

        private void ask() throws WireException {
            first.granted(lease(0, 0, 1));
            second.granted(lease(1, 0, 1));
            second.pass(Duration.ofSeconds(1));
            assertThat(first.said(PeerMessage.Request.class)).hasSize(1);
            assertThat(second.said(PeerMessage.Request.class)).isEmpty();
        }

        private void assertSecondAsksAfter(int seconds) {
            second.pass(Duration.ofSeconds(seconds - 1));
            assertThat(second.said(PeerMessage.Request.class)).isEmpty();
            second.pass(Duration.ofSeconds(1));
            assertThat(second.said(PeerMessage.Request.class)).hasSize(1);
        }

        @Test
        void aBlockThatComesKeepsItsPart() throws WireException {
            ask();
            first.hear(first.block(0, 0));

            assertSecondAsksAfter(7);
        }

        @Test
        void whatIsTakenBackGoesToAnother() throws WireException {
            ask();
            first.revoke(lease(0, 0, 1));

            assertSecondAsksAfter(1);
        }

        @Test
        void whatIsDroppedWithAChokeGoesToAnother() throws WireException {
            ask();
            first.hear(PeerMessage.Choke.INSTANCE);

            assertSecondAsksAfter(1);
        }

        @Test
        void whatIsWithdrawnAndComesAllTheSameIsPaidFor() throws WireException {
            ask();
            first.revoke(lease(0, 0, 1));
            first.hear(first.block(0, 0));

            assertSecondAsksAfter(7);
        }

        @Test
        void whatASessionHasThatEndsGoesToAnother() throws WireException {
            ask();
            first.session.close(first.now);

            assertSecondAsksAfter(1);
        }

        @Test
        void whatASilentPeerHasIsLentToAnother() throws WireException {
            ask();
            first.pass(Duration.ofSeconds(5));
            assertThat(first.events(PeerActor.Returned.class)).isEmpty();

            assertSecondAsksAfter(1);
        }

        @Test
        void whatIsLentIsPaidForWhenItComes() throws WireException {
            ask();
            first.pass(Duration.ofSeconds(5));
            first.hear(first.block(0, 0));
            second.pass(Duration.ofSeconds(1));

            assertThat(second.said(PeerMessage.Request.class)).isEmpty();
        }

        @Test
        void whoeverWaitsSeesAChangedLimit() throws WireException {
            ask();
            limit.set(100 * BLOCK, second.now);

            assertSecondAsksAfter(1);
        }
    }

    @Nested
    class OfAnUpload {

        private final RateLimit limit = RateLimit.of(BLOCK);
        private final Conversation seed = Conversation.of(1 << 30, RateLimit.unlimited(), limit.part(0));

        private void ask(int blocks) throws WireException {
            seed.have(0);
            seed.unchoke(true);
            seed.hear(PeerMessage.Interested.INSTANCE);
            for (int block = 0; block < blocks; block++) {
                seed.hear(new PeerMessage.Request(0, block * BLOCK, BLOCK));
            }
            List<Outbox.Span> spans = List.copyOf(seed.reads);
            spans.forEach(seed::data);
        }

        @Test
        void blocksLeaveOneByOne() throws WireException {
            ask(4);
            assertThat(seed.said(PeerMessage.Block.class)).hasSize(1);

            seed.pass(Duration.ofMillis(2_100));

            assertThat(seed.said(PeerMessage.Block.class)).hasSize(3);
        }

        @Test
        void whatIsSaidDoesNotWaitAndCounts() throws WireException {
            ask(2);
            seed.saidNow(PeerMessage.Block.class);
            for (int piece = 1; piece < 64; piece++) {
                seed.have(piece);
            }
            assertThat(seed.said(PeerMessage.Have.class)).hasSize(63);

            // without what was said the limit would be open after 806 ms, with its 567 bytes after 841
            seed.pass(Duration.ofMillis(825));
            assertThat(seed.said(PeerMessage.Block.class)).isEmpty();
            seed.pass(Duration.ofMillis(25));
            assertThat(seed.said(PeerMessage.Block.class)).hasSize(1);
        }

        @Test
        void whoeverIsChokedWaitsForNothing() throws WireException {
            ask(4);
            seed.unchoke(false);
            RateShare other = new RateShare(limit);

            assertThat(other.take(BLOCK, seed.now + SECOND.toNanos())).isTrue();
            seed.pass(Duration.ofSeconds(5));
            assertThat(seed.said(PeerMessage.Block.class)).hasSize(1);
        }

        @Test
        void silenceIsBrokenWhileBlocksWait() throws WireException {
            limit.set(BLOCK / 500, seed.now);
            ask(4);
            for (int i = 0; i < 11; i++) {
                seed.pass(Duration.ofSeconds(10));
                seed.hear(PeerMessage.KeepAlive.INSTANCE);
            }

            assertThat(seed.said(PeerMessage.Block.class)).hasSizeLessThanOrEqualTo(1);
            assertThat(seed.said(PeerMessage.KeepAlive.class)).isNotEmpty();
        }
    }
}
