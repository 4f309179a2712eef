package io.bittern.torrent;

import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.PieceSizes;
import io.bittern.net.Link;
import io.bittern.peer.PeerActor;
import io.bittern.torrent.TorrentActor.Accept;
import io.bittern.torrent.TorrentActor.Command;
import io.bittern.torrent.TorrentActor.FromPeer;
import io.bittern.torrent.TorrentActor.FromTracker;
import io.bittern.torrent.TorrentActor.Meet;
import io.bittern.torrent.TorrentActor.PeerDown;
import io.bittern.torrent.TorrentActor.Stop;
import io.bittern.torrent.TorrentActor.Tick;
import io.bittern.tracker.AnnounceEvent;
import io.bittern.tracker.AnnounceRequest;
import io.bittern.tracker.TrackerActor;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * A torrent of which only the info hash is known: finds peers and fetches the metadata from them (BEP 9), then ends with
 * {@link TorrentActor.Learned}, and leaves its trackers unless a torrent follows.
 *
 * <p>It takes the commands of a torrent, so that incoming links find it like one.
 */
public final class MagnetActor {

    /** What is known of the torrent, with its trackers in {@code tiers}. */
    public record Setup(InfoHash infoHash, List<List<String>> tiers, Identity us) {}

    private final Setup setup;
    private final TorrentParts.Settings settings;
    private final ActorRef<TorrentActor.Event> client;
    private final Roster roster;
    private final MetadataAssembly assembly;
    private final TrackerCrew trackers;
    private final LeavingActor end;
    private TorrentActor.Learning told;

    public static Behavior<Command> create(
            Setup setup,
            TorrentParts.Settings settings,
            TorrentParts.Contacts children,
            ActorRef<TorrentActor.Event> client) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new MagnetActor(context, timers, setup, settings, children, client).fetching(timers)));
    }

    private MagnetActor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            Setup setup,
            TorrentParts.Settings settings,
            TorrentParts.Contacts children,
            ActorRef<TorrentActor.Event> client) {
        this.setup = setup;
        this.settings = settings;
        this.client = client;
        roster = new Roster(
                context,
                children,
                setup.us().self(),
                settings,
                liar -> client.tell(new TorrentActor.Banned(setup.infoHash(), liar)));
        assembly = new MetadataAssembly(setup.infoHash());
        trackers = new TrackerCrew(
                context,
                new TrackerCrew.Directory(setup.infoHash(), setup.tiers(), children),
                settings,
                this::request,
                client);
        end = LeavingActor.of(setup.infoHash(), settings, timers, trackers, client);
        told = new TorrentActor.Learning(setup.infoHash(), 0, 0, 0);
    }

    private Behavior<Command> fetching(TimerScheduler<Command> timers) {
        timers.startTimerWithFixedDelay(Tick.INSTANCE, settings.reportEvery());
        client.tell(told);
        trackers.started(now(), true);
        return Behaviors.receive(Command.class)
                .onMessage(FromPeer.class, wrapped -> onPeer(wrapped.event()))
                .onMessage(FromTracker.class, wrapped -> onTracker(wrapped.event()))
                .onMessage(PeerDown.class, down -> ended(down.peer(), PeerActor.Fault.NONE))
                .onMessage(Accept.class, this::accept)
                .onMessage(Meet.class, meet -> {
                    roster.meet(meet.peers(), meet.source());
                    return goOn();
                })
                .onMessageEquals(Tick.INSTANCE, this::goOn)
                .onMessage(Stop.class, stop -> {
                    roster.part("stopping");
                    return end.leaving();
                })
                .onAnyMessage(others -> Behaviors.same())
                .build();
    }

    private Behavior<Command> onTracker(TrackerActor.Event event) {
        if (event instanceof TrackerActor.Announced answer) {
            roster.meet(answer.response().peers(), PeerSource.TRACKER);
        }
        trackers.answered(event, now());
        return goOn();
    }

    private Behavior<Command> accept(Accept incoming) {
        if (!roster.accept(incoming)) {
            incoming.link().link().tell(Link.Abort.INSTANCE);
        }
        return Behaviors.same();
    }

    private Behavior<Command> onPeer(PeerActor.Event event) {
        if (event instanceof PeerActor.Joined joined) {
            roster.joined(joined).ifPresent(wanted -> wanted.ref().tell(PeerActor.Learn.INSTANCE));
        } else if (event instanceof PeerActor.KnowsMetadata knows) {
            if (!assembly.knows(knows.peer(), knows.size())) {
                roster.tell(
                        knows.peer(), new PeerActor.Disconnect("claims metadata of " + knows.size() + " bytes", true));
            }
        } else if (event instanceof PeerActor.GaveMetadata gave) {
            assembly.came(gave.peer(), gave.piece(), gave.size(), gave.bytes());
        } else if (event instanceof PeerActor.RefusedMetadata refused) {
            assembly.refused(refused.peer(), refused.piece(), now());
        } else if (event instanceof PeerActor.Gone gone) {
            return ended(gone.peer(), gone.fault());
        }
        roster.on(event);
        return goOn();
    }

    private Behavior<Command> ended(int peer, PeerActor.Fault fault) {
        if (roster.gone(peer, fault, false, now()).isPresent()) {
            assembly.left(peer);
        }
        return goOn();
    }

    /** Ends if everything is there, else does whatever is due. */
    private Behavior<Command> goOn() {
        long now = now();
        if (assembly.whole()) {
            Optional<byte[]> info = assembly.take();
            if (info.isPresent()) {
                return learned(info.get());
            }
            assembly.startAnew().forEach(liar -> roster.ban(liar, "sent wrong metadata"));
        }
        assembly.asks(now).forEach(ask -> roster.tell(ask.peer(), new PeerActor.AskMetadata(ask.piece())));
        roster.dial(now);
        if (trackers.nextDue().isPresent() && trackers.nextDue().getAsLong() <= now) {
            trackers.due(now, true);
        }
        report();
        return Behaviors.same();
    }

    private Behavior<Command> learned(byte[] info) {
        client.tell(new TorrentActor.Learned(
                setup.infoHash(),
                info,
                roster.swarm().addresses(PeerSource.PEX),
                roster.swarm().addresses(PeerSource.TRACKER)));
        roster.part("has the metadata");
        return end.waiting();
    }

    private void report() {
        var stand = new TorrentActor.Learning(setup.infoHash(), assembly.have(), assembly.pieces(), roster.peers());
        if (!stand.equals(told)) {
            told = stand;
            client.tell(stand);
        }
    }

    /** What is left is not known; it must not look like nothing. */
    private AnnounceRequest request(AnnounceEvent event) {
        return setup.us().announce(setup.infoHash(), event, 0, 0, PieceSizes.BLOCK, AnnounceRequest.NUM_WANT);
    }

    private long now() {
        return settings.nanoTime().getAsLong();
    }
}
