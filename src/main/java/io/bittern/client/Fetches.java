package io.bittern.client;

import io.bittern.metainfo.InfoHash;
import io.bittern.torrent.TorrentActor;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** The magnet links whose metadata is being fetched, on behalf of the {@link ClientActor}. */
final class Fetches {

    /** A fetch, whose actor stays a while when it is done. */
    private record Magnet(Magnets.Fetch fetch, ActorRef<TorrentActor.Command> actor) {

        boolean done() {
            return fetch.result().isDone();
        }
    }

    private final ActorContext<ClientActor.Command> context;
    private final ClientActor.Wiring wiring;
    private final ActorRef<TorrentActor.Event> events;
    private final Map<InfoHash, Magnet> magnets = new HashMap<>();
    private long begun;
    private boolean stopping;

    Fetches(ActorContext<ClientActor.Command> context, ClientActor.Wiring wiring, ActorRef<TorrentActor.Event> events) {
        this.context = context;
        this.wiring = wiring;
        this.events = events;
    }

    /** Begins a fetch, if the same is not under way. */
    void begin(Magnets.Fetch fetch) {
        InfoHash torrent = fetch.link().infoHash();
        Magnet other = magnets.get(torrent);
        if (stopping || (other != null && !other.done())) {
            fetch.fail(new Failure(Failure.Kind.BUSY, torrent + ": this torrent is being fetched already"));
            return;
        }
        takeOver(torrent);
        var actor = context.spawn(wiring.magnet(fetch.link(), events), "magnet-" + torrent + "-" + begun++);
        context.watchWith(actor, new ClientActor.Down(torrent, actor));
        magnets.put(torrent, new Magnet(fetch, actor));
        wiring.open(Sought.of(torrent, actor), false);
        actor.tell(new TorrentActor.Meet(fetch.peers()));
    }

    /** Whatever has fetched a torrent's metadata leaves the trackers to what goes on with it. */
    void takeOver(InfoHash torrent) {
        Magnet magnet = magnets.remove(torrent);
        if (magnet != null) {
            context.stop(magnet.actor());
        }
    }

    /** Takes an event, if it is about a fetch. */
    boolean on(TorrentActor.Event event) {
        Magnet magnet = magnets.get(event.torrent());
        if (magnet == null) {
            return false;
        }
        Magnets.Fetch fetch = magnet.fetch();
        if (event instanceof TorrentActor.Learning news) {
            fetch.tell(new Bittern.Learning(fetch.link(), news.have(), news.pieces(), news.peers()));
        } else if (event instanceof TorrentActor.Learned learned) {
            wiring.close(event.torrent());
            fetch.learned(learned);
        }
        return true;
    }

    /** An actor has ended: if it brought nothing, and nobody stopped it, by a bug of ours. */
    void down(InfoHash torrent, ActorRef<TorrentActor.Command> actor) {
        Magnet magnet = magnets.get(torrent);
        if (magnet == null || !magnet.actor().equals(actor)) {
            return;
        }
        magnets.remove(torrent);
        if (!stopping && !magnet.done()) {
            wiring.close(torrent);
            magnet.fetch().fail(new Failure(Failure.Kind.INTERNAL, "fetching the metadata failed; the log says why"));
        }
    }

    /** Ends all; none is begun any more. */
    void stop(Duration within) {
        stopping = true;
        magnets.values().forEach(magnet -> magnet.actor().tell(new TorrentActor.Stop(within)));
    }

    boolean isEmpty() {
        return magnets.isEmpty();
    }
}
