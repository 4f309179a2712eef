package io.bittern.store;

import static io.bittern.store.TestTorrent.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.bittern.metainfo.Metainfo;
import io.bittern.piece.Bitfield;
import io.bittern.store.PieceStoreActor.AskHeld;
import io.bittern.store.PieceStoreActor.Block;
import io.bittern.store.PieceStoreActor.Checking;
import io.bittern.store.PieceStoreActor.Close;
import io.bittern.store.PieceStoreActor.Closed;
import io.bittern.store.PieceStoreActor.Command;
import io.bittern.store.PieceStoreActor.Count;
import io.bittern.store.PieceStoreActor.Counters;
import io.bittern.store.PieceStoreActor.Damaged;
import io.bittern.store.PieceStoreActor.Data;
import io.bittern.store.PieceStoreActor.Event;
import io.bittern.store.PieceStoreActor.Failed;
import io.bittern.store.PieceStoreActor.Held;
import io.bittern.store.PieceStoreActor.NoData;
import io.bittern.store.PieceStoreActor.Opened;
import io.bittern.store.PieceStoreActor.Read;
import io.bittern.store.PieceStoreActor.ReadAnswer;
import io.bittern.store.PieceStoreActor.Recheck;
import io.bittern.store.PieceStoreActor.Rejected;
import io.bittern.store.PieceStoreActor.Stored;
import io.bittern.store.PieceStoreActor.Trouble;
import io.bittern.store.PieceStoreActor.Verified;
import io.bittern.store.PieceStoreActor.Write;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PieceStoreActorTest {

    private static final int PIECE = 64 << 10;
    private static final ActorTestKit testKit =
            ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.parseResources("bittern.conf")));
    private static final ManualTime time = ManualTime.get(testKit.system());

    /** Where all states of all tests go; deleted when no task can write there any more. */
    @TempDir
    private static Path states;

    private final Path state = states.resolve(UUID.randomUUID().toString());

    private final TestTorrent torrent = TestTorrent.ofFolder(new Random(1), PIECE, 3 * PIECE, 0, 3 * PIECE - 100);
    private final Metainfo metainfo = torrent.metainfo();
    private final Buffers buffers = new Buffers(4L * Buffers.CHUNK);
    private final StoreSettings.Shared shared =
            new StoreSettings.Shared(new FileHandles(4), buffers, 2, System::nanoTime, new Random(5));
    private final TestProbe<Event> events = testKit.createTestProbe(Event.class);
    private final TestProbe<Stored> stored = testKit.createTestProbe(Stored.class);
    private final TestProbe<ReadAnswer> answers = testKit.createTestProbe(ReadAnswer.class);
    private final TestProbe<Closed> closed = testKit.createTestProbe(Closed.class);
    private final List<ActorRef<Command>> spawned = new ArrayList<>();
    private MemoryStorage storage = new MemoryStorage(metainfo.layout());

    @AfterAll
    static void shutDown() {
        testKit.shutdownTestKit();
    }

    @BeforeEach
    void makeTheStateFolder() throws IOException {
        Files.createDirectory(state);
    }

    @AfterEach
    void stop() {
        spawned.forEach(testKit::stop);
    }

    @Nested
    class AtTheStart {

        @Test
        void anEmptyFolderHoldsNothingAndIsNotRead() {
            assertThat(open().verified().isEmpty()).isTrue();

            assertThat(storage.reads).isZero();
            assertThat(storage.facts().get(1)).isEqualTo(new FileFacts(0, 0));
        }

        @Test
        void dataWithoutAStateAreHashedAndTheProgressIsTold() {
            storage.fill(torrent.payload());
            storage.bytes[PIECE] ^= 1;

            spawn();
            assertThat(events.receiveMessage()).isInstanceOf(Checking.class);
            Opened opened = expectOpened();

            assertThat(opened.verified()).isEqualTo(allBut(1));
        }

        @Test
        void tooLittleSpaceIsSaidBeforeAnythingIsWritten() {
            storage.space = 1000;

            spawn();

            assertThat(events.receiveMessage())
                    .isEqualTo(new Failed(
                            Trouble.NO_SPACE,
                            "No space left on device: needs " + (torrent.payload().length - 1000)
                                    + " bytes more in memory"));
            assertThat(storage.writes).isEmpty();
        }

        @Test
        void aCompleteTorrentNeedsNoSpace() {
            storage.fill(torrent.payload()).space = 0;

            assertThat(open().verified().isFull()).isTrue();
        }

        @Test
        void blocksAndRequestsThatComeTooEarlyAreTurnedAway() {
            CountDownLatch gate = new CountDownLatch(1);
            storage.fill(torrent.payload()).stall = gate;
            ActorRef<Command> store = spawn();

            write(store, torrent.piece(0, 0), 1);
            read(store, 0, 0, 10);

            assertThat(stored.receiveMessage()).isEqualTo(new Stored(4, 0, 0, PIECE));
            assertThat(answers.receiveMessage()).isInstanceOf(NoData.class);
            gate.countDown();
            expectOpened();
        }

        @Test
        void canBeClosedInTheMiddleOfACheck() {
            CountDownLatch gate = new CountDownLatch(1);
            storage.fill(torrent.payload()).stall = gate;
            ActorRef<Command> store = spawn();

            store.tell(new Close(Counters.ZERO, closed.ref()));
            gate.countDown();

            closed.expectMessage(new Closed(Optional.empty()));
            closed.expectTerminated(store);
            assertThat(storage.writes).isEmpty();
        }
    }

    @Nested
    class WhileOpen {

        @Test
        void downloadsServesAndRemembers() {
            Opened opened = open();
            ActorRef<Command> store = last();
            assertThat(opened.counters()).isEqualTo(Counters.ZERO);
            for (int piece = 0; piece < torrent.pieces(); piece++) {
                write(store, torrent.piece(piece, 0), 1);
                events.expectMessage(new Verified(piece));
                assertThat(stored.receiveMessage().written())
                        .isEqualTo(torrent.sizes().lengthOf(piece));
            }
            read(store, 1, 100, 40_000);
            Data data = answers.expectMessageClass(Data.class);
            assertThat(Arrays.copyOfRange(data.array(), data.offset(), data.offset() + data.length()))
                    .isEqualTo(torrent.bytes(1, 100, 40_000));

            close(store, new Counters(1, 2, 3));
            Opened again = open();

            assertThat(again.verified().isFull()).isTrue();
            assertThat(again.counters()).isEqualTo(new Counters(1, 2, 3));
            assertThat(storage.bytes).isEqualTo(torrent.payload());
        }

        @Test
        void keepsTheBlocksOfOpenPiecesOverACleanEnd() {
            open();
            write(last(), List.of(torrent.block(2, 0, 0), torrent.block(2, 0, 2)), 1);
            stored.receiveMessage();
            close(last(), Counters.ZERO);

            Opened again = open();

            Bitfield held = new Bitfield(4);
            held.set(0);
            held.set(2);
            assertThat(again.held()).isEqualTo(Map.of(2, held));
            write(last(), List.of(torrent.block(2, 0, 3), torrent.block(2, 0, 1)), 1);
            events.expectMessage(new Verified(2));
        }

        @Test
        void tellsWhichBlocksAreHeld() {
            open();
            write(last(), List.of(torrent.block(2, 0, 1)), 1);

            last().tell(new AskHeld(2, 0));

            Bitfield held = new Bitfield(4);
            held.set(1);
            events.expectMessage(new Held(2, 0, held));
        }

        @Test
        void writesWhatIsGatheredAfterASecond() {
            open();
            write(last(), List.of(torrent.block(0, 0, 0)), 1);
            stored.receiveMessage();
            assertThat(storage.writes).isEmpty();

            time.timePasses(Duration.ofSeconds(1));
            last().tell(new AskHeld(0, 0));
            events.expectMessageClass(Held.class);

            assertThat(storage.writes).hasSize(1);
        }

        @Test
        void readsOnlyVerifiedPiecesWithinTheirBounds() {
            open();
            write(last(), torrent.piece(0, 0), 1);
            int[][] wrong = {{1, 0, 10}, {0, 0, PIECE + 1}, {0, -1, 10}, {0, PIECE, 1}, {0, 0, 0}, {9, 0, 1}, {-1, 0, 1}
            };

            for (int[] read : wrong) {
                read(last(), read[0], read[1], read[2]);
                assertThat(answers.receiveMessage()).isInstanceOf(NoData.class);
            }
            events.expectMessage(new Verified(0));
            events.expectNoMessage(Duration.ZERO);
        }

        @Test
        void whatIsTrustedIsHashedOnceBeforeTheFirstUpload() {
            storage.fill(torrent.payload());
            open();
            close(last(), Counters.ZERO);
            storage.bytes[5] ^= 1;
            assertThat(open().verified().isFull()).isTrue();

            read(last(), 1, 0, BLOCK);
            answers.expectMessageClass(Data.class);
            read(last(), 0, BLOCK, BLOCK);

            answers.expectMessageClass(NoData.class);
            events.expectMessage(new Damaged(allNot(0)));
        }

        @Test
        void aFileThatWasCutIsFoundByAReadAndCheckedAtOnce() {
            storage.fill(torrent.payload());
            open();
            storage.cut(0, PIECE + 10);

            read(last(), 1, 0, BLOCK);

            answers.expectMessageClass(NoData.class);
            events.expectMessage(new Damaged(allNot(1)));
            events.expectMessage(new Damaged(allNot(2)));
            read(last(), 0, 0, BLOCK);
            answers.expectMessageClass(Data.class);
            write(last(), torrent.piece(1, 0), 1);
            events.expectMessage(new Verified(1));
        }

        @Test
        void aFileThatWasTakenAwayIsNoticedAtTheNextSync() {
            open();
            write(last(), torrent.piece(0, 0), 1);
            write(last(), List.of(torrent.block(1, 0, 0)), 1);
            events.expectMessage(new Verified(0));
            stored.receiveMessage();
            stored.receiveMessage();
            storage.cut(0, 0);
            storage.lost.add(0);

            time.timePasses(Duration.ofSeconds(5));

            events.expectMessage(new Rejected(1, 0, Set.of()));
            events.expectMessage(new Damaged(allNot(0)));
        }

        @Test
        void checksEverythingAnewWhenAsked() {
            storage.fill(torrent.payload());
            open();
            storage.bytes[3 * PIECE] ^= 1;

            last().tell(Recheck.INSTANCE);

            assertThat(expectOpened().verified()).isEqualTo(allBut(3));
            write(last(), torrent.piece(3, 0), 1);
            events.expectMessage(new Verified(3));
        }

        @Test
        void hasNoBuffersWhenItIsStoppedWithoutAWord() {
            open();
            write(last(), List.of(torrent.block(0, 0, 0)), 1);
            stored.receiveMessage();

            testKit.stop(last());

            assertThat(buffers.inUse()).isZero();
        }
    }

    @Nested
    class Syncing {

        @Test
        void theStateIsKeptFiveSecondsAfterTheFirstWrite() {
            open();
            write(last(), torrent.piece(0, 0), 1);
            stored.receiveMessage();
            time.timePasses(Duration.ofSeconds(4));
            assertThat(storage.syncs).isZero();

            time.timePasses(Duration.ofSeconds(1));

            awaitState(kept -> kept.verified().equals(allNot(0)));
            assertThat(storage.syncs).isEqualTo(1);
            assertThat(load().clean()).isFalse();
        }

        @Test
        void aSyncThatTakesLongStopsNeitherWritesNorReadsAndClaimsOnlyWhatCameBefore() {
            open();
            CountDownLatch gate = new CountDownLatch(1);
            write(last(), torrent.piece(0, 0), 1);
            stored.receiveMessage();
            events.expectMessage(new Verified(0));
            storage.stalledSync = gate;
            time.timePasses(Duration.ofSeconds(5));

            write(last(), torrent.piece(1, 0), 1);
            assertThat(stored.receiveMessage().written()).isEqualTo(PIECE);
            read(last(), 0, 0, 10);
            answers.expectMessageClass(Data.class);
            gate.countDown();

            awaitState(kept -> kept.verified().equals(allNot(0)));
            events.expectMessage(new Verified(1));
            last().tell(new AskHeld(5, 0));
            events.expectMessageClass(Held.class);
            time.timePasses(Duration.ofSeconds(5));
            awaitState(kept -> kept.verified().count() == 2);
        }

        @Test
        void aCompleteTorrentIsKeptAsCleanAtOnce() {
            storage.fill(torrent.payload());
            storage.bytes[0] ^= 1;
            open();

            write(last(), torrent.piece(0, 0), 1);
            events.expectMessage(new Verified(0));

            awaitState(kept -> kept.verified().isFull() && kept.clean());
        }

        @Test
        void countersAreKeptAMinuteAfterTheyCame() {
            storage.fill(torrent.payload());
            open();
            last().tell(new Count(new Counters(7, 8, 9)));
            last().tell(new AskHeld(0, 0));
            events.expectMessageClass(Held.class);

            time.timePasses(Duration.ofMinutes(1));

            awaitState(kept -> kept.counters().equals(new Counters(7, 8, 9)));
        }

        @Test
        void afterACrashOnlyWhatWasSyncedIsBelieved() {
            open();
            write(last(), torrent.piece(0, 0), 1);
            events.expectMessage(new Verified(0));
            stored.receiveMessage();
            time.timePasses(Duration.ofSeconds(5));
            awaitState(kept -> kept.verified().count() == 1);
            write(last(), torrent.piece(1, 0), 1);
            events.expectMessage(new Verified(1));
            testKit.stop(last());
            storage.losePower();

            assertThat(open().verified()).isEqualTo(allNot(0));
        }

        @Test
        void afterAKillWhatWasWrittenButNotSyncedIsFoundByItsHash() {
            open();
            write(last(), torrent.piece(0, 0), 1);
            write(last(), torrent.piece(4, 0), 1);
            events.expectMessage(new Verified(0));
            events.expectMessage(new Verified(4));
            testKit.stop(last());

            Bitfield both = allNot(0);
            both.set(4);
            assertThat(open().verified()).isEqualTo(both);
        }

        @Test
        void anIdleCompleteTorrentWritesNothingAtItsEnd() {
            storage.fill(torrent.payload());
            open();
            int syncs = storage.syncs;

            close(last(), Counters.ZERO);

            assertThat(storage.syncs).isEqualTo(syncs);
            assertThat(load().clean()).isTrue();
        }
    }

    @Nested
    class InTrouble {

        @Test
        void aFullDiskIsToldOnceAndThenNothingIsTaken() {
            open();
            storage.space = 10;

            write(last(), torrent.piece(0, 0), 1);
            write(last(), torrent.piece(1, 0), 1);
            read(last(), 0, 0, 10);

            Failed failed = events.expectMessageClass(Failed.class);
            assertThat(failed.trouble()).isEqualTo(Trouble.NO_SPACE);
            assertThat(failed.reason()).contains("bytes more in memory");
            assertThat(stored.receiveMessage()).isEqualTo(new Stored(4, 0, 0, PIECE));
            assertThat(stored.receiveMessage()).isEqualTo(new Stored(4, 0, 0, PIECE));
            assertThat(answers.receiveMessage()).isInstanceOf(NoData.class);
            events.expectNoMessage(Duration.ZERO);
            last().tell(new Close(Counters.ZERO, closed.ref()));
            assertThat(closed.receiveMessage().problem()).isPresent();
            assertThat(buffers.inUse()).isZero();
        }

        @Test
        void whatWasVerifiedBeforeTheDiskWasFullIsNotFetchedAgain() {
            open();
            write(last(), torrent.piece(0, 0), 1);
            events.expectMessage(new Verified(0));
            storage.space = 10;
            write(last(), torrent.piece(1, 0), 1);
            events.expectMessageClass(Failed.class);
            testKit.stop(last());
            storage.space = Long.MAX_VALUE;

            assertThat(open().verified().get(0)).isTrue();
        }

        @Test
        void aFailingFlushIsTold() {
            open();
            write(last(), List.of(torrent.block(0, 0, 0)), 1);
            stored.receiveMessage();
            storage.failing = new StoreException(Trouble.IO, "Disk error: x");

            time.timePasses(Duration.ofSeconds(1));

            events.expectMessage(new Failed(Trouble.IO, "Disk error: x"));
        }

        @Test
        void aFailingSyncIsTold() {
            open();
            write(last(), torrent.piece(0, 0), 1);
            events.expectMessage(new Verified(0));
            stored.receiveMessage();
            storage.failingSyncs = new StoreException(Trouble.IO, "Disk error: sync");

            time.timePasses(Duration.ofSeconds(5));

            events.expectMessage(new Failed(Trouble.IO, "Disk error: sync"));
        }

        @Test
        void aReadThatFailsMakesThePieceDamagedAndTheStoreGoesOn() {
            storage.fill(torrent.payload());
            open();
            storage.failingReads = new StoreException(Trouble.IO, "Disk error: read");

            read(last(), 0, 0, 10);

            assertThat(answers.expectMessageClass(NoData.class).reason()).isEqualTo("Disk error: read");
            events.expectMessage(new Damaged(allNot(0)));
            events.expectMessageClass(Damaged.class);
            storage.failingReads = null;
            write(last(), torrent.piece(0, 0), 1);
            events.expectMessage(new Verified(0));
        }

        @Test
        void aStateFolderThatCannotBeWrittenStopsNothing() throws Exception {
            Files.createFile(state.resolve("file"));
            ActorRef<Command> store = spawn(state.resolve("file"));
            expectOpened();

            write(store, torrent.piece(0, 0), 1);

            events.expectMessage(new Verified(0));
            store.tell(new Close(Counters.ZERO, closed.ref()));
            assertThat(closed.receiveMessage().problem())
                    .hasValueSatisfying(problem -> assertThat(problem).startsWith("resume state not kept"));
        }

        @Test
        void aDamagedStateLeadsToACheck() throws Exception {
            storage.fill(torrent.payload());
            open();
            close(last(), Counters.ZERO);
            Files.writeString(state.resolve(metainfo.infoHash() + ".resume"), "garbage");
            int reads = storage.reads;

            assertThat(open().verified().isFull()).isTrue();
            assertThat(storage.reads).isGreaterThan(reads);
        }

        @Test
        void aDriveThatIsNotMountedIsNotFilledAnew() {
            storage.fill(torrent.payload());
            open();
            close(last(), Counters.ZERO);
            storage = new MemoryStorage(metainfo.layout());
            storage.identity = "another";

            spawn();

            Failed failed = events.expectMessageClass(Failed.class);
            assertThat(failed.trouble()).isEqualTo(Trouble.NOT_FOUND);
            assertThat(storage.prepares).isZero();
        }

        @Test
        void filesThatSomebodyRemovedOnPurposeAreFetchedAnew() {
            storage.fill(torrent.payload());
            open();
            close(last(), Counters.ZERO);
            storage = new MemoryStorage(metainfo.layout());

            assertThat(open().verified().isEmpty()).isTrue();
        }
    }

    private Opened open() {
        spawn();
        return expectOpened();
    }

    private ActorRef<Command> last() {
        return spawned.get(spawned.size() - 1);
    }

    private ActorRef<Command> spawn() {
        return spawn(state);
    }

    private ActorRef<Command> spawn(Path stateFolder) {
        StoreSettings settings = new StoreSettings(
                metainfo, storage, stateFolder, metainfo.layout().all(), shared, StoreSettings.Pace.DEFAULT);
        ActorRef<Command> store = testKit.spawn(
                PieceStoreActor.create(settings, events.ref()), DispatcherSelector.fromConfig("bittern.disk"));
        spawned.add(store);
        return store;
    }

    private Opened expectOpened() {
        Event event = events.receiveMessage();
        while (event instanceof Checking) {
            event = events.receiveMessage();
        }
        assertThat(event).isInstanceOf(Opened.class);
        return (Opened) event;
    }

    private void write(ActorRef<Command> store, List<Block> blocks, int peer) {
        store.tell(new Write(blocks, peer, stored.ref()));
    }

    private void read(ActorRef<Command> store, int piece, int begin, int length) {
        store.tell(new Read(piece, begin, new byte[length], answers.ref()));
    }

    private void close(ActorRef<Command> store, Counters counters) {
        store.tell(new Close(counters, closed.ref()));
        closed.expectMessage(new Closed(Optional.empty()));
        closed.expectTerminated(store);
    }

    private ResumeState load() {
        return new ResumeFile(state, metainfo.infoHash(), torrent.sizes())
                .load()
                .orElseThrow();
    }

    private void awaitState(java.util.function.Predicate<ResumeState> wanted) {
        // a sync of a busy disk may take seconds
        events.awaitAssert(Duration.ofSeconds(20), () -> {
            assertThat(load()).matches(wanted);
            return null;
        });
    }

    private Bitfield allBut(int piece) {
        Bitfield all = torrent.all();
        all.clear(piece);
        return all;
    }

    private Bitfield allNot(int piece) {
        Bitfield one = torrent.none();
        one.set(piece);
        return one;
    }
}
