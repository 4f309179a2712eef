package io.bittern.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.TestPayload;
import io.bittern.choke.ChokerActor;
import io.bittern.metainfo.FilePriorities;
import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.MagnetLink;
import io.bittern.metainfo.MetainfoException;
import io.bittern.metainfo.PeerId;
import io.bittern.net.Pace;
import io.bittern.peer.PeerActor;
import io.bittern.piece.Bitfield;
import io.bittern.store.PieceStoreActor;
import io.bittern.store.PieceStoreActor.Counters;
import io.bittern.torrent.Choice;
import io.bittern.torrent.Dials;
import io.bittern.torrent.TestParts;
import io.bittern.torrent.TorrentActor;
import io.bittern.torrent.TorrentParts;
import io.bittern.tracker.TrackerActor;
import io.bittern.webseed.WebPlan;
import io.bittern.webseed.WebSeedActor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.pekko.actor.UnhandledMessage;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ClientActorTest {

    private static final ActorTestKit testKit = ActorTestKit.create(ManualTime.config());
    private static final ManualTime time = ManualTime.get(testKit.system());
    private static final int LENGTH = 4 * TestPayload.PIECE;

    private final AtomicLong now = new AtomicLong();
    private final Wiring wiring = new Wiring();
    private final Owner owner = new Owner();
    private final TestProbe<UnhandledMessage> unhandled = testKit.createUnhandledMessageProbe();
    private final ActorRef<ClientActor.Command> client = testKit.spawn(ClientActor.create(context -> wiring));

    @AfterEach
    void leavesNothingUnhandled() {
        testKit.stop(client);
        unhandled.expectNoMessage(Duration.ZERO);
    }

    @AfterAll
    static void shutDown() {
        testKit.shutdownTestKit();
    }

    @Nested
    class Torrents {

        @Test
        void areMadeKnownAtTheDoorAndForgottenThereAtTheirEnd() {
            TorrentHandle handle = add(1, SeedGoal.FOREVER);
            var known = wiring.door.expectMessageClass(ListenerActor.Know.class);
            assertThat(known.torrent()).isEqualTo(handle.metainfo().infoHash());

            CompletionStage<Void> stopped = handle.stop();

            wiring.door.expectMessage(new ListenerActor.Forget(handle.metainfo().infoHash()));
            join(stopped);
            wiring.door.expectTerminated(known.actor());
            assertThat(handle.snapshot().state()).isEqualTo(TorrentSnapshot.State.STOPPED);
            assertThat(owner.ended).containsExactly(handle);
        }

        @Test
        void failTheirDownloadWhenTheyAreStoppedBefore() {
            TorrentHandle handle = add(1, SeedGoal.FOREVER);

            join(handle.stop());

            assertThat(failure(handle.downloaded()).kind()).isEqualTo(Failure.Kind.STOPPED);
            assertThat(failure(handle.finished()).kind()).isEqualTo(Failure.Kind.STOPPED);
        }

        @Test
        void tellTheirListenerWhatHappensThoughItThrows() {
            ConcurrentLinkedQueue<TorrentEvent> heard = new ConcurrentLinkedQueue<>();
            wiring.verified = 4;
            TorrentHandle handle = add(request(1, SeedGoal.FOREVER), event -> {
                heard.add(event);
                throw new IllegalStateException("a listener that is broken on purpose");
            });

            join(handle.downloaded());

            assertThat(heard).containsExactly(new TorrentEvent.Checked(LENGTH, LENGTH));
        }

        @Test
        void endWithAFailureWhenTheyCrashAndLeaveTheOthersAlone() {
            TorrentHandle other = add(2, SeedGoal.FOREVER);
            ActorRef<TorrentActor.Command> actor =
                    wiring.door.expectMessageClass(ListenerActor.Know.class).actor();

            TorrentHandle crashed = add(request(1, SeedGoal.FOREVER).withPeers(List.of(CRASH)), event -> {});

            assertThat(failure(crashed.downloaded()).kind()).isEqualTo(Failure.Kind.INTERNAL);
            assertThat(failure(crashed.stop()).kind()).isEqualTo(Failure.Kind.INTERNAL);
            wiring.door.expectMessageClass(ListenerActor.Know.class);
            wiring.door.expectMessage(
                    new ListenerActor.Forget(crashed.metainfo().infoHash()));
            assertThat(owner.ended).containsExactly(crashed);
            join(other.stop());
            wiring.door.expectMessage(new ListenerActor.Forget(other.metainfo().infoHash()));
            wiring.door.expectTerminated(actor);
        }

        @Test
        void canBeAddedAgainAtTheMomentOfTheirEnd() {
            List<TorrentHandle> again = new ArrayList<>();
            owner.onEnd = ended -> {
                if (again.isEmpty()) {
                    again.add(add(1, SeedGoal.FOREVER));
                }
            };
            TorrentHandle first = add(1, SeedGoal.FOREVER);
            var before = wiring.door.expectMessageClass(ListenerActor.Know.class);

            join(first.stop());

            wiring.door.expectTerminated(before.actor());
            TorrentHandle second = again.get(0);
            settle();
            assertThat(second.snapshot().state()).isNotEqualTo(TorrentSnapshot.State.STOPPED);
            join(second.stop());
        }

        @Test
        void areNotStartedWhenTheClientIsStopping() {
            wiring.slow = true;
            add(1, SeedGoal.FOREVER);
            wiring.door.expectMessageClass(ListenerActor.Know.class);
            client.tell(new ClientActor.Shutdown(Duration.ofSeconds(4)));

            TorrentHandle late = add(2, SeedGoal.FOREVER);

            join(late.stop());
            assertThat(failure(late.downloaded()).kind()).isEqualTo(Failure.Kind.STOPPED);
        }
    }

    @Nested
    class Shutdown {

        @Test
        void ofNothingIsAtOnce() {
            client.tell(new ClientActor.Shutdown(Duration.ofSeconds(4)));

            wiring.door.expectTerminated(client);
        }

        @Test
        void waitsForAllTorrents() {
            wiring.slow = true;
            List<TorrentHandle> handles = List.of(add(1, SeedGoal.FOREVER), add(2, SeedGoal.FOREVER));

            client.tell(new ClientActor.Shutdown(Duration.ofSeconds(4)));

            var first = wiring.closing.expectMessageClass(PieceStoreActor.Close.class);
            var second = wiring.closing.expectMessageClass(PieceStoreActor.Close.class);
            first.replyTo().tell(new PieceStoreActor.Closed(Optional.empty()));
            awaitEnded(1);
            assertThat(handles).anyMatch(handle -> !owner.ended.contains(handle));
            second.replyTo().tell(new PieceStoreActor.Closed(Optional.empty()));

            wiring.door.expectTerminated(client);
            assertThat(owner.ended).containsExactlyInAnyOrderElementsOf(handles);
        }

        @Test
        void waitsNoLongerThanItMay() {
            wiring.slow = true;
            TorrentHandle handle = add(1, SeedGoal.FOREVER);
            client.tell(new ClientActor.Shutdown(Duration.ofSeconds(4)));
            wiring.closing.expectMessageClass(PieceStoreActor.Close.class);

            pass(Duration.ofSeconds(4));

            wiring.door.expectTerminated(client);
            assertThat(failure(handle.stop()).kind()).isEqualTo(Failure.Kind.IO);
        }

        @Test
        void hurriesATorrentThatIsBeingStoppedWithAllTheTimeItWants() {
            wiring.slow = true;
            TorrentHandle handle = add(1, SeedGoal.FOREVER);
            CompletionStage<Void> stopped = handle.stop();
            wiring.closing.expectMessageClass(PieceStoreActor.Close.class);
            client.tell(new ClientActor.Shutdown(Duration.ofSeconds(4)));
            add(2, SeedGoal.FOREVER);
            awaitEnded(1);

            pass(Duration.ofSeconds(4));

            wiring.door.expectTerminated(client);
            assertThat(failure(stopped).kind()).isEqualTo(Failure.Kind.IO);
        }
    }

    @Nested
    class Goals {

        @Test
        void ofNoneAreReachedWithTheDownload() {
            wiring.verified = 4;

            TorrentHandle handle = add(1, SeedGoal.NONE);

            assertThat(join(handle.finished()).complete()).isTrue();
        }

        @Test
        void ofTimeAreReachedInTime() {
            wiring.verified = 4;
            TorrentHandle handle = add(1, new SeedGoal(Optional.empty(), Optional.of(Duration.ofMinutes(10))));
            TorrentSnapshot downloaded = join(handle.downloaded());
            assertThat(downloaded.state()).isEqualTo(TorrentSnapshot.State.SEEDING);
            settle();

            pass(Duration.ofMinutes(10).minusMillis(1));
            settle();
            assertThat(handle.finished().toCompletableFuture()).isNotDone();
            pass(Duration.ofMillis(1));

            join(handle.finished());
        }

        @Test
        void ofRatioAreReachedByWhatWasUploadedInAllRuns() {
            wiring.verified = 4;
            wiring.counters = new Counters(LENGTH, LENGTH, 0);

            join(add(1, new SeedGoal(Optional.of(1.0), Optional.empty())).finished());
        }

        @Test
        void ofRatioAreNotReachedBeforeAnythingWasUploaded() {
            wiring.verified = 4;
            TorrentHandle handle = add(
                    request(1, new SeedGoal(Optional.of(0.5), Optional.empty())).withPeers(List.of(TAKER)),
                    event -> {});
            assertThat(join(handle.downloaded()).amounts().verified()).isEqualTo(LENGTH);
            settle();
            assertThat(handle.finished().toCompletableFuture()).isNotDone();

            wiring.taker.receiveMessage().tell(new PeerActor.Traffic(0, 0, 0, LENGTH / 2));
            for (int tries = 0;
                    tries < 50 && !handle.finished().toCompletableFuture().isDone();
                    tries++) {
                pass(TestParts.REPORT);
            }

            assertThat(join(handle.finished()).amounts().uploaded()).isEqualTo(LENGTH / 2);
        }
    }

    @Nested
    class MagnetLinks {

        private final CompletableFuture<Bittern.Learned> learned = new CompletableFuture<>();

        @Test
        void failWhenTheirActorEndsByItself() throws MetainfoException {
            ActorRef<TorrentActor.Command> magnet = fetch();

            magnet.tell(TorrentActor.Recheck.INSTANCE);

            wiring.door.expectMessageClass(ListenerActor.Forget.class);
            assertThat(failure(learned).kind()).isEqualTo(Failure.Kind.INTERNAL);
        }

        @Test
        void areNotFetchedTwiceAtATime() throws MetainfoException {
            fetch();

            CompletableFuture<Bittern.Learned> second = new CompletableFuture<>();
            client.tell(new ClientActor.Learn(new Magnets.Fetch(link(), List.of(), learning -> {}, second)));

            assertThat(failure(second).kind()).isEqualTo(Failure.Kind.BUSY);
        }

        @Test
        void endWithoutAWordWhenTheirTorrentFollows() throws MetainfoException {
            ActorRef<TorrentActor.Command> magnet = fetch();
            wiring.magnet.expectMessageClass(TorrentActor.Meet.class);

            add(1, SeedGoal.FOREVER);

            wiring.door.expectTerminated(magnet);
            wiring.magnet.expectNoMessage(Duration.ZERO);
        }

        @Test
        void leaveTheirTrackersBeforeTheClientEnds() throws MetainfoException {
            ActorRef<TorrentActor.Command> magnet = fetch();
            wiring.magnet.expectMessageClass(TorrentActor.Meet.class);

            client.tell(new ClientActor.Shutdown(Duration.ofSeconds(4)));
            wiring.magnet.expectMessage(new TorrentActor.Stop(Duration.ofSeconds(4)));
            client.tell(new ClientActor.Shutdown(Duration.ofSeconds(3)));
            wiring.magnet.expectMessage(new TorrentActor.Stop(Duration.ofSeconds(3)));
            magnet.tell(TorrentActor.Recheck.INSTANCE);

            wiring.door.expectTerminated(client);
        }

        private ActorRef<TorrentActor.Command> fetch() throws MetainfoException {
            client.tell(new ClientActor.Learn(new Magnets.Fetch(link(), List.of(), learning -> {}, learned)));
            return wiring.door.expectMessageClass(ListenerActor.Know.class).actor();
        }

        private MagnetLink link() throws MetainfoException {
            return MagnetLink.parse("magnet:?xt=urn:btih:"
                    + request(1, SeedGoal.FOREVER).metainfo().infoHash());
        }
    }

    private static final InetSocketAddress CRASH = new InetSocketAddress(InetAddress.getLoopbackAddress(), 13);
    private static final InetSocketAddress TAKER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 14);

    /** Whom torrents end for. */
    private final class Owner implements TorrentHandle.Owner {

        final List<TorrentHandle> ended = new CopyOnWriteArrayList<>();

        @Nullable
        Consumer<TorrentHandle> onEnd;

        @Override
        public void choose(TorrentHandle handle, FilePriorities files) {
            tell(handle, new TorrentActor.Choose(Choice.of(files, false)));
        }

        @Override
        public void await(TorrentHandle handle, TorrentActor.Await reader) {
            tell(handle, reader);
        }

        private void tell(TorrentHandle handle, TorrentActor.Command command) {
            client.tell(new ClientActor.Tell(handle.metainfo().infoHash(), command));
        }

        @Override
        public void stop(TorrentHandle handle) {
            client.tell(new ClientActor.Remove(handle.metainfo().infoHash(), Duration.ofMinutes(10)));
        }

        @Override
        public void ended(TorrentHandle handle) {
            ended.add(handle);
            if (onEnd != null) {
                onEnd.accept(handle);
            }
        }
    }

    /** Torrents whose data is there at once. */
    private final class Wiring implements ClientActor.Wiring, TorrentParts.Children {

        final TestProbe<ListenerActor.Command> door = testKit.createTestProbe();
        final TestProbe<PieceStoreActor.Command> closing = testKit.createTestProbe();
        final TestProbe<TorrentActor.Command> magnet = testKit.createTestProbe();
        final TestProbe<ActorRef<PeerActor.Event>> taker = testKit.createTestProbe();
        volatile int verified;
        volatile boolean slow;
        volatile Counters counters = Counters.ZERO;

        /** Tells the probe what it is told, and ends by a word that no magnet link gets. */
        @Override
        public Behavior<TorrentActor.Command> magnet(MagnetLink link, ActorRef<TorrentActor.Event> events) {
            return Behaviors.receiveMessage(message -> {
                magnet.ref().tell(message);
                return message == TorrentActor.Recheck.INSTANCE ? Behaviors.stopped() : Behaviors.same();
            });
        }

        @Override
        public TorrentParts parts(AddTorrent request, Throttle throttle) {
            return new TorrentParts(
                    new TorrentParts.Setup(
                            request.metainfo(),
                            request.metainfo()
                                    .layout()
                                    .pieces(request.metainfo().layout().all()),
                            PeerId.random(new Random(1)),
                            6881,
                            1),
                    TestParts.settings(
                            TestParts.limits(20, 10, 1, new Dials(10, 30, Duration.ofMinutes(1))),
                            Pace.unlimited(),
                            now::get,
                            new Random(1)),
                    this);
        }

        @Override
        public Behavior<WebSeedActor.Command> webSeed(
                int seed, WebPlan plan, ActorRef<PieceStoreActor.Command> store, ActorRef<WebSeedActor.Event> torrent) {
            return Behaviors.ignore();
        }

        @Override
        public void open(Sought torrent, boolean isPrivate) {
            door.ref().tell(new ListenerActor.Know(torrent.torrent(), torrent.actor()));
        }

        @Override
        public CompletionStage<Void> leave() {
            return CompletableFuture.completedStage(null);
        }

        @Override
        public void close(InfoHash torrent) {
            door.ref().tell(new ListenerActor.Forget(torrent));
        }

        @Override
        public Behavior<PieceStoreActor.Command> store(BitSet files, ActorRef<PieceStoreActor.Event> torrent) {
            return Behaviors.setup(context -> {
                Bitfield pieces = new Bitfield(LENGTH / TestPayload.PIECE);
                for (int piece = 0; piece < verified; piece++) {
                    pieces.set(piece);
                }
                torrent.tell(new PieceStoreActor.Opened(pieces, Map.of(), counters));
                return Behaviors.receive(PieceStoreActor.Command.class)
                        .onMessage(PieceStoreActor.Close.class, close -> {
                            if (slow) {
                                closing.ref().tell(close);
                                return Behaviors.same();
                            }
                            close.replyTo().tell(new PieceStoreActor.Closed(Optional.empty()));
                            return Behaviors.stopped();
                        })
                        .build();
            });
        }

        @Override
        public Behavior<TrackerActor.Command> tracker(int tracker, String url, ActorRef<TrackerActor.Event> torrent) {
            return Behaviors.ignore();
        }

        @Override
        public Behavior<ChokerActor.Command> choker() {
            return Behaviors.ignore();
        }

        @Override
        public Behavior<PeerActor.Command> dial(
                int peer,
                InetSocketAddress remote,
                ActorRef<PieceStoreActor.Command> store,
                ActorRef<PeerActor.Event> torrent) {
            if (remote.equals(CRASH)) {
                throw new IllegalStateException("a crash on purpose");
            }
            taker.ref().tell(torrent);
            return Behaviors.ignore();
        }

        @Override
        public Behavior<PeerActor.Command> accept(
                int peer,
                TorrentActor.Accept incoming,
                ActorRef<PieceStoreActor.Command> store,
                ActorRef<PeerActor.Event> torrent) {
            return Behaviors.ignore();
        }
    }

    private TorrentHandle add(int number, SeedGoal goal) {
        return add(request(number, goal), event -> {});
    }

    private TorrentHandle add(AddTorrent request, Consumer<TorrentEvent> listener) {
        TorrentHandle handle = new TorrentHandle(request, Throttle.of(RateLimits.NONE), listener, owner);
        client.tell(new ClientActor.Add(handle));
        return handle;
    }

    private static AddTorrent request(int number, SeedGoal goal) {
        return AddTorrent.download(TestPayload.of(LENGTH, number).metainfo(), Path.of("nowhere"))
                .withSeedGoal(goal);
    }

    private void awaitEnded(int torrents) {
        wiring.door.awaitAssert(Duration.ofSeconds(5), () -> {
            assertThat(owner.ended).hasSizeGreaterThanOrEqualTo(torrents);
            return torrents;
        });
    }

    /** Waits until the client has done all that it was told before. */
    private void settle() {
        join(add(900, SeedGoal.FOREVER).stop());
    }

    private void pass(Duration duration) {
        now.addAndGet(duration.toNanos());
        time.timePasses(duration);
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    }

    private static Failure failure(CompletionStage<?> stage) {
        CompletableFuture<Throwable> failed = new CompletableFuture<>();
        stage.whenComplete((value, failure) -> failed.complete(failure));
        Throwable failure = failed.orTimeout(10, TimeUnit.SECONDS).join();
        Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        if (cause instanceof ClientException reason) {
            return reason.failure();
        }
        throw new AssertionError("no failure of ours: " + cause);
    }
}
