package io.bittern.torrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.Probes;
import io.bittern.choke.ChokerActor;
import io.bittern.metainfo.FilePriorities;
import io.bittern.net.Link;
import io.bittern.peer.PeerActor;
import io.bittern.piece.Bitfield;
import io.bittern.piece.Lease;
import io.bittern.piece.Priorities;
import io.bittern.store.PieceStoreActor;
import io.bittern.store.PieceStoreActor.Counters;
import io.bittern.store.PieceStoreActor.Trouble;
import io.bittern.torrent.Report.Phase;
import io.bittern.tracker.AnnounceEvent;
import io.bittern.tracker.TrackerActor;
import io.bittern.wire.PexMessage;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.FishingOutcome;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TorrentActorTest extends TorrentFixture {

    @Nested
    class WhileChecking {

        @Test
        void tellsHowFarItIs() {
            store.events()
                    .tell(new PieceStoreActor.Checking(70_000, METAINFO.sizes().length()));

            assertThat(report(Phase.CHECKING, 70_000).done()).isZero();
        }

        @Test
        void dialsNobody() {
            torrent.tell(new TorrentActor.Meet(List.of(address(1))));

            pass(Duration.ofSeconds(2));

            assertThat(family.peers).isEmpty();
        }

        @Test
        void turnsIncomingLinksAway() {
            refusesLink(5);
        }

        @Test
        void dialsWhomItHasMetOnceItIsOpen() {
            torrent.tell(new TorrentActor.Meet(List.of(address(1))));

            open(0);

            assertThat(family.peer().remote()).isEqualTo(address(1));
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 2, 3})
        void hearsWhatAReaderWaitsForBeforeThereArePeers(int piece) {
            torrent.tell(new TorrentActor.Await(1, List.of(piece), Duration.ofSeconds(5)));
            open(0);
            Peer peer = seed(1);

            peer.events().tell(new PeerActor.Wants(peer.number(), 1, true));

            assertThat(peer.probe().expectMessageClass(PeerActor.Grant.class).leases())
                    .singleElement()
                    .extracting(Lease::piece)
                    .isEqualTo(piece);
        }

        @Test
        void canBeStopped() {
            torrent.tell(new TorrentActor.Stop(Duration.ofSeconds(5)));

            closeStore(Optional.empty());

            assertThat(expect(TorrentActor.Stopped.class).problem()).isEmpty();
        }

        @Test
        void saysWhyTheStoreCannotBeOpened() {
            store.events().tell(new PieceStoreActor.Failed(Trouble.DENIED, "the folder cannot be written"));

            assertThat(reported(Phase.FAILED).failure())
                    .contains(new Report.Failure(Trouble.DENIED, "the folder cannot be written"));
        }

        @Test
        void takesACrashOfTheStoreForAFailure() {
            store.crash();

            assertThat(reported(Phase.FAILED).failure()).isPresent();
        }

        @Test
        void takesWhateverComesTooEarlyOrTooLate() {
            everythingButAnEnd().forEach(torrent::tell);

            open(1);
        }
    }

    @Nested
    class WhileDownloading {

        @Test
        void announcesAtOnceHoweverManyWaitForTheirTurn() {
            announces.reserve(10_000, now.get());
            open(1);

            assertThat(family.tracker()
                            .probe()
                            .expectMessageClass(TrackerActor.Announce.class)
                            .request()
                            .event())
                    .isEqualTo(AnnounceEvent.STARTED);
        }

        @Test
        void announcesAndDialsThePeersThatTheTrackerNames() {
            open(1);
            Tracker tracker = family.tracker();
            var announce = tracker.probe()
                    .expectMessageClass(TrackerActor.Announce.class)
                    .request();
            assertThat(announce.event()).isEqualTo(AnnounceEvent.STARTED);
            assertThat(announce.left()).isEqualTo((PIECES - 1) * 32_768L);

            tracker.answer(AnnounceEvent.STARTED, List.of(address(1), address(2)));

            assertThat(List.of(family.peer().remote(), family.peer().remote()))
                    .containsExactlyInAnyOrder(address(1), address(2));
            assertThat(expect(TorrentActor.Announced.class).peers()).isEqualTo(2);
        }

        @Test
        void saysWhyATrackerDidNotAnswer() {
            open(0);
            Tracker tracker = family.tracker();
            tracker.probe().expectMessageClass(TrackerActor.Announce.class);

            tracker.events()
                    .tell(new TrackerActor.Refused(0, AnnounceEvent.STARTED, "no such torrent", Optional.empty()));

            assertThat(expect(TorrentActor.AnnounceFailed.class).reason()).isEqualTo("no such torrent");
        }

        @Test
        void triesATrackerAgainWhenAllHaveFailed() {
            open(0);
            Tracker tracker = family.tracker();
            tracker.probe().expectMessageClass(TrackerActor.Announce.class);
            tracker.events().tell(new TrackerActor.Refused(0, AnnounceEvent.STARTED, "down", Optional.empty()));
            expect(TorrentActor.AnnounceFailed.class);
            settle();

            pass(Duration.ofSeconds(30));

            family.tracker().probe().expectMessageClass(TrackerActor.Announce.class);
        }

        @Test
        void tellsAPeerThatHasJoinedWhatThereIs() {
            open(2);
            Peer peer = join(1);

            Bitfield verified =
                    peer.probe().expectMessageClass(PeerActor.Start.class).verified();

            assertThat(verified.count()).isEqualTo(2);
        }

        @Test
        void isInterestedInWhoeverHasMoreAndGrantsWhatIsWanted() {
            open(2);
            Peer peer = start(1);
            peer.events().tell(new PeerActor.HasAll(peer.number(), full()));
            peer.probe().expectMessage(new PeerActor.Interest(true));

            peer.events().tell(new PeerActor.Wants(peer.number(), 4, true));

            List<Lease> leases =
                    peer.probe().expectMessageClass(PeerActor.Grant.class).leases();
            assertThat(leases).hasSize(2).allMatch(lease -> lease.piece() >= 2);
        }

        @Test
        void tellsEveryPeerOfANewPiece() {
            open(0);
            Peer one = start(1);
            Peer other = start(2);

            store.events().tell(new PieceStoreActor.Verified(3));

            one.probe().expectMessage(new PeerActor.Have(3));
            other.probe().expectMessage(new PeerActor.Have(3));
            assertThat(expect(TorrentActor.PieceVerified.class).piece()).isEqualTo(3);
        }

        @Test
        void asksTheStoreWhatIsHeldOfLeasesThatComeBackAndGivesTheRestToAnother() {
            open(PIECES - 1);
            Peer slow = seed(1);
            slow.events().tell(new PeerActor.Wants(slow.number(), 2, true));
            List<Lease> leases =
                    slow.probe().expectMessageClass(PeerActor.Grant.class).leases();
            Peer other = seed(2);
            other.events().tell(new PeerActor.Wants(other.number(), 2, true));

            slow.events().tell(new PeerActor.Returned(slow.number(), leases));

            var question = store.probe().expectMessageClass(PieceStoreActor.AskHeld.class);
            Bitfield held = new Bitfield(2);
            held.set(0);
            store.events().tell(new PieceStoreActor.Held(question.piece(), question.attempt(), held));
            assertThat(other.probe().expectMessageClass(PeerActor.Grant.class).leases())
                    .containsExactly(new Lease(3, 0, 1, 1));
        }

        @Test
        void dialsAPeerWhoseActorFailedAnewAfterBackOffWithAFreshActor() {
            open(0);
            Peer peer = start(1);
            peer.events().tell(new PeerActor.Traffic(peer.number(), 16_384, 0, 0));

            peer.crash();
            reportWhen(report -> report.peers() == 0);

            family.expectNoPeerWhile(() -> pass(Duration.ofSeconds(4)));
            pass(Duration.ofSeconds(1));
            Peer again = family.peer();
            assertThat(again.remote()).isEqualTo(peer.remote());
            assertThat(again.number()).isNotEqualTo(peer.number());
        }

        @Test
        void givesTheLeasesOfAPeerWhoseActorFailedToOthers() {
            open(PIECES - 1);
            Peer failing = seed(1);
            failing.events().tell(new PeerActor.Wants(failing.number(), 2, true));
            failing.probe().expectMessageClass(PeerActor.Grant.class);
            Peer other = seed(2);
            other.events().tell(new PeerActor.Wants(other.number(), 2, true));

            failing.crash();

            var question = store.probe().expectMessageClass(PieceStoreActor.AskHeld.class);
            store.events().tell(new PieceStoreActor.Held(question.piece(), question.attempt(), new Bitfield(2)));
            assertThat(other.probe().expectMessageClass(PeerActor.Grant.class).leases())
                    .matches(leases -> leases.stream().mapToInt(Lease::blocks).sum() == 2)
                    .allMatch(lease -> lease.piece() == 3);
        }

        @Test
        void hangsUpOnTheSecondConnectionToAPeer() {
            open(0);
            Peer first = start(1);
            Peer second = dialed(2);

            second.events().tell(new PeerActor.Joined(second.number(), second.ref(), first.id(), second.remote()));

            assertThat(second.probe()
                            .expectMessageClass(PeerActor.Disconnect.class)
                            .hostile())
                    .isFalse();
        }

        @Test
        void takesIncomingLinksIn() {
            open(0);
            TestProbe<Link.Command> link = testKit.createTestProbe();

            torrent.tell(incoming(link, 7));

            assertThat(family.peer().remote()).isEqualTo(address(7));
        }

        @Test
        void bansAPeerThatAloneBroughtABadPiece() {
            open(0);
            Peer liar = start(1);

            store.events().tell(new PieceStoreActor.Rejected(0, 0, Set.of(liar.number())));

            assertThat(liar.probe()
                            .expectMessageClass(PeerActor.Disconnect.class)
                            .hostile())
                    .isTrue();
            expect(TorrentActor.PieceRejected.class);
            assertThat(expect(TorrentActor.Banned.class).peer()).isEqualTo(liar.remote());
        }

        @Test
        void bansNobodyForAPieceOfSeveralUntilTheLiarIsKnown() {
            open(0);
            Peer honest = start(1);
            Peer liar = start(2);
            store.events().tell(new PieceStoreActor.Rejected(0, 0, Set.of(honest.number(), liar.number())));
            expect(TorrentActor.PieceRejected.class);
            time.expectNoMessageFor(Duration.ofMillis(1), liar.probe());

            store.events().tell(new PieceStoreActor.Lied(0, Set.of(liar.number())));

            liar.probe().expectMessageClass(PeerActor.Disconnect.class);
            assertThat(expect(TorrentActor.Banned.class).peer()).isEqualTo(liar.remote());
            time.expectNoMessageFor(Duration.ofMillis(1), honest.probe());
        }

        @Test
        void tellsTrackersAtWhichAddressPeersAgreeThatWeAre() {
            open(0);
            announced();
            InetSocketAddress us = new InetSocketAddress("93.184.216.34", 1);
            for (int number = 1; number <= 3; number++) {
                torrent.tell(new TorrentActor.Meet(List.of(new InetSocketAddress("127.0.0." + number, 7000))));
                Peer peer = family.peer();
                peer.events().tell(new PeerActor.SeesUs(peer.number(), us.getAddress()));
            }
            settle();

            pass(Duration.ofMinutes(30));

            assertThat(family.tracker()
                            .probe()
                            .expectMessageClass(TrackerActor.Announce.class)
                            .request()
                            .addresses())
                    .containsExactly(us.getAddress());
        }

        @Test
        void endsTheActorOfATrackerThatHasAnswered() {
            open(0);
            Tracker tracker = announced();

            client.expectTerminated(tracker.crashes());
        }

        @Test
        void announcesAgainAtTheTrackersIntervalAndHasTheCountersKept() {
            open(0);
            announced();
            Peer peer = start(1);
            peer.events().tell(new PeerActor.Traffic(peer.number(), 1000, 10, 300));
            settle();

            pass(Duration.ofMinutes(30));

            var announce = family.tracker()
                    .probe()
                    .expectMessageClass(TrackerActor.Announce.class)
                    .request();
            assertThat(announce.event()).isEqualTo(AnnounceEvent.REGULAR);
            assertThat(announce.downloaded()).isEqualTo(1000);
            assertThat(announce.uploaded()).isEqualTo(300);
            store.probe().expectMessage(new PieceStoreActor.Count(new Counters(1000, 300, 10)));
        }

        @Test
        void asksATrackerAgainThatHasFailedByABug() {
            open(0);
            Tracker tracker = family.tracker();
            tracker.probe().expectMessageClass(TrackerActor.Announce.class);
            tracker.crash();
            family.tracker(); // the same one, restarted, which has nothing to announce
            tracker.events()
                    .tell(new TrackerActor.Refused(0, AnnounceEvent.STARTED, "failed; see the log", Optional.empty()));
            expect(TorrentActor.AnnounceFailed.class);
            settle();

            pass(Duration.ofSeconds(30));

            Tracker again = family.tracker();
            assertThat(again.probe()
                            .expectMessageClass(TrackerActor.Announce.class)
                            .request()
                            .event())
                    .isEqualTo(AnnounceEvent.STARTED);
        }

        @Test
        void saysThatATrackerIsSilent() {
            open(0);
            Tracker tracker = family.tracker();
            tracker.probe().expectMessageClass(TrackerActor.Announce.class);

            tracker.events().tell(new TrackerActor.Silent(0));

            assertThat(expect(TorrentActor.AnnounceFailed.class).reason()).isEqualTo("no answer yet");
        }

        @Test
        void dialsNoMoreAtOnceThanItMayAndTheNextWhenOneHasFailed() {
            open(0);
            torrent.tell(new TorrentActor.Meet(
                    IntStream.range(1, 40).mapToObj(TorrentFixture::address).toList()));
            Peer first = family.peer();
            for (int dialed = 1; dialed < HALF_OPEN; dialed++) {
                family.peer();
            }
            assertThat(family.peers).isEmpty();

            first.events().tell(new PeerActor.Gone(first.number(), PeerActor.Fault.UNREACHABLE, "refused"));

            assertThat(family.peer().remote()).isEqualTo(address(HALF_OPEN + 1));
        }

        @Test
        void dialsNoMoreInASecondThanItMay() {
            open(0);
            torrent.tell(new TorrentActor.Meet(
                    IntStream.range(1, 60).mapToObj(TorrentFixture::address).toList()));
            for (int dialed = 0; dialed < DIALS; dialed++) {
                Peer refused = family.peer();
                refused.events().tell(new PeerActor.Gone(refused.number(), PeerActor.Fault.UNREACHABLE, "refused"));
            }
            time.expectNoMessageFor(Duration.ofMillis(1), store.probe());
            assertThat(family.peers).isEmpty();

            pass(Duration.ofSeconds(1));

            family.peer();
        }

        @Test
        void hearsNothingOfOneWhoHasGone() {
            open(0);
            Peer gone = seed(1);
            gone.events().tell(new PeerActor.Wants(gone.number(), 2, true));
            List<Lease> leases =
                    gone.probe().expectMessageClass(PeerActor.Grant.class).leases();
            gone.events().tell(new PeerActor.Gone(gone.number(), PeerActor.Fault.NONE, "hung up"));

            gone.events().tell(new PeerActor.HasAll(gone.number(), full()));
            gone.events().tell(new PeerActor.Has(gone.number(), List.of(1)));
            gone.events().tell(new PeerActor.Wants(gone.number(), 8, true));
            gone.events().tell(new PeerActor.Fetched(gone.number(), leases.get(0)));
            gone.events().tell(new PeerActor.Returned(gone.number(), leases));
            gone.events().tell(new PeerActor.Interested(gone.number(), true));
            gone.events().tell(new PeerActor.Joined(gone.number(), gone.ref(), gone.id(), gone.remote()));
            gone.crash();

            assertThat(reportWhen(report -> report.peers() == 0).held()).isZero();
            gone.probe().expectNoMessage(Duration.ZERO);
        }

        @Test
        void confirmsPiecesThatPeersCallFetchedButTheStoreHasSaidNothingOf() {
            open(PIECES - 1);
            Peer peer = seed(1);
            peer.events().tell(new PeerActor.Wants(peer.number(), 2, true));
            List<Lease> leases =
                    peer.probe().expectMessageClass(PeerActor.Grant.class).leases();
            leases.forEach(lease -> peer.events().tell(new PeerActor.Fetched(peer.number(), lease)));
            settle();

            pass(TestParts.REPORT);

            store.probe().expectMessage(new PieceStoreActor.AskHeld(3, 0));
        }

        @Test
        void fallsQuietWhenNobodyIsThere() {
            open(0);
            Peer peer = start(1);
            peer.events().tell(new PeerActor.Gone(peer.number(), PeerActor.Fault.NONE, "hung up"));
            reportWhen(report -> report.peers() == 0);
            pass(TestParts.REPORT);
            while (next() != null) {
                // what was under way
            }

            time.expectNoMessageFor(Duration.ofSeconds(10), client);
        }

        @Test
        void takesWhateverComesTooEarlyOrTooLate() {
            open(0);
            announced();

            everythingButAnEnd().forEach(torrent::tell);

            reportWhen(report -> report.phase() == Phase.CHECKING);
        }

        @Test
        void countsWhatComesAndGoes() {
            open(0);
            Peer peer = start(1);

            peer.events().tell(new PeerActor.Traffic(peer.number(), 1000, 10, 300));

            Report report = reportWhen(candidate -> candidate.total().downloaded() > 0);
            assertThat(report.total()).isEqualTo(new Counters(1000, 300, 10));
            assertThat(report.peers()).isOne();
        }
    }

    @Nested
    class WithAChoker {

        @Test
        void tellsItWhoIsThere() {
            open(0);
            Peer peer = start(1);
            Choker choker = family.nextChoker();
            choker.probe().expectMessage(new ChokerActor.Seeding(false));
            choker.probe().expectMessage(new ChokerActor.Join(peer.number(), peer.ref()));

            peer.events().tell(new PeerActor.Interested(peer.number(), true));
            choker.probe().expectMessage(ChokerActor.Nudge.INSTANCE);
            peer.events().tell(new PeerActor.Interested(peer.number(), false));
            Peer other = start(2);
            choker.probe().expectMessage(new ChokerActor.Join(other.number(), other.ref()));
            peer.events().tell(new PeerActor.Gone(peer.number(), PeerActor.Fault.NONE, "hung up"));

            choker.probe().expectMessage(new ChokerActor.Leave(peer.number()));
        }

        @Test
        void doesWithoutItWhenNobodyIsThere() {
            open(0);
            Peer peer = start(1);
            Choker choker = family.nextChoker();

            peer.events().tell(new PeerActor.Gone(peer.number(), PeerActor.Fault.NONE, "hung up"));

            choker.probe().expectTerminated(choker.ref());
        }

        @Test
        void getsANewOneWhenItHasFailedForGood() {
            open(0);
            Peer one = start(1);
            Peer other = start(2);
            Choker choker = family.nextChoker();

            choker.crash();

            Choker next = family.nextChoker();
            next.probe().expectMessage(new ChokerActor.Seeding(false));
            next.probe().expectMessage(new ChokerActor.Join(one.number(), one.ref()));
            next.probe().expectMessage(new ChokerActor.Join(other.number(), other.ref()));
        }

        @Test
        void tellsItWhetherWeStillWantSomething() {
            open(PIECES - 1);
            start(1);
            Choker choker = family.nextChoker();
            choker.probe().expectMessage(new ChokerActor.Seeding(false));
            choker.probe().expectMessageClass(ChokerActor.Join.class);

            store.events().tell(new PieceStoreActor.Verified(3));
            choker.probe().expectMessage(new ChokerActor.Seeding(true));
            store.events().tell(new PieceStoreActor.Damaged(full()));

            choker.probe().expectMessage(new ChokerActor.Seeding(false));
        }
    }

    @Nested
    class WhenOtherFilesAreChosen {

        private final FilePriorities all = FilePriorities.all(METAINFO.layout());
        private final FilePriorities none = FilePriorities.only(METAINFO.layout(), new BitSet());

        private void choose(FilePriorities files) {
            torrent.tell(new TorrentActor.Choose(Choice.of(files, false)));
        }

        @Test
        void losesInterestInWhatIsNotWanted() {
            open(0);
            Peer peer = seed(1);

            choose(none);

            peer.probe().fishForMessage(Duration.ofSeconds(3), TorrentActorTest::untilNoInterest);
            expect(TorrentActor.Completed.class);
        }

        @Test
        void opensItsStoreAnewForFilesThatItMayNotCreate() {
            choose(none);
            choose(all);
            open(0);
            assertThat(family.stores).isEmpty();

            torrent.tell(new TorrentActor.Choose(new Choice(moreThanThereAre(), Priorities.of(all, false))));
            closeStore(Optional.empty());
            store = family.store();
            open(PIECES);

            expect(TorrentActor.Completed.class);
        }

        private BitSet moreThanThereAre() {
            BitSet files = METAINFO.layout().all();
            files.set(files.length());
            return files;
        }
    }

    private static FishingOutcome untilNoInterest(PeerActor.Command command) {
        return command.equals(new PeerActor.Interest(false))
                ? FishingOutcomes.complete()
                : FishingOutcomes.continueAndIgnore();
    }

    @Nested
    class WhenRechecking {

        @Test
        void partsFromItsPeersAndDialsThemAnewAtOnceWhenItIsDone() {
            open(0);
            Peer peer = start(1);
            Choker choker = family.nextChoker();

            torrent.tell(TorrentActor.Recheck.INSTANCE);

            store.probe().expectMessage(PieceStoreActor.Recheck.INSTANCE);
            end(peer);
            choker.probe().expectTerminated(choker.ref());
            reported(Phase.CHECKING);
            open(2);
            assertThat(family.peer().remote()).isEqualTo(peer.remote());
            assertThat(family.stores).isEmpty();
        }

        @Test
        void forgetsWhatWasLeasedBefore() {
            open(0);
            Peer before = seed(1);
            before.events().tell(new PeerActor.Wants(before.number(), 2 * PIECES, true));
            before.probe().expectMessageClass(PeerActor.Grant.class);
            torrent.tell(TorrentActor.Recheck.INSTANCE);
            end(before);
            open(0);
            Peer after = family.peer();
            after.events().tell(new PeerActor.Joined(after.number(), after.ref(), after.id(), after.remote()));
            after.probe().expectMessageClass(PeerActor.Start.class);
            after.events().tell(new PeerActor.HasAll(after.number(), full()));
            after.probe().expectMessage(new PeerActor.Interest(true));

            after.events().tell(new PeerActor.Wants(after.number(), 2 * PIECES, true));

            assertThat(after.probe().expectMessageClass(PeerActor.Grant.class).leases())
                    .hasSize(PIECES);
        }

        @Test
        void stillKnowsWhoHasLied() {
            open(0);
            Peer liar = start(1);
            store.events().tell(new PieceStoreActor.Rejected(0, 0, Set.of(liar.number())));
            expect(TorrentActor.Banned.class);
            torrent.tell(TorrentActor.Recheck.INSTANCE);
            reported(Phase.CHECKING);
            open(0);

            refusesLink(1);
        }

        @Test
        void remembersAddressesThatATrackerNamesMeanwhile() {
            open(0);
            Tracker tracker = family.tracker();
            tracker.probe().expectMessageClass(TrackerActor.Announce.class);
            torrent.tell(TorrentActor.Recheck.INSTANCE);
            tracker.answer(AnnounceEvent.STARTED, List.of(address(5)));
            expect(TorrentActor.Announced.class);

            open(0);

            assertThat(family.peer().remote()).isEqualTo(address(5));
        }
    }

    @Nested
    class WhenComplete {

        @Test
        void reportsHowItStandsBeforeItSaysSo() {
            store.events().tell(new PieceStoreActor.Opened(full(), Map.of(), Counters.ZERO));

            var events = client.fishForMessage(
                    Duration.ofSeconds(3),
                    event -> event instanceof TorrentActor.Completed
                            ? FishingOutcomes.complete()
                            : FishingOutcomes.continueAndCollect());
            assertThat(events.get(events.size() - 2))
                    .isInstanceOfSatisfying(
                            TorrentActor.Reported.class,
                            reported -> assertThat(reported.report().done())
                                    .isEqualTo(METAINFO.sizes().length()));
        }

        @Test
        void dialsSeedsAgainAtOnceWhenSomethingIsDamaged() {
            open(PIECES - 1);
            Peer seed = seed(1);
            store.events().tell(new PieceStoreActor.Verified(3));
            end(seed);
            seed.events().tell(new PeerActor.Gone(seed.number(), PeerActor.Fault.NONE, "both have everything"));

            store.events().tell(new PieceStoreActor.Damaged(full()));

            assertThat(family.peer().remote()).isEqualTo(seed.remote());
        }

        @Test
        void saysSoAndTellsTheTrackerAndPartsFromSeeds() {
            open(PIECES - 1);
            announced();
            Peer seed = seed(1);

            store.events().tell(new PieceStoreActor.Verified(3));

            expect(TorrentActor.Completed.class);
            assertThat(family.tracker()
                            .probe()
                            .expectMessageClass(TrackerActor.Announce.class)
                            .request()
                            .event())
                    .isEqualTo(AnnounceEvent.COMPLETED);
            Probes.next(seed.probe(), PeerActor.Disconnect.class);
            assertThat(reportWhen(report -> report.phase() == Phase.SEEDING).done())
                    .isEqualTo(METAINFO.sizes().length());
        }

        @Test
        void announcesInItsTurnAmongAllTorrents() {
            announces.reserve(2, now.get());
            open(PIECES);
            Peer peer = dialed(1);
            peer.events().tell(new PeerActor.Interested(peer.number(), true));
            family.nextChoker(); // which is spawned when the announce has been ordered and its timer set
            pass(Duration.ofMillis(1_850));
            assertThat(family.trackers).isEmpty();

            pass(Duration.ofMillis(100));

            assertThat(family.tracker()
                            .probe()
                            .expectMessageClass(TrackerActor.Announce.class)
                            .request()
                            .event())
                    .isEqualTo(AnnounceEvent.STARTED);
        }

        @Test
        void dialsPeersThatAPeerNames() {
            open(0);
            Peer peer = start(1);

            peer.events().tell(new PeerActor.Found(peer.number(), List.of(address(2))));

            assertThat(family.peer().remote()).isEqualTo(address(2));
        }

        @Test
        void tellsAPeerOfTheOthers() {
            open(0);
            Peer curious = start(1);
            start(2);
            curious.events().tell(new PeerActor.Introduced(curious.number(), 0, true));
            settle();

            pass(TestParts.REPORT);

            assertThat(curious.probe()
                            .expectMessageClass(PeerActor.Exchange.class)
                            .message()
                            .added())
                    .containsExactly(new PexMessage.Contact(address(2), PexMessage.REACHABLE));
        }

        @Test
        void dialsPeersThatTheTrackerNames() {
            open(PIECES);
            Tracker tracker = family.tracker();
            assertThat(tracker.probe()
                            .expectMessageClass(TrackerActor.Announce.class)
                            .request()
                            .left())
                    .isZero();

            tracker.answer(AnnounceEvent.STARTED, List.of(address(4)));

            assertThat(family.peer().remote()).isEqualTo(address(4));
        }

        @Test
        void fetchesAgainWhatIsDamagedOnTheDisk() {
            open(PIECES);
            Peer seed = start(1);
            Bitfield damaged = new Bitfield(PIECES);
            damaged.set(2);

            store.events().tell(new PieceStoreActor.Damaged(damaged));
            seed.events().tell(new PeerActor.HasAll(seed.number(), full()));

            seed.probe().expectMessage(new PeerActor.UploadOnly(true));
            seed.probe().expectMessage(new PeerActor.Lost(damaged));
            seed.probe().expectMessage(new PeerActor.UploadOnly(false));
            seed.probe().expectMessage(new PeerActor.Interest(true));
            assertThat(reportWhen(report -> report.phase() == Phase.DOWNLOADING).done())
                    .isEqualTo(3 * 32_768L);
        }
    }

    @Nested
    class WhenTheDiskFails {

        @Test
        void saysWhyAndPartsFromItsPeers() {
            open(0);
            Peer peer = start(1);

            store.events().tell(new PieceStoreActor.Failed(Trouble.NO_SPACE, "the disk is full"));

            peer.probe().expectMessageClass(PeerActor.Disconnect.class);
            Report report = reportWhen(candidate -> candidate.phase() == Phase.FAILED);
            assertThat(report.failure()).contains(new Report.Failure(Trouble.NO_SPACE, "the disk is full"));
        }

        @Test
        void triesAgainAfterAWhileWithAFreshStore() {
            open(0);
            store.events().tell(new PieceStoreActor.Failed(Trouble.NO_SPACE, "the disk is full"));
            reportWhen(candidate -> candidate.phase() == Phase.FAILED);
            assertThat(family.stores).isEmpty();

            pass(TestParts.RETRY);

            store = family.store();
            open(2);
            assertThat(reportWhen(candidate -> candidate.phase() == Phase.DOWNLOADING)
                            .done())
                    .isEqualTo(2 * 32_768L);
        }

        @Test
        void takesACrashOfTheStoreForAFailure() {
            open(0);

            store.crash();

            assertThat(reportWhen(candidate -> candidate.phase() == Phase.FAILED)
                            .failure())
                    .isPresent();
        }
    }

    @Nested
    class WhenItHasFailed {

        private void fail() {
            open(0);
            store.events().tell(new PieceStoreActor.Failed(Trouble.NO_SPACE, "the disk is full"));
            reported(Phase.FAILED);
        }

        @Test
        void triesAgainWhenItIsTold() {
            fail();

            torrent.tell(TorrentActor.Retry.INSTANCE);

            store = family.store();
            open(3);
            assertThat(family.stores).isEmpty();
        }

        @Test
        void turnsIncomingLinksAwayAndRemembersWhomToDial() {
            fail();

            refusesLink(5);
            torrent.tell(new TorrentActor.Meet(List.of(address(1))));
            torrent.tell(TorrentActor.Retry.INSTANCE);
            store = family.store();

            open(0);

            assertThat(family.peer().remote()).isEqualTo(address(1));
        }

        @Test
        void countsNothingTwice() {
            open(0);
            Peer peer = start(1);
            peer.events().tell(new PeerActor.Traffic(peer.number(), 1000, 0, 0));
            settle();
            store.events().tell(new PieceStoreActor.Failed(Trouble.NO_SPACE, "the disk is full"));
            reported(Phase.FAILED);
            torrent.tell(TorrentActor.Retry.INSTANCE);
            store = family.store();

            store.events().tell(new PieceStoreActor.Opened(new Bitfield(PIECES), Map.of(), new Counters(1000, 0, 0)));

            assertThat(reported(Phase.DOWNLOADING).total()).isEqualTo(new Counters(1000, 0, 0));
        }

        @Test
        void isStoppedAtOnce() {
            fail();

            torrent.tell(new TorrentActor.Stop(Duration.ofMinutes(10)));

            assertThat(expect(TorrentActor.Stopped.class).problem()).isEmpty();
            client.expectTerminated(torrent);
        }

        @Test
        void takesWhateverComesTooLate() {
            fail();

            everythingButAnEnd().stream()
                    .filter(message -> message != TorrentActor.Retry.INSTANCE)
                    .forEach(torrent::tell);

            torrent.tell(TorrentActor.Retry.INSTANCE);
            family.store();
        }
    }

    @Nested
    class WhileStopping {

        @Test
        void waitsNoLongerForAStoreThatHasFailed() {
            open(0);
            torrent.tell(new TorrentActor.Stop(Duration.ofMinutes(10)));
            store.probe().expectMessageClass(PieceStoreActor.Close.class);

            store.crash();

            assertThat(expect(TorrentActor.Stopped.class).problem()).isPresent();
        }

        @Test
        void hurriesWhenItIsToldAgainWithLessTimeAndNotWithMore() {
            open(0);
            torrent.tell(new TorrentActor.Stop(Duration.ofMinutes(10)));
            store.probe().expectMessageClass(PieceStoreActor.Close.class);
            torrent.tell(new TorrentActor.Stop(Duration.ofSeconds(4)));
            torrent.tell(new TorrentActor.Stop(Duration.ofMinutes(20)));
            refusesLink(5);

            pass(Duration.ofSeconds(4));

            assertThat(expect(TorrentActor.Stopped.class).problem()).isPresent();
        }

        @Test
        void takesWhateverComesTooLate() {
            open(0);
            torrent.tell(new TorrentActor.Stop(Duration.ofMinutes(10)));

            everythingButAnEnd().forEach(torrent::tell);

            refusesLink(5);
            closeStore(Optional.empty());
            expect(TorrentActor.Stopped.class);
        }

        @Test
        void partsFromPeersAndTrackersAndWaitsForTheDisk() {
            open(0);
            announced();
            Peer peer = start(1);

            torrent.tell(new TorrentActor.Stop(Duration.ofSeconds(5)));

            peer.probe().expectMessageClass(PeerActor.Disconnect.class);
            assertThat(family.trackers).isEmpty();
            peer.events().tell(new PeerActor.Traffic(peer.number(), 7, 0, 12_345));
            peer.events().tell(new PeerActor.Gone(peer.number(), PeerActor.Fault.NONE, "asked to"));
            Tracker tracker = family.tracker();
            var announce = tracker.probe()
                    .expectMessageClass(TrackerActor.Announce.class)
                    .request();
            assertThat(announce.event()).isEqualTo(AnnounceEvent.STOPPED);
            assertThat(announce.uploaded()).as("to the last byte").isEqualTo(12_345);
            assertThat(announce.downloaded()).isEqualTo(7);
            tracker.answer(AnnounceEvent.STOPPED, List.of());
            closeStore(Optional.empty());
            assertThat(expect(TorrentActor.Stopped.class).problem()).isEmpty();
            client.expectTerminated(torrent);
        }

        @Test
        void waitsForPeersNoLongerThanHalfASecond() {
            open(0);
            Peer peer = start(1);
            torrent.tell(new TorrentActor.Stop(Duration.ofSeconds(5)));
            peer.probe().expectMessageClass(PeerActor.Disconnect.class);
            refusesLink(5);

            pass(Duration.ofMillis(500));

            closeStore(Optional.empty());
            expect(TorrentActor.Stopped.class);
        }

        @Test
        void waitsForTrackersNoLongerThanTheyHave() {
            open(0);
            Tracker tracker = family.tracker();
            tracker.probe().expectMessageClass(TrackerActor.Announce.class);
            tracker.answer(AnnounceEvent.STARTED, List.of());
            torrent.tell(new TorrentActor.Stop(Duration.ofMinutes(5)));
            closeStore(Optional.empty());

            pass(TestParts.PARTING);

            expect(TorrentActor.Stopped.class);
        }

        @Test
        void saysWhenTheDiskDoesNotFinish() {
            open(0);
            torrent.tell(new TorrentActor.Stop(Duration.ofSeconds(5)));
            store.probe().expectMessageClass(PieceStoreActor.Close.class);

            pass(Duration.ofSeconds(5));

            assertThat(expect(TorrentActor.Stopped.class).problem()).isPresent();
        }
    }
}
