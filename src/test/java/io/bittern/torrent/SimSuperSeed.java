package io.bittern.torrent;

import io.bittern.peer.PeerActor;
import io.bittern.piece.Bitfield;
import io.bittern.piece.SuperSeeding;
import java.util.Map;

/** What a first seed shows to whom in a {@link SimSwarm}: the real rules, carried out as {@link SuperSeed} does (BEP 16). */
final class SimSuperSeed {

    private static final long TICK = SimSwarm.SECOND / 2;

    private final SimSwarm swarm;
    private final SuperSeeding rules;
    private final Map<Integer, SimLink> links;
    private boolean over;

    /** @param links of the seed, alive */
    SimSuperSeed(SimSwarm swarm, SuperSeeding rules, Map<Integer, SimLink> links) {
        this.swarm = swarm;
        this.rules = rules;
        this.links = links;
    }

    /** A peer is there and hears what we have. */
    void joined(SimLink link) {
        if (over) {
            link.start(SimSwarm.all());
        } else {
            link.start(new Bitfield(SimSwarm.SIZES.count()));
            rules.join(link.other().number(), swarm.now());
            show();
        }
    }

    void on(PeerActor.Event event) {
        if (event instanceof PeerActor.HasAll has) {
            rules.hasAll(has.peer(), has.pieces(), swarm.now());
        } else if (event instanceof PeerActor.Has has) {
            has.pieces().forEach(piece -> rules.has(has.peer(), piece, swarm.now()));
        } else if (event instanceof PeerActor.Traffic traffic) {
            rules.uploaded(traffic.peer(), traffic.up(), swarm.now());
        } else {
            return;
        }
        show();
    }

    void left(int peer) {
        rules.leave(peer);
    }

    void tick() {
        show();
        if (!over) {
            swarm.after(TICK, this::tick);
        }
    }

    private void show() {
        if (over) {
            return;
        }
        for (SuperSeeding.Show show : rules.next(swarm.now())) {
            SimLink link = links.get(show.peer());
            if (link != null) {
                link.show(show.piece());
            }
        }
        over = rules.over();
        if (over) {
            links.values().forEach(link -> SimSwarm.all().forEach(link::show));
        }
    }
}
