package io.bittern.torrent;

import io.bittern.metainfo.Metainfo;
import io.bittern.piece.Bitfield;
import io.bittern.piece.Lease;
import io.bittern.piece.PiecePicker;
import io.bittern.store.PieceStoreActor;
import io.bittern.webseed.WebPlan;
import io.bittern.webseed.WebSeedActor;
import io.bittern.webseed.WebSeedException;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * The web seeds of a torrent: spawned while something is missing, told and buried on behalf of the {@link TorrentActor}.
 *
 * <p>To {@link Download} and the store each is a source with a number as peers are, but a negative one.
 */
final class WebSeedCrew {

    /** The number of the first; what is above says "nobody" in the store. */
    private static final int FIRST = -2;

    /** So many at a time; the others wait until one of them is of no use. */
    private static final int MOST = 4;

    private final ActorContext<TorrentActor.Command> context;
    private final TorrentParts.Children children;
    private final PiecePicker picker;
    private final ActorRef<TorrentActor.Event> client;
    private final Metainfo metainfo;
    private Map<Integer, WebPlan> plans = Map.of();
    private NavigableSet<Integer> waiting = Collections.emptyNavigableSet();
    private Map<Integer, ActorRef<WebSeedActor.Command>> running = Map.of();
    private int spawned;

    /** @param client hears of web seeds that fail */
    WebSeedCrew(
            ActorContext<TorrentActor.Command> context,
            TorrentParts parts,
            PiecePicker picker,
            ActorRef<TorrentActor.Event> client) {
        this.context = context;
        this.children = parts.children();
        this.picker = picker;
        this.client = client;
        this.metainfo = parts.setup().metainfo();
        metainfo.webSeeds().forEach(url -> learn(() -> WebPlan.ofFiles(metainfo, url)));
        metainfo.httpSeeds().forEach(url -> learn(() -> WebPlan.ofPieces(metainfo, url)));
    }

    @FunctionalInterface
    private interface Planning {
        WebPlan plan() throws WebSeedException;
    }

    private void learn(Planning planning) {
        try {
            int number = FIRST - plans.size();
            WebPlan plan = planning.plan();
            if (plans.isEmpty()) {
                plans = new HashMap<>();
                waiting = new TreeSet<>();
                running = new TreeMap<>();
            }
            plans.put(number, plan);
            waiting.add(-number);
        } catch (WebSeedException unusable) {
            context.getLog().debug("a web seed is not used: {}", unusable.reason());
        }
    }

    /** Whether a source is a web seed by its number. */
    static boolean owns(int source) {
        return source <= FIRST;
    }

    /** What is missing may have changed: web seeds are there while something is. */
    void refresh(ActorRef<PieceStoreActor.Command> store, Download download) {
        if (picker.complete()) {
            dismiss(download);
        }
        while (!picker.complete() && running.size() < MOST && !waiting.isEmpty()) {
            int seed = -waiting.pollFirst();
            var events = context.messageAdapter(WebSeedActor.Event.class, TorrentActor.FromWebSeed::new);
            var ref = context.spawn(children.webSeed(seed, plan(seed), store, events), "web-seed-" + spawned++);
            context.watchWith(ref, new TorrentActor.WebSeedDown(ref, seed));
            running.put(seed, ref);
            download.joined(seed);
            download.hasAll(seed, full());
        }
    }

    private WebPlan plan(int seed) {
        WebPlan plan = plans.get(seed);
        if (plan == null) {
            throw new IllegalStateException("no web seed " + seed);
        }
        return plan;
    }

    private Bitfield full() {
        Bitfield full = new Bitfield(metainfo.sizes().count());
        full.setAll();
        return full;
    }

    /** Ends all of them; none has done wrong, so that a {@link #refresh} may start them again. */
    void dismiss(Download download) {
        for (int seed : List.copyOf(running.keySet())) {
            end(seed, download);
            waiting.add(-seed);
        }
    }

    private void end(int seed, Download download) {
        ActorRef<WebSeedActor.Command> ref = running.remove(seed);
        if (ref != null) {
            context.stop(ref);
            download.left(seed);
        }
    }

    boolean isEmpty() {
        return running.isEmpty();
    }

    /** Carries on what a web seed has told; traffic is left to the torrent. True if another may take its place. */
    boolean on(WebSeedActor.Event event, Download download) {
        if (!running.containsKey(event.seed())) {
            return false;
        }
        if (event instanceof WebSeedActor.Wants wants) {
            download.wants(wants.seed(), wants.blocks(), Download.Taste.RUNS);
        } else if (event instanceof WebSeedActor.Fetched fetched) {
            download.fetched(fetched.seed(), fetched.lease());
        } else if (event instanceof WebSeedActor.Returned returned) {
            download.returned(returned.seed(), returned.leases());
        } else if (event instanceof WebSeedActor.HasOnly has) {
            download.left(has.seed());
            download.joined(has.seed());
            download.hasAll(has.seed(), has.pieces());
        } else if (event instanceof WebSeedActor.Failed failed) {
            tellFailed(failed.seed(), failed.reason() + "; it is asked again later");
        } else if (event instanceof WebSeedActor.Gone gone) {
            tellFailed(gone.seed(), gone.reason() + "; it is not asked again");
            end(gone.seed(), download);
            return true;
        }
        return false;
    }

    /** A web seed has ended by itself, which is a bug: it is not tried again. True if another may take its place. */
    boolean down(TorrentActor.WebSeedDown down, Download download) {
        if (down.ref().equals(running.get(down.seed()))) {
            end(down.seed(), download);
            return true;
        }
        return false;
    }

    /** A web seed has been proven to give wrong data: it is not asked again. */
    void ban(int seed, Download download) {
        if (running.containsKey(seed) || waiting.contains(-seed)) {
            waiting.remove(-seed);
            tellFailed(seed, "gave wrong data; it is not asked again");
            end(seed, download);
        }
    }

    void grant(int seed, List<Lease> leases) {
        tell(seed, new WebSeedActor.Grant(leases));
    }

    void revoke(int seed, Lease lease) {
        tell(seed, new WebSeedActor.Revoke(List.of(lease)));
    }

    private void tell(int seed, WebSeedActor.Command command) {
        ActorRef<WebSeedActor.Command> ref = running.get(seed);
        if (ref != null) {
            ref.tell(command);
        }
    }

    private void tellFailed(int seed, String reason) {
        client.tell(
                new TorrentActor.WebSeedFailed(metainfo.infoHash(), plan(seed).toString(), reason));
    }
}
