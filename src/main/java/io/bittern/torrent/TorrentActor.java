package io.bittern.torrent;

import io.bittern.choke.ChokerActor;
import io.bittern.metainfo.InfoHash;
import io.bittern.net.Bytes;
import io.bittern.net.Link;
import io.bittern.peer.PeerActor;
import io.bittern.piece.Bitfield;
import io.bittern.store.PieceStoreActor;
import io.bittern.tracker.TrackerActor;
import io.bittern.webseed.WebSeedActor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * One torrent: owns its swarm and its picker, and supervises its store, trackers, choker and peers.
 *
 * <p>States: checking or failed ({@link CheckingActor}), running ({@link RunningActor}), stopping
 * ({@link StoppingActor}). What happens with peers and trackers is with {@link PeerCrew} and {@link TrackerCrew}; the
 * states route and keep the order of life.
 */
public final class TorrentActor {

    /** What a torrent can be told. */
    public sealed interface Command {}

    /** An incoming link has asked for this torrent; {@code leftover} is what was read of it, from the first byte on. */
    public record Accept(Link.Opened link, Bytes leftover) implements Command {}

    /** Here are peers. */
    public record Meet(List<InetSocketAddress> peers, PeerSource source) implements Command {

        /** Peers that the user or a link names. */
        public Meet(List<InetSocketAddress> peers) {
            this(peers, PeerSource.TRACKER);
        }
    }

    /** Checks all data anew. */
    public enum Recheck implements Command {
        INSTANCE
    }

    /** Tries a failed torrent again. */
    public enum Retry implements Command {
        INSTANCE
    }

    /** Ends it: peers, trackers, disk, the latter within so long. The last event is {@link Stopped}. */
    public record Stop(Duration within) implements Command {}

    record FromPeer(PeerActor.Event event) implements Command {}

    record FromTracker(TrackerActor.Event event) implements Command {}

    record FromWebSeed(WebSeedActor.Event event) implements Command {}

    record WebSeedDown(ActorRef<WebSeedActor.Command> ref, int seed) implements Command {}

    record PeerDown(int peer) implements Command {}

    record FromStore(PieceStoreActor.Event event) implements Command {}

    record StoreClosed(Optional<String> problem) implements Command {}

    record StoreDown(ActorRef<PieceStoreActor.Command> store) implements Command {}

    record ChokerDown(ActorRef<ChokerActor.Command> choker) implements Command {}

    enum DialDue implements Command {
        INSTANCE
    }

    enum AnnounceDue implements Command {
        INSTANCE
    }

    enum Tick implements Command {
        INSTANCE
    }

    enum PeersLate implements Command {
        INSTANCE
    }

    enum TrackersLate implements Command {
        INSTANCE
    }

    enum DiskLate implements Command {
        INSTANCE
    }

    /** What a torrent tells the client. */
    public sealed interface Event {
        InfoHash torrent();
    }

    /** How it stands, at every change of phase and a few times a second while something moves. */
    public record Reported(InfoHash torrent, Report report) implements Event {}

    /** The data has been checked, and these pieces are there. */
    public record Opened(InfoHash torrent, Bitfield verified) implements Event {}

    /** So far is the metadata of a magnet link: pieces that are there, of so many, and peers that have them. */
    public record Learning(InfoHash torrent, int have, int pieces, int peers) implements Event {}

    /**
     * The metadata of a magnet link, whose hash is right, and all peers that are known.
     *
     * @param named those of them that the user, the link or a tracker has named: all that a private torrent may have
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody changes it
    public record Learned(InfoHash torrent, byte[] info, List<InetSocketAddress> peers, List<InetSocketAddress> named)
            implements Event {}

    /** Everything that is wanted is verified. */
    public record Completed(InfoHash torrent) implements Event {}

    /** A piece has been verified. */
    public record PieceVerified(InfoHash torrent, int piece) implements Event {}

    /** A piece came whole and its hash was wrong. */
    public record PieceRejected(InfoHash torrent, int piece) implements Event {}

    /** A peer has been proven to send wrong data. */
    public record Banned(InfoHash torrent, InetSocketAddress peer) implements Event {}

    /** A tracker answered with so many peers. */
    public record Announced(InfoHash torrent, String url, int peers, Optional<String> warning) implements Event {}

    /** A tracker could not be asked, or refused. */
    public record AnnounceFailed(InfoHash torrent, String url, String reason) implements Event {}

    /** A web seed could not be asked, or gave what is of no use; the server is named without path and query. */
    public record WebSeedFailed(InfoHash torrent, String server, String reason) implements Event {}

    /** The last event: everything has ended, {@code problem} says what could not be kept. */
    public record Stopped(InfoHash torrent, Optional<String> problem) implements Event {}

    private TorrentActor() {}

    public static Behavior<Command> create(TorrentParts parts, ActorRef<Event> client) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> CheckingActor.create(TorrentCrew.of(context, timers, parts, client))));
    }
}
