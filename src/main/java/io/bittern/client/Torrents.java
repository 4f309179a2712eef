package io.bittern.client;

import io.bittern.metainfo.InfoHash;
import io.bittern.torrent.TorrentActor;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/** The torrents that have not ended, each with the handle by which its user sees it, on behalf of the {@link ClientActor}. */
final class Torrents {

    private record Entry(TorrentHandle handle, ActorRef<TorrentActor.Command> actor) {}

    private final ActorContext<ClientActor.Command> context;
    private final TimerScheduler<ClientActor.Command> timers;
    private final ClientActor.Wiring wiring;
    private final ActorRef<TorrentActor.Event> events;
    private final Map<InfoHash, Entry> entries = new HashMap<>();
    private long begun;

    Torrents(
            ActorContext<ClientActor.Command> context,
            TimerScheduler<ClientActor.Command> timers,
            ClientActor.Wiring wiring,
            ActorRef<TorrentActor.Event> events) {
        this.context = context;
        this.timers = timers;
        this.wiring = wiring;
        this.events = events;
    }

    /** Begins a torrent that is not there. */
    void begin(TorrentHandle handle) {
        InfoHash torrent = handle.metainfo().infoHash();
        var actor = context.spawn(
                TorrentActor.create(wiring.parts(handle.request(), handle.throttle()), events),
                "torrent-" + torrent + "-" + begun++);
        context.watchWith(actor, new ClientActor.Down(torrent, actor));
        entries.put(torrent, new Entry(handle, actor));
        wiring.open(Sought.of(handle, actor), handle.metainfo().isPrivate());
        actor.tell(new TorrentActor.Meet(handle.request().peers()));
    }

    /** Tells a torrent, if it is there. */
    void tell(InfoHash torrent, TorrentActor.Command command) {
        Entry entry = entries.get(torrent);
        if (entry != null) {
            entry.actor().tell(command);
        }
    }

    /** Takes in what a torrent says. */
    void on(TorrentActor.Event event) {
        Entry entry = entries.get(event.torrent());
        if (entry == null) {
            return;
        }
        entry.handle().on(event);
        if (event instanceof TorrentActor.Completed) {
            entry.handle().request().seedGoal().time().ifPresent(time -> seed(event.torrent(), time));
        } else if (event instanceof TorrentActor.Stopped) {
            forget(event.torrent());
        }
    }

    private void seed(InfoHash torrent, Duration time) {
        timers.startSingleTimer(torrent, new ClientActor.Seeded(torrent, time), time);
    }

    /** A torrent has been complete for so long. */
    void seeded(InfoHash torrent, Duration time) {
        Entry entry = entries.get(torrent);
        if (entry != null) {
            entry.handle().seedingSince(time);
        }
    }

    /** A torrent that is gone without a word has failed by a bug of ours; the others go on. */
    void down(InfoHash torrent, ActorRef<TorrentActor.Command> actor) {
        Entry entry = entries.get(torrent);
        if (entry != null && entry.actor().equals(actor)) {
            entry.handle()
                    .ended(Optional.of(new Failure(Failure.Kind.INTERNAL, "the torrent failed; the log says why")));
            forget(torrent);
        }
    }

    private void forget(InfoHash torrent) {
        timers.cancel(torrent);
        entries.remove(torrent);
        wiring.close(torrent);
    }

    /** Ends all. */
    void stop(Duration within) {
        entries.values().forEach(entry -> entry.actor().tell(new TorrentActor.Stop(within)));
    }

    boolean contains(InfoHash torrent) {
        return entries.containsKey(torrent);
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }
}
