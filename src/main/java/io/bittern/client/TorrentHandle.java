package io.bittern.client;

import io.bittern.metainfo.FileLayout;
import io.bittern.metainfo.Metainfo;
import io.bittern.metainfo.PieceSizes;
import io.bittern.piece.Bitfield;
import io.bittern.store.PieceStoreActor.Trouble;
import io.bittern.torrent.Report;
import io.bittern.torrent.TorrentActor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A torrent as its user sees it: turns what the torrent's actor says into snapshots, events and endings.
 *
 * <p>Told by the client's actor alone; read by anyone.
 */
final class TorrentHandle implements Torrent {

    private static final Logger LOG = LoggerFactory.getLogger(TorrentHandle.class);

    private final AddTorrent request;
    private final Throttle throttle;
    private final Consumer<? super TorrentEvent> listener;
    private final Owner owner;
    private final CompletableFuture<TorrentSnapshot> downloaded = new CompletableFuture<>();
    private final CompletableFuture<TorrentSnapshot> finished = new CompletableFuture<>();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private final BitSet wanted;
    private volatile TorrentSnapshot snapshot;

    /** The client that a torrent belongs to. */
    interface Owner {

        /** The torrent's user wants it to end. */
        void stop(TorrentHandle handle);

        /** The torrent has ended. */
        void ended(TorrentHandle handle);
    }

    TorrentHandle(AddTorrent request, Throttle throttle, Consumer<? super TorrentEvent> listener, Owner owner) {
        this.request = request;
        this.throttle = throttle;
        this.listener = listener;
        this.owner = owner;
        PieceSizes sizes = request.metainfo().sizes();
        FileLayout layout = request.metainfo().layout();
        this.wanted = layout.pieces(request.wantedFiles().orElseGet(layout::all));
        this.snapshot = TorrentSnapshot.initial(
                sizes.length(), wanted.stream().mapToLong(sizes::lengthOf).sum());
    }

    AddTorrent request() {
        return request;
    }

    /** What holds the torrent to its limits. */
    Throttle throttle() {
        return throttle;
    }

    @Override
    public Metainfo metainfo() {
        return request.metainfo();
    }

    @Override
    public Path path() {
        return request.folder()
                .resolve(metainfo().layout().files().get(0).path().get(0));
    }

    @Override
    public TorrentSnapshot snapshot() {
        return snapshot;
    }

    @Override
    public CompletionStage<TorrentSnapshot> downloaded() {
        return downloaded.minimalCompletionStage();
    }

    @Override
    public CompletionStage<TorrentSnapshot> finished() {
        return finished.minimalCompletionStage();
    }

    @Override
    public void limit(RateLimits limits) {
        throttle.set(limits);
    }

    @Override
    public CompletionStage<Void> stop() {
        if (!stopped.isDone()) {
            owner.stop(this);
        }
        return stopped.minimalCompletionStage();
    }

    /** Takes in what the torrent's actor tells. */
    void on(TorrentActor.Event event) {
        if (event instanceof TorrentActor.Reported reported) {
            onReport(reported.report());
        } else if (event instanceof TorrentActor.Opened opened) {
            onOpened(opened.verified());
        } else if (event instanceof TorrentActor.Completed) {
            downloaded.complete(snapshot);
            seedingSince(Duration.ZERO);
        } else if (event instanceof TorrentActor.PieceVerified verified) {
            onVerified(verified.piece());
        } else if (event instanceof TorrentActor.Banned banned) {
            tell(new TorrentEvent.PeerBanned(banned.peer(), "it sent wrong data"));
        } else if (event instanceof TorrentActor.Announced announced) {
            tell(new TorrentEvent.TrackerAnswered(TrackerName.of(announced.url()), announced.peers()));
        } else if (event instanceof TorrentActor.WebSeedFailed failed) {
            tell(new TorrentEvent.WebSeedFailed(failed.server(), failed.reason()));
        } else if (event instanceof TorrentActor.AnnounceFailed failed) {
            tell(new TorrentEvent.TrackerFailed(TrackerName.of(failed.url()), failed.reason()));
        } else if (event instanceof TorrentActor.Stopped end) {
            ended(end.problem().map(problem -> new Failure(Failure.Kind.IO, problem)));
        }
    }

    /** Everything wanted has been there for so long: looks whether that ends the seeding. */
    void seedingSince(Duration time) {
        if (downloaded.isDone() && request.seedGoal().reached(snapshot.amounts(), time)) {
            finished.complete(snapshot);
        }
    }

    /** The torrent has ended, in order or with a failure. */
    void ended(Optional<Failure> problem) {
        owner.ended(this);
        TorrentSnapshot last = snapshot;
        snapshot = new TorrentSnapshot(
                TorrentSnapshot.State.STOPPED,
                last.amounts(),
                new TorrentSnapshot.Rates(0, 0),
                new TorrentSnapshot.Peers(0, 0),
                last.swarm(),
                last.checked(),
                problem.or(last::failure));
        ClientException early = new ClientException(
                problem.orElse(new Failure(Failure.Kind.STOPPED, "stopped before it was complete")));
        downloaded.completeExceptionally(early);
        finished.completeExceptionally(early);
        if (problem.isPresent()) {
            stopped.completeExceptionally(new ClientException(problem.get()));
        } else {
            stopped.complete(null);
        }
    }

    /** What is there is known before the next report says so. */
    private void onOpened(Bitfield verified) {
        have(bytes(verified, wanted::get), bytes(verified, piece -> true));
        tell(new TorrentEvent.Checked(
                snapshot.amounts().verified(), snapshot.amounts().total()));
    }

    private void onVerified(int piece) {
        long length = metainfo().sizes().lengthOf(piece);
        TorrentSnapshot.Amounts last = snapshot.amounts();
        have(last.done() + (wanted.get(piece) ? length : 0), last.verified() + length);
        tell(new TorrentEvent.PieceVerified(piece));
    }

    private void have(long done, long verified) {
        TorrentSnapshot.Amounts last = snapshot.amounts();
        snapshot = snapshot.with(new TorrentSnapshot.Amounts(
                last.total(), last.wanted(), done, verified, last.downloaded(), last.uploaded(), last.wasted()));
    }

    private void onReport(Report report) {
        boolean hadFailed = snapshot.failure().isPresent();
        snapshot = snapshotOf(report);
        if (snapshot.failure().isPresent() && !hadFailed) {
            tell(new TorrentEvent.Failed(snapshot.failure().get()));
        }
        if (downloaded.isDone()
                && !finished.isDone()
                && request.seedGoal().ratio().isPresent()) {
            seedingSince(Duration.ZERO);
        }
    }

    private TorrentSnapshot snapshotOf(Report report) {
        return new TorrentSnapshot(
                TorrentSnapshot.State.valueOf(report.phase().name()),
                new TorrentSnapshot.Amounts(
                        metainfo().sizes().length(),
                        report.wanted(),
                        report.done(),
                        report.verified(),
                        report.total().downloaded(),
                        report.total().uploaded(),
                        report.total().wasted()),
                new TorrentSnapshot.Rates(Math.round(report.downRate()), Math.round(report.upRate())),
                new TorrentSnapshot.Peers(report.peers(), report.seeds()),
                report.swarm(),
                report.checked(),
                report.failure().map(failure -> new Failure(kind(failure.trouble()), failure.reason())));
    }

    private long bytes(Bitfield pieces, IntPredicate counts) {
        PieceSizes sizes = metainfo().sizes();
        long bytes = 0;
        for (int piece = pieces.nextSet(0); piece >= 0; piece = pieces.nextSet(piece + 1)) {
            bytes += counts.test(piece) ? sizes.lengthOf(piece) : 0;
        }
        return bytes;
    }

    private static Failure.Kind kind(Trouble trouble) {
        return switch (trouble) {
            case NO_SPACE -> Failure.Kind.NO_SPACE;
            case NOT_FOUND -> Failure.Kind.NOT_FOUND;
            case WRONG_KIND -> Failure.Kind.WRONG_KIND;
            case DENIED, IO -> Failure.Kind.IO;
        };
    }

    /** What the user's code throws must not end the client. */
    private void tell(TorrentEvent event) {
        try {
            listener.accept(event);
        } catch (RuntimeException broken) {
            LOG.warn("a listener of {} failed", metainfo().infoHash(), broken);
        }
    }
}
