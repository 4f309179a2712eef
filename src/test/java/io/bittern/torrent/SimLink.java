package io.bittern.torrent;

import io.bittern.net.Bytes;
import io.bittern.peer.PeerActor;
import io.bittern.peer.SimSession;
import io.bittern.peer.Standing;
import io.bittern.piece.Bitfield;
import io.bittern.store.PieceStoreActor;
import java.util.ArrayDeque;
import java.util.List;

/** One end of a connection between two peers of a {@link SimSwarm}: the session, and the bytes that it has on their way. */
final class SimLink implements SimSession.World {

    /** What arrives in one go: a text, or the head and the content of a block. */
    private record Parcel(List<Bytes> parts) {

        boolean block() {
            return parts.size() > 1;
        }

        int blockLength() {
            return parts.get(0).length() + parts.get(1).length();
        }
    }

    private final SimSwarm swarm;
    private final SimPeer self;
    private final SimPeer other;
    private final SimSession session;
    private final ArrayDeque<Parcel> parcels = new ArrayDeque<>();
    private SimLink far = this;
    private long lastArrival;
    private long tickAt = Long.MAX_VALUE;

    private SimLink(SimSwarm swarm, SimPeer self, SimPeer other) {
        this.swarm = swarm;
        this.self = self;
        this.other = other;
        session = new SimSession(other.number(), other.address(), SimSwarm.SIZES, this, swarm.now());
    }

    /** Two peers meet. */
    static void connect(SimSwarm swarm, SimPeer one, SimPeer two) {
        SimLink here = new SimLink(swarm, one, two);
        SimLink there = new SimLink(swarm, two, one);
        here.far = there;
        there.far = here;
        one.joined(here);
        two.joined(there);
    }

    SimPeer other() {
        return other;
    }

    /** Says what we have, as the first message. */
    void start(Bitfield has) {
        session.start(has, swarm.now());
    }

    private boolean open() {
        return self.present() && other.present();
    }

    void hear(PeerActor.Command command) {
        session.hear(command, swarm.now());
    }

    /** We have got a piece. To tell those who have it too changes nothing, and takes as long as all else, so it is left out. */
    void have(int piece) {
        if (!other.verified().get(piece) || other.superSeeds()) {
            show(piece);
        }
    }

    /** Tells the other side of a piece that we have. */
    void show(int piece) {
        session.have(piece, swarm.now());
    }

    Standing standing() {
        return session.standing(swarm.now());
    }

    @Override
    public void tell(PeerActor.Event event) {
        if (self.listens(event)) {
            soon(() -> self.on(event));
        }
    }

    @Override
    public void store(List<PieceStoreActor.Block> blocks) {
        PieceStoreActor.Stored stored = self.store(blocks);
        soon(() -> session.stored(stored, swarm.now()));
    }

    @Override
    public void wake(long time) {
        if (time < tickAt) {
            tickAt = time;
            swarm.at(Math.max(time, swarm.now() + 1), () -> {
                if (open() && tickAt == time) {
                    tickAt = Long.MAX_VALUE;
                    session.tick(swarm.now());
                }
            });
        }
    }

    @Override
    public boolean write(List<Bytes> bytes) {
        int texts = bytes.size() % 2;
        if (texts > 0) {
            parcels.add(new Parcel(bytes.subList(0, 1)));
        }
        for (int i = texts; i < bytes.size(); i += 2) {
            parcels.add(new Parcel(bytes.subList(i, i + 2)));
        }
        return !waits();
    }

    /** Sends a text; a block has to wait for its turn. */
    private boolean waits() {
        Parcel first = parcels.peek();
        if (first != null && !first.block()) {
            parcels.remove();
            arrives(first, swarm.now() + SimSwarm.LATENCY);
            first = parcels.peek();
        }
        if (first != null) {
            self.line().queue(this);
        }
        return first != null;
    }

    /** Bytes of the block that waits for the line; it leaves even if the connection ends. */
    int firstBlock() {
        return parcels.element().blockLength();
    }

    void blockLeft() {
        Parcel block = parcels.remove();
        if (open()) {
            arrives(block, other.line().arrival(block.blockLength()));
            if (!waits()) {
                session.written(swarm.now());
            }
        }
    }

    /** Nothing overtakes what was sent before. */
    private void arrives(Parcel parcel, long time) {
        Bytes head = parcel.parts().get(0);
        swarm.log(self.number(), other.number(), head);
        lastArrival = Math.max(time, lastArrival);
        swarm.at(lastArrival, () -> {
            if (open()) {
                far.session.received(parcel.parts(), swarm.now());
            }
        });
    }

    private void soon(Runnable what) {
        swarm.soon(() -> {
            if (open()) {
                what.run();
            }
        });
    }
}
