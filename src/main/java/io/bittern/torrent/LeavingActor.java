package io.bittern.torrent;

import io.bittern.metainfo.InfoHash;
import io.bittern.net.Link;
import io.bittern.torrent.TorrentActor.Accept;
import io.bittern.torrent.TorrentActor.Command;
import io.bittern.torrent.TorrentActor.FromTracker;
import io.bittern.torrent.TorrentActor.Stop;
import io.bittern.torrent.TorrentActor.Tick;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * The end of a {@link MagnetActor}: it tells the trackers that we leave, but gives a torrent time to follow, to which they
 * then still belong. Whoever adds that torrent ends this actor before.
 */
final class LeavingActor {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final InfoHash torrent;
    private final TorrentParts.Settings settings;
    private final TimerScheduler<Command> timers;
    private final TrackerCrew trackers;
    private final ActorRef<TorrentActor.Event> client;

    private LeavingActor(
            InfoHash torrent,
            TorrentParts.Settings settings,
            TimerScheduler<Command> timers,
            TrackerCrew trackers,
            ActorRef<TorrentActor.Event> client) {
        this.torrent = torrent;
        this.settings = settings;
        this.timers = timers;
        this.trackers = trackers;
        this.client = client;
    }

    /** Nothing happens before one of its behaviors is taken on. */
    static LeavingActor of(
            InfoHash torrent,
            TorrentParts.Settings settings,
            TimerScheduler<Command> timers,
            TrackerCrew trackers,
            ActorRef<TorrentActor.Event> client) {
        return new LeavingActor(torrent, settings, timers, trackers, client);
    }

    /** Waits for a torrent to follow. */
    Behavior<Command> waiting() {
        timers.startSingleTimer(Tick.INSTANCE, PATIENCE);
        return Behaviors.receive(Command.class)
                .onMessage(FromTracker.class, wrapped -> {
                    trackers.on(wrapped.event(), now());
                    return Behaviors.same();
                })
                .onMessageEquals(Tick.INSTANCE, this::leaving)
                .onMessage(Stop.class, stop -> leaving())
                .onMessage(Accept.class, LeavingActor::refuse)
                .onAnyMessage(late -> Behaviors.same())
                .build();
    }

    /** Says good-bye at once. */
    Behavior<Command> leaving() {
        timers.startSingleTimer(Tick.INSTANCE, settings.partingTime());
        trackers.stopped(now());
        return untilAllKnow();
    }

    private Behavior<Command> untilAllKnow() {
        if (trackers.allStopped()) {
            return end();
        }
        return Behaviors.receive(Command.class)
                .onMessage(FromTracker.class, wrapped -> {
                    trackers.on(wrapped.event(), now());
                    return trackers.allStopped() ? end() : Behaviors.same();
                })
                .onMessageEquals(Tick.INSTANCE, this::end)
                .onMessage(Accept.class, LeavingActor::refuse)
                .onAnyMessage(late -> Behaviors.same())
                .build();
    }

    private Behavior<Command> end() {
        client.tell(new TorrentActor.Stopped(torrent, Optional.empty()));
        return Behaviors.stopped();
    }

    private static Behavior<Command> refuse(Accept incoming) {
        incoming.link().link().tell(Link.Abort.INSTANCE);
        return Behaviors.same();
    }

    private long now() {
        return settings.nanoTime().getAsLong();
    }
}
