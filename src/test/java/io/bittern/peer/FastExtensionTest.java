package io.bittern.peer;

import static io.bittern.peer.Conversation.BLOCK;
import static io.bittern.peer.Conversation.lease;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bittern.metainfo.PieceSizes;
import io.bittern.net.ByteBudget;
import io.bittern.piece.Lease;
import io.bittern.store.PieceStoreActor;
import io.bittern.wire.FastSet;
import io.bittern.wire.PeerMessage;
import io.bittern.wire.WireException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FastExtensionTest {

    private final Conversation talk = Conversation.fast();

    @Nested
    class Beginning {

        @Test
        void saysThatWeHaveNothingOrEverything() {
            talk.start();
            assertThat(talk.said.get(0)).isEqualTo(PeerMessage.HaveNone.INSTANCE);

            Conversation seed = Conversation.fast();
            seed.start(IntStream.range(0, 64).boxed().toArray(Integer[]::new));
            assertThat(seed.said.get(0)).isEqualTo(PeerMessage.HaveAll.INSTANCE);

            Conversation some = Conversation.fast();
            some.start(5);
            assertThat(some.said.get(0)).isInstanceOf(PeerMessage.Bits.class);
        }

        @Test
        void hearsThatThePeerHasEverything() throws WireException {
            talk.start();
            talk.hear(PeerMessage.HaveAll.INSTANCE);

            assertThat(talk.standing().uploadOnly()).isTrue();
            assertThat(talk.events(PeerActor.HasAll.class)).hasSize(1);
        }

        @Test
        void believesNoLateHaveAll() throws WireException {
            talk.start();
            talk.hear(PeerMessage.HaveNone.INSTANCE, PeerMessage.HaveAll.INSTANCE);

            assertThat(talk.standing().uploadOnly()).isFalse();
        }

        @Test
        void givesAPeerWithNothingAStart() throws WireException {
            assertThat(givenOf(5000)).hasSize(FastSet.SIZE).containsExactlyElementsOf(set(5000));
        }

        @Test
        void givesNoMoreThanOnePieceInAHundredAsAStart() throws WireException {
            assertThat(givenOf(399)).hasSize(3).isSubsetOf(set(399));
            assertThat(givenOf(64)).hasSize(1).isSubsetOf(set(64));
        }

        /** What a peer with nothing may have at once of so many pieces. */
        private static List<Integer> givenOf(int pieces) throws WireException {
            var sizes = new PieceSizes((long) pieces * Conversation.BLOCK, Conversation.BLOCK);
            Conversation talk = new Conversation(sizes, new ByteBudget(1 << 30), Conversation.encounter(true, true));
            talk.start(IntStream.range(0, pieces).boxed().toArray(Integer[]::new));
            talk.hear(PeerMessage.HaveNone.INSTANCE);
            return talk.said(PeerMessage.AllowedFast.class).stream()
                    .map(PeerMessage.AllowedFast::piece)
                    .toList();
        }

        private static Set<Integer> set(int pieces) {
            return FastSet.of(Conversation.REMOTE, Conversation.TORRENT, pieces);
        }

        @Test
        void givesNoStartToWhoHasEnough() throws WireException {
            talk.start(IntStream.range(0, 64).boxed().toArray(Integer[]::new));
            talk.hear(PeerMessage.HaveAll.INSTANCE);

            assertThat(talk.said(PeerMessage.AllowedFast.class)).isEmpty();
        }

        @ParameterizedTest
        @MethodSource("io.bittern.peer.FastExtensionTest#messages")
        void endsWithAPeerThatDidNotAnnounceIt(PeerMessage message) {
            Conversation plain = Conversation.usual();
            assertThatThrownBy(() -> plain.hear(message)).isInstanceOf(WireException.class);
        }
    }

    static List<PeerMessage> messages() {
        return List.of(
                PeerMessage.HaveAll.INSTANCE,
                PeerMessage.HaveNone.INSTANCE,
                new PeerMessage.Suggest(1),
                new PeerMessage.AllowedFast(1),
                new PeerMessage.Reject(1, 0, BLOCK));
    }

    @Nested
    class Downloading {

        @Test
        void keepsWhatWasAskedThroughAChokeAndReturnsTheRest() throws WireException {
            talk.start();
            talk.granted(lease(0, 0, 16), lease(1, 0, 4));
            assertThat(talk.session.asked()).isEqualTo(8);

            talk.hear(PeerMessage.Choke.INSTANCE);

            assertThat(talk.session.asked()).isEqualTo(8);
            assertThat(returned()).containsExactly(lease(0, 8, 8), lease(1, 0, 4));
            talk.hear(talk.block(0, 3));
            assertThat(talk.stored).hasSize(1);
        }

        @Test
        void freesARejectedBlockAtOnce() throws WireException {
            talk.start();
            talk.granted(lease(0, 0, 3));

            talk.hear(PeerMessage.Choke.INSTANCE, reject(0, 0), reject(0, 1), reject(0, 2));

            assertThat(returned()).containsExactly(lease(0, 0, 3));
            assertThat(talk.session.asked()).isZero();
            assertThat(talk.budget.taken()).isZero();
        }

        @Test
        void callsFetchedOnlyWhatWasNotRejected() throws WireException {
            talk.start();
            talk.granted(lease(0, 0, 4));

            talk.hear(talk.block(0, 0), reject(0, 1), talk.block(0, 2), talk.block(0, 3));

            assertThat(returned()).containsExactly(lease(0, 1, 1));
            assertThat(talk.events(PeerActor.Fetched.class))
                    .containsExactly(
                            new PeerActor.Fetched(7, lease(0, 0, 1)), new PeerActor.Fetched(7, lease(0, 2, 2)));
            assertThat(talk.events.stream()
                            .filter(e -> !(e instanceof PeerActor.Wants))
                            .toList()
                            .indexOf(new PeerActor.Fetched(7, lease(0, 0, 1))))
                    .isGreaterThan(0);
        }

        @Test
        void endsWithAPeerThatRejectsEverything() throws WireException {
            talk.start();
            talk.granted();
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 60; i++) {
                            talk.grant(lease(2, 0, 1));
                            talk.hear(reject(2, 0));
                        }
                    })
                    .isInstanceOf(WireException.class)
                    .hasMessage("refuses every request");
        }

        @Test
        void asksAPeerThatRejectsForLittleAndSeldom() throws WireException {
            talk.start();
            talk.granted(lease(2, 0, 8));
            talk.events.clear();
            talk.hear(reject(2, 0));
            for (int i = 1; i < 8; i++) {
                talk.hear(reject(2, i));
            }

            assertThat(talk.events(PeerActor.Wants.class)).isEmpty();
            talk.pass(Duration.ofSeconds(2));
            assertThat(talk.events(PeerActor.Wants.class)).containsExactly(new PeerActor.Wants(7, 1, false));
        }

        @Test
        void returnsARequestThatAChokingPeerNeverAnswers() throws WireException {
            talk.start();
            talk.granted(lease(0, 0, 3));
            talk.hear(PeerMessage.Choke.INSTANCE);

            talk.pass(Duration.ofSeconds(21));

            assertThat(returned()).containsExactly(lease(0, 0, 3));
        }

        @Test
        void asksForWhatIsAllowedWhileChoked() throws WireException {
            talk.start();
            talk.interest(true);
            talk.hear(new PeerMessage.AllowedFast(9));
            assertThat(talk.events(PeerActor.WantsOf.class))
                    .containsExactly(new PeerActor.WantsOf(7, 13, false, List.of(9), true));

            talk.grant(lease(9, 0, 2));

            assertThat(talk.said(PeerMessage.Request.class)).hasSize(2);
            assertThat(returned()).isEmpty();
        }

        @Test
        void asksForTheUsualAfterAnUnchokeThatCameBeforeTheAnswer() throws WireException {
            talk.start();
            talk.interest(true);
            talk.hear(new PeerMessage.AllowedFast(9));
            talk.hear(PeerMessage.Unchoke.INSTANCE);
            assertThat(talk.events(PeerActor.Wants.class)).isEmpty();

            talk.grant();

            assertThat(talk.events(PeerActor.Wants.class)).hasSize(1);
        }

        @Test
        void asksNoMoreForAnAllowedPieceThatWasRejected() throws WireException {
            talk.start();
            talk.interest(true);
            talk.hear(new PeerMessage.AllowedFast(9));
            talk.grant(lease(9, 0, 1));

            talk.hear(reject(9, 0));

            assertThat(talk.events(PeerActor.WantsOf.class)).hasSize(1);
            assertThat(returned()).containsExactly(lease(9, 0, 1));
        }

        @Test
        void wantsWhatIsSuggestedFirst() throws WireException {
            talk.start();
            talk.interest(true);
            talk.hear(new PeerMessage.Suggest(4), PeerMessage.Unchoke.INSTANCE);

            assertThat(talk.events(PeerActor.WantsOf.class))
                    .containsExactly(new PeerActor.WantsOf(7, 13, false, List.of(4), false));
        }

        private List<Lease> returned() {
            return talk.events(PeerActor.Returned.class).stream()
                    .flatMap(event -> event.leases().stream())
                    .toList();
        }
    }

    @Nested
    class Uploading {

        @Test
        void rejectsWhatAChokedPeerAsksFor() throws WireException {
            talk.start(0, 1);
            talk.hear(request(0, 0));
            assertThat(talk.said(PeerMessage.Reject.class)).containsExactly(reject(0, 0));
            assertThat(talk.reads).isEmpty();
        }

        @Test
        void rejectsWhatAChokeCutsOff() throws WireException {
            talk.start(0, 1);
            talk.unchoke(true);
            talk.hear(request(0, 0), request(0, 1));
            talk.said.clear();

            talk.unchoke(false);

            assertThat(talk.said).containsExactly(PeerMessage.Choke.INSTANCE, reject(0, 0), reject(0, 1));
        }

        @Test
        void answersACancelWithARejection() throws WireException {
            talk.start(0, 1);
            talk.unchoke(true);
            talk.hear(request(0, 0), new PeerMessage.Cancel(0, 0, BLOCK));
            assertThat(talk.said(PeerMessage.Reject.class)).containsExactly(reject(0, 0));
        }

        @Test
        void rejectsWhatTheStoreCannotGive() throws WireException {
            talk.start(0, 1);
            talk.unchoke(true);
            talk.hear(request(0, 0));
            Outbox.Span span = talk.reads.get(0);

            talk.session.read(new PieceStoreActor.NoData(span.piece(), span.begin(), span.length(), "damaged"));
            talk.settle();

            assertThat(talk.said(PeerMessage.Reject.class)).containsExactly(reject(0, 0));
        }

        @Test
        void rejectsWhatIsOverTheQueueAndEndsWithAFlood() throws WireException {
            talk.linkFlows = false;
            talk.start(0, 1);
            talk.unchoke(true);
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 6_000; i++) {
                            talk.hear(request(0, 0));
                        }
                    })
                    .isInstanceOf(WireException.class)
                    .hasMessage("too many requests");
        }

        @Test
        void answersAChokedPeerForAllowedPiecesButNotForEver() throws WireException {
            talk.start(IntStream.range(0, 64).boxed().toArray(Integer[]::new));
            talk.hear(PeerMessage.HaveNone.INSTANCE);
            int allowed = talk.said(PeerMessage.AllowedFast.class).get(0).piece();

            for (int i = 0; i < 40; i++) {
                talk.hear(request(allowed, 0));
            }

            assertThat(talk.said(PeerMessage.Reject.class)).hasSize(8);
        }

        @Test
        void keepsAllowedRequestsThroughAChoke() throws WireException {
            talk.start(IntStream.range(0, 64).boxed().toArray(Integer[]::new));
            talk.hear(PeerMessage.HaveNone.INSTANCE);
            int allowed = talk.said(PeerMessage.AllowedFast.class).get(0).piece();
            talk.unchoke(true);
            talk.hear(request(allowed, 0));

            talk.unchoke(false);

            assertThat(talk.said(PeerMessage.Reject.class)).isEmpty();
        }
    }

    private static PeerMessage.Request request(int piece, int block) {
        return new PeerMessage.Request(piece, block * BLOCK, BLOCK);
    }

    private static PeerMessage.Reject reject(int piece, int block) {
        return new PeerMessage.Reject(piece, block * BLOCK, BLOCK);
    }
}
