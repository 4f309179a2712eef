package io.bittern.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.bittern.piece.Bitfield;
import io.bittern.store.PieceStoreActor.Checking;
import io.bittern.store.PieceStoreActor.Close;
import io.bittern.store.PieceStoreActor.Closed;
import io.bittern.store.PieceStoreActor.Command;
import io.bittern.store.PieceStoreActor.Counters;
import io.bittern.store.PieceStoreActor.Damaged;
import io.bittern.store.PieceStoreActor.Event;
import io.bittern.store.PieceStoreActor.Failed;
import io.bittern.store.PieceStoreActor.NoData;
import io.bittern.store.PieceStoreActor.Opened;
import io.bittern.store.PieceStoreActor.Read;
import io.bittern.store.PieceStoreActor.ReadAnswer;
import io.bittern.store.PieceStoreActor.Stored;
import io.bittern.store.PieceStoreActor.Trouble;
import io.bittern.store.PieceStoreActor.Verified;
import io.bittern.store.PieceStoreActor.Write;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The store on real files. */
@Timeout(120)
class PieceStoreIT {

    private static final int PIECE = 256 << 10;
    private static final int OPEN_FILES = 8;
    private static final ActorTestKit testKit =
            ActorTestKit.create(ConfigFactory.parseResources("bittern.conf").withFallback(ConfigFactory.load()));

    @TempDir
    private Path temp;

    private final FileHandles handles = new FileHandles(OPEN_FILES);
    private final StoreSettings.Shared shared =
            new StoreSettings.Shared(handles, new Buffers(16 << 20), 2, System::nanoTime, new Random(5));
    private final StoreSettings.Pace pace =
            new StoreSettings.Pace(Duration.ofMillis(50), Duration.ofMillis(100), 4 << 20, Duration.ofSeconds(60));
    private final Set<Integer> damaged = new TreeSet<>();
    private final TestProbe<Event> events = testKit.createTestProbe(Event.class);
    private final TestProbe<Stored> stored = testKit.createTestProbe(Stored.class);
    private final TestProbe<ReadAnswer> answers = testKit.createTestProbe(ReadAnswer.class);
    private final TestProbe<Closed> closed = testKit.createTestProbe(Closed.class);

    @AfterAll
    static void shutDown() {
        testKit.shutdownTestKit();
    }

    @Test
    void finishesThroughFiveSuddenEnds() throws Exception {
        TestTorrent torrent = TestTorrent.ofFolder(new Random(1), PIECE, 5_000_000, 0, 70_000, 12_000_000, 300);
        Random random = new Random(7);
        int fetched = 0;

        for (int end = 0; end < 6; end++) {
            ActorRef<Command> store = spawn(torrent, torrent.metainfo().layout().all());
            List<Integer> missing = missing(expectOpened().verified());
            Collections.shuffle(missing, random);
            int stop = end == 5 ? missing.size() : Math.min(missing.size(), 11);
            for (int piece : missing.subList(0, stop)) {
                fetch(store, torrent, piece);
                fetched++;
            }
            if (end < 5) {
                testKit.stop(store);
            } else {
                close(store);
            }
        }

        // What was written is found again, synced or not: the process ended, not the machine.
        assertThat(fetched).isEqualTo(torrent.pieces());
        assertThat(PieceChecker.check(torrent.metainfo(), temp.resolve("d"), 2, Progress.NONE)
                        .isGood())
                .isTrue();
    }

    @Test
    void aFileRemovedWhileItIsDownloadedIsFetchedAgain() throws Exception {
        TestTorrent torrent = TestTorrent.ofFile(new Random(1), 10 * PIECE, PIECE);
        ActorRef<Command> store = spawn(torrent, torrent.metainfo().layout().all());
        expectOpened();
        for (int piece = 0; piece < 5; piece++) {
            fetch(store, torrent, piece);
        }
        Files.delete(torrent.path(temp.resolve("d"), 0));

        fetch(store, torrent, 9);
        while (damaged.size() < 6) {
            hearDamaged(events.receiveMessage(Duration.ofSeconds(10)));
        }

        for (int piece = 0; piece < 10; piece++) {
            fetch(store, torrent, piece);
        }
        close(store);
        assertThat(torrent.path(temp.resolve("d"), 0)).hasBinaryContent(torrent.payload());
    }

    @Test
    void neverServesBytesOfAFileThatWasCut() throws Exception {
        TestTorrent torrent = TestTorrent.ofFile(new Random(1), 4 * PIECE, PIECE);
        torrent.create(temp.resolve("d"));
        ActorRef<Command> store = spawn(torrent, torrent.metainfo().layout().all());
        assertThat(expectOpened().verified().isFull()).isTrue();
        try (var file =
                Files.newByteChannel(torrent.path(temp.resolve("d"), 0), java.nio.file.StandardOpenOption.WRITE)) {
            file.truncate(PIECE + 5);
        }

        store.tell(new Read(2, 0, new byte[16 << 10], answers.ref()));

        assertThat(answers.receiveMessage()).isInstanceOf(NoData.class);
        while (damaged.size() < 3) {
            hearDamaged(events.receiveMessage());
        }
        assertThat(damaged).containsExactly(1, 2, 3);
    }

    @Test
    void aLongerFileIsOfTheWrongKindAndLeftAlone() throws Exception {
        TestTorrent torrent = TestTorrent.ofFile(new Random(1), PIECE, PIECE);
        Path path = torrent.path(temp.resolve("d"), 0);
        Files.createDirectories(path.getParent());
        Files.write(path, new byte[PIECE + 1]);

        spawn(torrent, torrent.metainfo().layout().all());

        assertThat(events.expectMessageClass(Failed.class).trouble()).isEqualTo(Trouble.WRONG_KIND);
        assertThat(path).hasSize(PIECE + 1);
    }

    @Test
    void manyTorrentsShareFewOpenFiles() throws Exception {
        List<ActorRef<Command>> stores = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            TestTorrent torrent = TestTorrent.ofFile(new Random(i), 40_000, 16 << 10);
            Path folder = temp.resolve("d" + i);
            torrent.create(folder);
            stores.add(spawn(torrent, folder, torrent.metainfo().layout().all()));
            assertThat(expectOpened().verified().isFull()).isTrue();
        }

        for (ActorRef<Command> store : stores) {
            store.tell(new Read(1, 0, new byte[100], answers.ref()));
        }
        for (int i = 0; i < stores.size(); i++) {
            assertThat(answers.receiveMessage()).isInstanceOf(PieceStoreActor.Data.class);
        }

        assertThat(handles.open()).isLessThanOrEqualTo(OPEN_FILES);
        stores.forEach(this::close);
        assertThat(handles.open()).isZero();
    }

    @Test
    void aSelectionGrowsIntoTheWholeTorrent() throws Exception {
        TestTorrent torrent = TestTorrent.ofFolder(new Random(1), PIECE, 300_000, 400_000, 500_000);
        BitSet middle = new BitSet();
        middle.set(1);
        ActorRef<Command> store = spawn(torrent, middle);
        expectOpened();
        for (int piece = 1; piece < 3; piece++) {
            fetch(store, torrent, piece);
        }
        close(store);
        assertThat(torrent.path(temp.resolve("d"), 0)).doesNotExist();
        assertThat(torrent.path(temp.resolve("d"), 1)).hasBinaryContent(torrent.file(1));

        store = spawn(torrent, torrent.metainfo().layout().all());
        List<Integer> missing = missing(expectOpened().verified());
        assertThat(missing).containsExactly(0, 3, 4);
        for (int piece : missing) {
            fetch(store, torrent, piece);
        }
        close(store);

        assertThat(PieceChecker.check(torrent.metainfo(), temp.resolve("d"), 2, Progress.NONE)
                        .isGood())
                .isTrue();
    }

    private ActorRef<Command> spawn(TestTorrent torrent, BitSet selected) {
        return spawn(torrent, temp.resolve("d"), selected);
    }

    private ActorRef<Command> spawn(TestTorrent torrent, Path folder, BitSet selected) {
        Path state = temp.resolve("state");
        FileStorage.Place place = FileStorage.Place.of(torrent.metainfo(), folder, state, selected, false);
        StoreSettings settings = StoreSettings.inFolder(torrent.metainfo(), place, state, shared, pace);
        return testKit.spawn(
                PieceStoreActor.create(settings, events.ref()), DispatcherSelector.fromConfig("bittern.disk"));
    }

    private Opened expectOpened() {
        Event event = events.receiveMessage(Duration.ofSeconds(10));
        while (event instanceof Checking) {
            event = events.receiveMessage(Duration.ofSeconds(10));
        }
        assertThat(event).isInstanceOf(Opened.class);
        return (Opened) event;
    }

    private void fetch(ActorRef<Command> store, TestTorrent torrent, int piece) {
        store.tell(new Write(torrent.piece(piece, 0), 1, stored.ref()));
        if (stored.receiveMessage().written() > 0) {
            Event event = events.receiveMessage();
            while (!event.equals(new Verified(piece))) {
                hearDamaged(event);
                event = events.receiveMessage();
            }
        }
    }

    private void hearDamaged(Event event) {
        assertThat(event).isInstanceOf(Damaged.class);
        Bitfield pieces = ((Damaged) event).pieces();
        for (int piece = pieces.nextSet(0); piece >= 0; piece = pieces.nextSet(piece + 1)) {
            damaged.add(piece);
        }
    }

    private void close(ActorRef<Command> store) {
        store.tell(new Close(Counters.ZERO, closed.ref()));
        closed.expectMessage(Duration.ofSeconds(10), new Closed(Optional.empty()));
        closed.expectTerminated(store);
    }

    private static List<Integer> missing(Bitfield verified) {
        List<Integer> missing = new ArrayList<>();
        for (int piece = verified.nextClear(0); piece >= 0; piece = verified.nextClear(piece + 1)) {
            missing.add(piece);
        }
        return missing;
    }
}
