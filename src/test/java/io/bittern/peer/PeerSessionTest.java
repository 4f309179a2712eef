package io.bittern.peer;

import static io.bittern.peer.Conversation.BLOCK;
import static io.bittern.peer.Conversation.lease;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bittern.net.RateLimit;
import io.bittern.piece.Bitfield;
import io.bittern.piece.Lease;
import io.bittern.store.PieceStoreActor;
import io.bittern.wire.PeerMessage;
import io.bittern.wire.WireException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PeerSessionTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private Conversation talk = Conversation.usual();

    @Nested
    class Downloading {

        @Test
        void asksTheTorrentWhenItIsInterestedAndUnchoked() throws WireException {
            talk.interest(true);
            assertThat(talk.events).isEmpty();

            talk.hear(PeerMessage.Unchoke.INSTANCE);

            assertThat(talk.events).containsExactly(new PeerActor.Wants(7, 13, false));
            assertThat(talk.said).containsExactly(PeerMessage.Interested.INSTANCE);
        }

        @Test
        void asksThePeerForWhatWasGrantedInOneWrite() throws WireException {
            talk.granted(lease(63, 14, 2), lease(0, 0, 4));

            assertThat(talk.saidNow(PeerMessage.Request.class))
                    .containsExactly(
                            request(63, 14, BLOCK),
                            request(63, 15, 100),
                            request(0, 0, BLOCK),
                            request(0, 1, BLOCK),
                            request(0, 2, BLOCK),
                            request(0, 3, BLOCK));
            assertThat(talk.writes).isEqualTo(2);
            assertThat(talk.budget.taken()).isEqualTo(5 * BLOCK + 100);
        }

        @Test
        void givesAllBlocksOfOneReadToTheStoreInOneWrite() throws WireException {
            talk.storeFlows = false;
            talk.granted(new Lease(2, 5, 0, 3));

            talk.hear(talk.block(2, 0), talk.block(2, 2));

            assertThat(talk.stored).hasSize(1);
            assertThat(talk.stored.get(0))
                    .extracting(
                            PieceStoreActor.Block::piece, PieceStoreActor.Block::attempt, PieceStoreActor.Block::begin)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple(2, 5, 0),
                            org.assertj.core.groups.Tuple.tuple(2, 5, 2 * BLOCK));
        }

        @Test
        void saysThatALeaseIsFetchedWhenTheStoreHasAllOfIt() throws WireException {
            talk.storeFlows = false;
            talk.granted(lease(0, 0, 2), lease(1, 0, 1));
            talk.hear(talk.block(0, 0));
            talk.hear(talk.block(0, 1), talk.block(1, 0));
            assertThat(talk.budget.taken()).isEqualTo(3 * BLOCK);

            talk.storeAnswers(1, BLOCK);
            assertThat(talk.events(PeerActor.Fetched.class)).isEmpty();
            assertThat(talk.budget.taken()).isEqualTo(2 * BLOCK);

            talk.storeAnswers(2, 2 * BLOCK);
            assertThat(talk.events(PeerActor.Fetched.class))
                    .containsExactly(
                            new PeerActor.Fetched(7, lease(0, 0, 2)), new PeerActor.Fetched(7, lease(1, 0, 1)));
            assertThat(talk.budget.taken()).isZero();
        }

        @Test
        void asksForMoreBeforeTheWindowDrainsAndOneQuestionAtATime() throws WireException {
            talk.granted(lease(0, 0, 13));
            talk.events.clear();

            talk.hear(talk.block(0, 0));
            talk.hear(talk.block(0, 1));

            List<PeerActor.Wants> wants = talk.events(PeerActor.Wants.class);
            assertThat(wants).hasSize(1);
            assertThat(wants.get(0).blocks()).isPositive();
            assertThat(talk.session.deadline(talk.now)).isGreaterThan(talk.now);
        }

        @Test
        void doesNotAskAgainAfterAGrantOfLess() throws WireException {
            talk.granted(lease(0, 0, 2));
            talk.hear(talk.block(0, 0));
            talk.hear(talk.block(0, 1));
            assertThat(talk.events(PeerActor.Wants.class)).hasSize(1);

            talk.hear(new PeerMessage.Have(9));
            assertThat(talk.events(PeerActor.Wants.class)).hasSize(2);
        }

        @Test
        void asksAgainAfterAGrantThatCameByItself() throws WireException {
            talk.granted();
            assertThat(talk.events(PeerActor.Wants.class)).hasSize(1);

            talk.grant(lease(0, 0, 1));

            assertThat(talk.events(PeerActor.Wants.class)).hasSize(2);
        }

        @Test
        void saysThatItIsFastWhenAPieceWouldTakeItLessThanTwentySeconds() throws WireException {
            talk.granted(lease(0, 0, 13));
            talk.hear(talk.block(0, 0), talk.block(0, 1), talk.block(0, 2));
            assertThat(talk.events(PeerActor.Wants.class).get(1).fast()).isTrue();
        }

        @Test
        void keepsAtMostTheWindowOnTheWire() throws WireException {
            talk.granted(lease(0, 0, 16), lease(1, 0, 16));
            assertThat(talk.said(PeerMessage.Request.class)).hasSize(8);

            talk.hear(talk.block(0, 0));

            assertThat(talk.said(PeerMessage.Request.class)).hasSize(10);
        }

        @Test
        void takesNoMoreThanTheBudgetHasAndTriesAgain() throws WireException {
            Conversation poor = Conversation.of(3 * BLOCK, RateLimit.unlimited(), RateLimit.unlimited());
            poor.granted(lease(0, 0, 8));
            assertThat(poor.said(PeerMessage.Request.class)).hasSize(3);

            poor.hear(poor.block(0, 0));
            assertThat(poor.said(PeerMessage.Request.class)).hasSize(4);

            poor.budget.giveBack(0);
            assertThat(poor.session.deadline(poor.now)).isLessThan(poor.now + SECOND.toNanos());
        }

        @Test
        void returnsAGrantThatComesAfterAChoke() throws WireException {
            talk.granted();
            talk.hear(PeerMessage.Choke.INSTANCE);
            talk.grant(lease(4, 0, 2));

            assertThat(talk.events(PeerActor.Returned.class))
                    .containsExactly(new PeerActor.Returned(7, List.of(lease(4, 0, 2))));
            assertThat(talk.said(PeerMessage.Request.class)).isEmpty();
        }

        @Test
        void returnsWhatIsMissingWhenChokedAndUsesWhatComesAllTheSame() throws WireException {
            talk.storeFlows = false;
            talk.granted(lease(0, 0, 1), lease(1, 0, 3));
            talk.hear(talk.block(0, 0), PeerMessage.Choke.INSTANCE);

            assertThat(talk.events(PeerActor.Returned.class))
                    .containsExactly(new PeerActor.Returned(7, List.of(lease(1, 0, 3))));
            assertThat(talk.budget.taken()).isEqualTo(BLOCK);

            talk.hear(talk.block(1, 1));
            assertThat(talk.stored).hasSize(2);
            talk.storeAnswers(1, BLOCK);
            talk.storeAnswers(1, BLOCK);
            assertThat(talk.budget.taken()).isZero();
            assertThat(talk.events(PeerActor.Fetched.class)).containsExactly(new PeerActor.Fetched(7, lease(0, 0, 1)));
            assertThat(talk.events(PeerActor.Traffic.class)).allMatch(report -> report.wasted() == 0);
        }

        @Test
        void asksAnewForWhatAChokeDropped() throws WireException {
            talk.granted(lease(1, 0, 3));
            talk.hear(talk.block(1, 0), PeerMessage.Choke.INSTANCE);
            talk.said.clear();
            talk.hear(PeerMessage.Unchoke.INSTANCE);
            talk.grant(lease(1, 1, 2));

            assertThat(talk.said(PeerMessage.Request.class))
                    .containsExactly(request(1, 1, BLOCK), request(1, 2, BLOCK));
        }

        @Test
        void isSlowToAskAgainWhenAChokeFollowedEveryUnchoke() throws WireException {
            talk.granted(lease(1, 0, 8));
            for (int i = 0; i < 100; i++) {
                talk.hear(PeerMessage.Choke.INSTANCE, PeerMessage.Unchoke.INSTANCE);
                talk.pass(Duration.ofMillis(10));
                talk.grant(lease(1, 0, 8));
            }

            assertThat(talk.events(PeerActor.Wants.class).size()).isLessThanOrEqualTo(3);
        }

        @Test
        void storesABlockThatComesBetweenTheGrantAndTheSecondRequest() throws WireException {
            talk.granted(lease(0, 0, 8), lease(1, 0, 2));
            talk.hear(PeerMessage.Choke.INSTANCE, PeerMessage.Unchoke.INSTANCE);
            talk.pass(SECOND);
            talk.grant(lease(2, 0, 8), lease(0, 0, 1));
            talk.said.clear();

            talk.hear(talk.block(0, 0));

            assertThat(talk.events(PeerActor.Fetched.class)).containsExactly(new PeerActor.Fetched(7, lease(0, 0, 1)));
            assertThat(talk.said(PeerMessage.Request.class)).doesNotContain(request(0, 0, BLOCK));
        }

        @Test
        void countsWhatTheStoreHadAsWasted() throws WireException {
            talk.storeFlows = false;
            talk.granted(lease(0, 0, 2));
            talk.hear(talk.block(0, 0), talk.block(0, 1));
            talk.session.stored(new PieceStoreActor.Stored(2, 0, BLOCK, BLOCK));
            talk.pass(SECOND);

            assertThat(talk.events(PeerActor.Traffic.class))
                    .containsExactly(
                            new PeerActor.Traffic(7, 2 * BLOCK, 0, 0), new PeerActor.Traffic(7, 0, 2 * BLOCK, 0));
        }
    }

    @Nested
    class Revoking {

        @Test
        void cancelsWhatIsOnTheWireAndDropsTheRest() throws WireException {
            talk.granted(lease(0, 0, 10));
            talk.saidNow(PeerMessage.Request.class);

            talk.revoke(lease(0, 6, 10));

            assertThat(talk.said).containsExactly(cancel(0, 6), cancel(0, 7));
            assertThat(talk.budget.taken()).isEqualTo(6 * BLOCK);
        }

        @Test
        void endsALeaseWithoutAWord() throws WireException {
            talk.granted(lease(0, 0, 2));
            talk.storeFlows = false;
            talk.hear(talk.block(0, 0));
            talk.events.clear();

            talk.revoke(lease(0, 0, 2));
            talk.storeAnswers(1, BLOCK);

            assertThat(talk.events(PeerActor.Fetched.class)).isEmpty();
            assertThat(talk.events(PeerActor.Returned.class)).isEmpty();
            assertThat(talk.budget.taken()).isZero();
        }

        @Test
        void finishesTheRestOfALease() throws WireException {
            talk.granted(lease(0, 0, 2));
            talk.hear(talk.block(0, 0));

            talk.revoke(lease(0, 1, 1));

            assertThat(talk.events(PeerActor.Fetched.class)).containsExactly(new PeerActor.Fetched(7, lease(0, 0, 2)));
        }

        @Test
        void leavesOtherAttemptsAlone() throws WireException {
            talk.granted(new Lease(0, 1, 0, 2));
            talk.revoke(new Lease(0, 0, 0, 2));
            assertThat(talk.said(PeerMessage.Cancel.class)).isEmpty();
        }

        @Test
        void usesACancelledBlockThatComesAllTheSame() throws WireException {
            talk.granted(lease(0, 0, 2));
            talk.revoke(lease(0, 0, 2));

            talk.hear(talk.block(0, 1));

            assertThat(talk.stored).hasSize(1);
            assertThat(talk.budget.taken()).isZero();
        }

        @Test
        void asksAnewForWhatWasCancelled() throws WireException {
            talk.granted(lease(0, 0, 2));
            talk.revoke(lease(0, 0, 2));
            talk.saidNow(PeerMessage.Request.class);

            talk.grant(lease(0, 0, 2));

            assertThat(talk.said(PeerMessage.Request.class)).hasSize(2);
        }
    }

    @Nested
    class Waiting {

        @Test
        void givesEverythingToOthersAfterTwentySecondsOfSilence() throws WireException {
            talk.granted(lease(0, 0, 4));

            talk.pass(Duration.ofMillis(19_999));
            assertThat(talk.events(PeerActor.Returned.class)).isEmpty();
            talk.pass(Duration.ofMillis(1));

            assertThat(talk.events(PeerActor.Returned.class))
                    .containsExactly(new PeerActor.Returned(7, List.of(lease(0, 0, 4))));
            assertThat(talk.said(PeerMessage.Cancel.class)).isEmpty();
            assertThat(talk.budget.taken()).isZero();
        }

        @Test
        void asksTheTorrentForOneBlockAfterThat() throws WireException {
            talk.granted(lease(0, 0, 4));
            talk.pass(Duration.ofSeconds(20));

            List<PeerActor.Wants> wants = talk.events(PeerActor.Wants.class);
            assertThat(wants.get(wants.size() - 1).blocks()).isEqualTo(1);
        }

        @Test
        void aBlockStartsTheClockAnew() throws WireException {
            talk.granted(lease(0, 0, 4));
            talk.pass(Duration.ofSeconds(19));
            talk.hear(talk.block(0, 0));
            talk.pass(Duration.ofSeconds(19));
            assertThat(talk.events(PeerActor.Returned.class)).isEmpty();
            talk.pass(SECOND);
            assertThat(talk.events(PeerActor.Returned.class)).hasSize(1);
        }

        @Test
        void otherMessagesDoNotStartItAnew() throws WireException {
            talk.granted(lease(0, 0, 4));
            for (int i = 0; i < 20; i++) {
                talk.hear(PeerMessage.KeepAlive.INSTANCE, new PeerMessage.Have(i));
                talk.pass(SECOND);
            }
            assertThat(talk.events(PeerActor.Returned.class)).hasSize(1);
        }

        @Test
        void takesARequestUpAgainWithoutASecondOne() throws WireException {
            talk.granted(lease(0, 0, 4));
            talk.pass(Duration.ofSeconds(20));
            talk.saidNow(PeerMessage.Request.class);

            talk.grant(lease(0, 0, 4));
            assertThat(talk.said(PeerMessage.Request.class)).isEmpty();
            assertThat(talk.budget.taken()).isEqualTo(BLOCK);

            talk.hear(talk.block(0, 0), talk.block(0, 3), talk.block(0, 1), talk.block(0, 2));
            assertThat(talk.said(PeerMessage.Request.class)).isEmpty();
            assertThat(talk.events(PeerActor.Fetched.class)).containsExactly(new PeerActor.Fetched(7, lease(0, 0, 4)));
            assertThat(talk.budget.taken()).isZero();
        }

        @Test
        void asksAnewForWhatAChokeAfterTheSilenceDropped() throws WireException {
            talk.granted(lease(0, 0, 4));
            talk.pass(Duration.ofSeconds(20));
            talk.hear(PeerMessage.Choke.INSTANCE, PeerMessage.Unchoke.INSTANCE);
            talk.saidNow(PeerMessage.Request.class);

            talk.grant(lease(0, 0, 4));

            assertThat(talk.said(PeerMessage.Request.class)).containsExactly(request(0, 0, BLOCK));
        }

        @Test
        void usesABlockThatComesAfterItWasGivenToOthers() throws WireException {
            talk.granted(lease(0, 0, 4));
            talk.pass(Duration.ofSeconds(25));
            talk.hear(talk.block(0, 2));

            assertThat(talk.stored).hasSize(1);
            assertThat(talk.standing().snubbed()).isFalse();
        }

        @Test
        void aMinuteWithoutABlockIsASnub() throws WireException {
            talk.granted(lease(0, 0, 4));
            talk.pass(Duration.ofMillis(59_999));
            assertThat(talk.standing().snubbed()).isFalse();
            talk.pass(Duration.ofMillis(1));
            assertThat(talk.standing().snubbed()).isTrue();

            talk.hear(talk.block(0, 0));
            assertThat(talk.standing().snubbed()).isFalse();
        }

        @Test
        void isNoSnubWhileNothingIsAskedFor() throws WireException {
            talk.granted();
            keepsTalkingFor(300);
            assertThat(talk.standing().snubbed()).isFalse();
        }

        @Test
        void isNoSnubWhileThePeerChokesUs() throws WireException {
            talk.granted(lease(0, 0, 4));
            talk.hear(PeerMessage.Choke.INSTANCE);
            keepsTalkingFor(300);
            assertThat(talk.standing().snubbed()).isFalse();
        }

        @Test
        void asksASnubberForOneBlockAtATime() throws WireException {
            talk.granted(lease(0, 0, 4));
            talk.pass(Duration.ofMinutes(1));
            talk.saidNow(PeerMessage.Request.class);

            talk.grant(lease(1, 0, 4));

            assertThat(talk.said(PeerMessage.Request.class)).hasSize(1);
        }

        @Test
        void clocksStandStillWhileTheStoreIsBehind() throws WireException {
            talk = Conversation.of(64 << 20, RateLimit.unlimited(), RateLimit.unlimited());
            talk.storeFlows = false;
            talk.interest(true);
            talk.hear(PeerMessage.Unchoke.INSTANCE);
            int read = 0;
            for (int block = 0; talk.reading; block++) {
                talk.grant(lease(block / 16, block % 16, 1));
                for (PeerMessage.Request request : talk.saidNow(PeerMessage.Request.class)) {
                    if (talk.reading) {
                        talk.hear(talk.answer(request));
                        read++;
                    }
                }
            }
            talk.grant(lease(60, 0, 2));
            assertThat(talk.saidNow(PeerMessage.Request.class)).isNotEmpty();
            assertThat(talk.budget.backlog().isFull()).isTrue();
            assertThat(read).isEqualTo((int) (talk.budget.backlog().most() / BLOCK));

            talk.pass(Duration.ofMinutes(5));
            assertThat(talk.events(PeerActor.Returned.class)).isEmpty();
            assertThat(talk.standing().snubbed()).isFalse();
            assertThat(talk.silentTooLong).isFalse();

            talk.storeAnswers(1, BLOCK);
            assertThat(talk.reading).isTrue();
            talk.pass(Duration.ofSeconds(20));
            assertThat(talk.events(PeerActor.Returned.class)).hasSize(1);
        }

        @Test
        void whoHasNothingWaitingReadsOnThoughOthersFillTheBacklog() throws WireException {
            talk.storeFlows = false;
            talk.budget.backlog().add(talk.budget.backlog().most());
            talk.interest(true);
            talk.hear(PeerMessage.Unchoke.INSTANCE);
            talk.grant(lease(1, 0, 1));
            assertThat(talk.reading).isTrue();

            talk.hear(talk.answer(talk.saidNow(PeerMessage.Request.class).get(0)));
            assertThat(talk.reading).isFalse();

            talk.storeAnswers(1, BLOCK);
            assertThat(talk.reading).isTrue();
            assertThat(talk.budget.backlog().waiting())
                    .isEqualTo(talk.budget.backlog().most());
        }

        @Test
        void nothingOfAPeerThatIsGoneWaits() throws WireException {
            talk.storeFlows = false;
            talk.interest(true);
            talk.hear(PeerMessage.Unchoke.INSTANCE);
            talk.grant(lease(1, 0, 1));
            talk.hear(talk.answer(talk.saidNow(PeerMessage.Request.class).get(0)));
            assertThat(talk.budget.backlog().waiting()).isPositive();

            talk.session.close(talk.now);

            assertThat(talk.budget.backlog().waiting()).isZero();
        }

        private void keepsTalkingFor(int seconds) throws WireException {
            for (int i = 0; i < seconds; i += 10) {
                talk.hear(PeerMessage.KeepAlive.INSTANCE);
                talk.pass(Duration.ofSeconds(10));
            }
        }
    }

    @Nested
    class Uploading {

        @BeforeEach
        void have() {
            talk.have(0);
            talk.have(1);
            talk.said.clear();
        }

        @Test
        void servesNothingThatThePeerWasNotToldOf() throws WireException {
            talk.unchoke(true);
            talk.hear(request(2, 0, BLOCK));
            assertThat(talk.reads).isEmpty();
        }

        @Test
        void readsWhatAnUnchokedPeerAsksForAndSendsIt() throws WireException {
            talk.unchoke(true);
            talk.hear(request(0, 0, BLOCK), request(0, 1, BLOCK));
            assertThat(talk.reads).containsExactly(new Outbox.Span(0, 0, 2 * BLOCK));
            talk.said.clear();

            talk.data(talk.reads.get(0));

            assertThat(talk.said(PeerMessage.Block.class))
                    .extracting(PeerMessage.Block::begin)
                    .containsExactly(0, BLOCK);
            talk.pass(SECOND);
            assertThat(talk.events(PeerActor.Traffic.class))
                    .extracting(PeerActor.Traffic::up)
                    .containsExactly((long) BLOCK, (long) BLOCK);
        }

        @Test
        void ignoresRequestsOfAChokedPeer() throws WireException {
            talk.hear(request(0, 0, BLOCK));
            talk.unchoke(true);
            assertThat(talk.reads).isEmpty();
        }

        @Test
        void aChokeTakesBackWhatWasNotWritten() throws WireException {
            talk.unchoke(true);
            talk.hear(request(0, 0, BLOCK));
            talk.unchoke(false);
            talk.said.clear();

            talk.data(talk.reads.get(0));

            assertThat(talk.said).isEmpty();
        }

        @Test
        void aCancelTakesBackWhatWasNotWritten() throws WireException {
            talk.unchoke(true);
            talk.hear(request(0, 0, BLOCK), request(0, 1, BLOCK));
            talk.hear(cancel(0, 0));
            talk.said.clear();

            talk.data(talk.reads.get(0));

            assertThat(talk.said(PeerMessage.Block.class)).hasSize(1);
        }

        @Test
        void aPeerThatNeverReadsCostsOneWriteAndTheReadAhead() throws WireException {
            talk.unchoke(true);
            talk.linkFlows = false;
            for (int i = 0; i < 400; i++) {
                talk.hear(request(i / 16, i % 16, BLOCK));
            }
            for (int i = 0; i < talk.reads.size(); i++) {
                talk.data(talk.reads.get(i));
            }

            int read = talk.reads.stream().mapToInt(Outbox.Span::length).sum();
            assertThat(read).isLessThanOrEqualTo(Outbox.AHEAD + Outbox.WRITE);
        }

        @Test
        void aChokeGoesOutBeforeTheBlocksThatItTookBack() throws WireException {
            talk.unchoke(true);
            talk.linkFlows = false;
            talk.hear(request(0, 0, BLOCK));
            talk.data(talk.reads.get(0));
            talk.hear(request(0, 1, BLOCK));
            talk.data(talk.reads.get(1));
            talk.unchoke(false);
            talk.linkFlows = true;
            talk.linkTakes();

            assertThat(talk.said(PeerMessage.Block.class)).hasSize(1);
            assertThat(talk.said.get(talk.said.size() - 1)).isEqualTo(PeerMessage.Choke.INSTANCE);
        }

        @Test
        void dropsRequestsBeyondTheCapAndHangsUpOnAFlood() throws WireException {
            talk.unchoke(true);
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 10_000; i++) {
                            talk.hear(request(i % 63, i / 63 % 16, BLOCK));
                        }
                    })
                    .isInstanceOf(WireException.class)
                    .hasMessage("too many requests");
        }

        @Test
        void forgetsARequestThatTheStoreCannotServe() throws WireException {
            talk.unchoke(true);
            talk.hear(request(0, 0, BLOCK));
            talk.session.read(new PieceStoreActor.NoData(0, 0, BLOCK, "not verified"));
            talk.settle();
            talk.hear(request(1, 0, BLOCK));

            assertThat(talk.reads).hasSize(2);
        }
    }

    @Nested
    class Speaking {

        @Test
        void beginsWithWhatIsVerified() {
            Conversation seed = new Conversation(talk.sizes, talk.budget, RateLimit.unlimited(), RateLimit.unlimited());
            seed.start(0, 63);

            assertThat(seed.said).hasSize(1);
            assertThat(((PeerMessage.Bits) seed.said.get(0)).bytes()).containsExactly((byte) 0x80, 0, 0, 0, 0, 0, 0, 1);
        }

        @Test
        void saysNothingWhenThereIsNothingToSay() {
            assertThat(talk.said).isEmpty();
        }

        @Test
        void tellsOfAPieceOnceAndThoseWhoHaveItToo() throws WireException {
            talk.hear(new PeerMessage.Have(3));
            talk.have(3);
            talk.have(4);
            talk.have(4);
            assertThat(talk.said).containsExactly(new PeerMessage.Have(3), new PeerMessage.Have(4));
        }

        @Test
        void saysEachThingOnce() {
            talk.interest(true);
            talk.interest(true);
            talk.unchoke(true);
            talk.unchoke(true);
            talk.interest(false);
            assertThat(talk.said)
                    .containsExactly(
                            PeerMessage.Interested.INSTANCE,
                            PeerMessage.Unchoke.INSTANCE,
                            PeerMessage.NotInterested.INSTANCE);
        }

        @Test
        void joinsWhatIsSaidWhileAWriteIsUnderWay() {
            talk.linkFlows = false;
            talk.have(0);
            talk.have(1);
            talk.have(2);
            assertThat(talk.writes).isEqualTo(1);
            talk.linkTakes();
            assertThat(talk.writes).isEqualTo(2);
            assertThat(talk.said).hasSize(3);
        }

        @Test
        void keepsAQuietConnectionAliveAfterAHundredSeconds() throws WireException {
            talk.pass(Duration.ofMinutes(1));
            talk.hear(PeerMessage.KeepAlive.INSTANCE);
            talk.pass(Duration.ofMillis(39_999));
            assertThat(talk.said).isEmpty();
            talk.pass(Duration.ofMillis(1));
            assertThat(talk.said).containsExactly(PeerMessage.KeepAlive.INSTANCE);
        }

        @Test
        void endsAfterTwoMinutesOfSilence() {
            talk.pass(Duration.ofMillis(119_999));
            assertThat(talk.silentTooLong).isFalse();
            talk.pass(Duration.ofMillis(1));
            assertThat(talk.silentTooLong).isTrue();
        }

        @Test
        void hasNoOtherTimersWhileIdle() {
            assertThat(talk.session.deadline(talk.now))
                    .isEqualTo(talk.now + Duration.ofSeconds(100).toNanos());
        }
    }

    @Nested
    class Listening {

        @Test
        void reportsTheBitfieldAndThenOnlyWhatIsNew() throws WireException {
            talk.hear(new PeerMessage.Bits(new byte[] {(byte) 0xc0, 0, 0, 0, 0, 0, 0, 0}));
            talk.hear(
                    new PeerMessage.Have(1), new PeerMessage.Have(5), new PeerMessage.Have(6), new PeerMessage.Have(5));
            talk.hear(new PeerMessage.Have(6));

            Bitfield first = new Bitfield(64);
            first.set(0);
            first.set(1);
            assertThat(talk.events)
                    .containsExactly(new PeerActor.HasAll(7, first), new PeerActor.Has(7, List.of(5, 6)));
        }

        @Test
        void knowsASeed() throws WireException {
            talk.hear(new PeerMessage.Bits(new byte[] {-1, -1, -1, -1, -1, -1, -1, -2}));
            assertThat(talk.standing().uploadOnly()).isFalse();
            talk.hear(new PeerMessage.Have(63));
            assertThat(talk.standing().uploadOnly()).isTrue();
        }

        @Test
        void reportsInterestWhenARoundOfMessagesHasChangedIt() throws WireException {
            talk.hear(PeerMessage.Interested.INSTANCE);
            talk.hear(PeerMessage.NotInterested.INSTANCE, PeerMessage.Interested.INSTANCE);
            talk.hear(PeerMessage.NotInterested.INSTANCE);
            assertThat(talk.events)
                    .containsExactly(new PeerActor.Interested(7, true), new PeerActor.Interested(7, false));
        }

        @Test
        void neitherBelievesALateBitfieldNorHangsUpOnIt() throws WireException {
            talk.hear(new PeerMessage.Have(1));
            talk.events.clear();
            talk.hear(new PeerMessage.Bits(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1}));

            assertThat(talk.events).isEmpty();
            assertThat(talk.standing().uploadOnly()).isFalse();
        }

        @Test
        void hangsUpOnRequestsThatCannotBe() {
            refuses(new PeerMessage.Request(63, 15 * BLOCK, BLOCK));
            refuses(new PeerMessage.Request(0, 16 * BLOCK, 1));
            refuses(new PeerMessage.Request(0, 0, (128 << 10) + 1));
        }

        @Test
        void hangsUpOnBlocksThatCannotBe() {
            refuses(new PeerMessage.Block(0, 1, new byte[BLOCK], 0, BLOCK));
            refuses(new PeerMessage.Block(0, 0, new byte[100], 0, 100));
            refuses(new PeerMessage.Block(63, 15 * BLOCK, new byte[BLOCK], 0, BLOCK));
            refuses(new PeerMessage.Block(0, 16 * BLOCK, new byte[BLOCK], 0, BLOCK));
        }

        @Test
        void storesNothingThatNobodyAskedForAndHangsUpAfterFourMebibytes() throws WireException {
            for (int i = 0; i < 256; i++) {
                talk.hear(talk.block(i % 63, 0));
            }
            assertThat(talk.stored).isEmpty();
            refuses(talk.block(0, 0));

            talk.session.close(talk.now);
            talk.events.addAll(talk.session.takeEvents());
            List<PeerActor.Traffic> reports = talk.events(PeerActor.Traffic.class);
            assertThat(reports.stream().mapToLong(PeerActor.Traffic::wasted).sum())
                    .isEqualTo(257L * BLOCK);
        }

        @Test
        void storesABlockOnce() throws WireException {
            talk.granted(lease(0, 0, 2));
            talk.hear(talk.block(0, 0), talk.block(0, 0));
            assertThat(talk.stored.get(0)).hasSize(1);
        }

        @Test
        void ignoresAThousandMessagesThatItDoesNotKnow() throws WireException {
            for (int i = 0; i < 1000; i++) {
                talk.hear(new byte[] {0, 0, 0, 2, 99, 1});
            }
            assertThatThrownBy(() -> talk.hear(new byte[] {0, 0, 0, 2, 99, 1})).isInstanceOf(WireException.class);
        }

        @Test
        void reportsTrafficOnceASecondAndOnlyWhileItMoves() throws WireException {
            talk.granted(lease(0, 0, 16));
            for (int i = 0; i < 10; i++) {
                talk.hear(talk.block(0, i));
                talk.pass(Duration.ofMillis(250));
            }
            int reports = talk.events(PeerActor.Traffic.class).size();
            assertThat(reports).isBetween(3, 4);
            talk.hear(PeerMessage.Choke.INSTANCE);
            talk.pass(Duration.ofSeconds(100));
            assertThat(talk.events(PeerActor.Traffic.class).size()).isBetween(3, 4);
            assertThat(talk.events(PeerActor.Traffic.class).stream()
                            .mapToLong(PeerActor.Traffic::down)
                            .sum())
                    .isEqualTo(10L * BLOCK);
        }

        private void refuses(PeerMessage message) {
            Conversation fresh = message instanceof PeerMessage.Block || message instanceof PeerMessage.Bits
                    ? talk
                    : Conversation.usual();
            fresh.reading = true;
            assertThatThrownBy(() -> fresh.hear(message)).isInstanceOf(WireException.class);
        }
    }

    @Test
    void givesTheWholeBudgetBackAtTheEnd() throws WireException {
        talk.storeFlows = false;
        talk.granted(lease(0, 0, 16), lease(1, 0, 16));
        talk.hear(talk.block(0, 0), talk.block(0, 1));
        assertThat(talk.budget.taken()).isPositive();

        talk.session.close(talk.now);
        talk.session.close(talk.now);

        assertThat(talk.budget.taken()).isZero();
    }

    private static PeerMessage.Request request(int piece, int block, int length) {
        return new PeerMessage.Request(piece, block * BLOCK, length);
    }

    private static PeerMessage.Cancel cancel(int piece, int block) {
        return new PeerMessage.Cancel(piece, block * BLOCK, BLOCK);
    }
}
