package io.bittern.peer;

import io.bittern.metainfo.PieceSizes;
import io.bittern.piece.Lease;
import io.bittern.store.PieceStoreActor;
import io.bittern.wire.PeerMessage;
import java.util.List;

/**
 * What we ask of one peer: from the leases that the torrent grants to the blocks that the store has.
 *
 * <p>Every request on the wire belongs to one lease. The budget holds the bytes of the requests on the wire and of the
 * blocks that the store has not answered, no more and no less.
 */
final class RequestPipeline {

    /** Requests are sent when this part of the window is free: fewer writes, and the peer has the rest to work on. */
    private static final int TOP_UP = 8;

    private static final int FAST_SECONDS = 20;

    private final PieceSizes sizes;
    private final Outgoing out;
    private final Traffic traffic;
    private final Allowance allowance;
    private final Window window;
    private final Patience patience;
    private final Withdrawn withdrawn;
    private final Leases leases = new Leases();
    private final Retreat retreat;
    private final Hints hints = new Hints();
    private final boolean fast;
    private final Storing storing;
    private final Appetite appetite = new Appetite();
    private boolean choked = true;
    private boolean begging;
    private int rejects;
    private boolean reading;

    /** @param fast whether the peer says which requests it will not answer (BEP 6) */
    RequestPipeline(
            PieceSizes sizes, Allowance allowance, PeerSettings settings, Outgoing out, Traffic traffic, boolean fast) {
        this.sizes = sizes;
        this.out = out;
        this.traffic = traffic;
        this.fast = fast;
        this.allowance = allowance;
        storing = new Storing(allowance.backlog());
        window = new Window(traffic.recentDown(), settings.maxRequests());
        patience = new Patience(settings);
        withdrawn = new Withdrawn(2 * settings.maxRequests());
        retreat = new Retreat(sizes, out, allowance, leases, withdrawn);
    }

    void grant(List<Lease> granted) {
        appetite.granted(granted.stream().mapToInt(Lease::blocks).sum());
        if (begging && !choked) {
            appetite.changed();
        }
        begging = false;
        for (Lease lease : granted) {
            if (!choked || hints.allows(lease.piece())) {
                leases.add(lease);
            } else {
                retreat.refuse(lease);
            }
        }
    }

    /** Takes back the blocks of these leases, which may be parts of those that were granted. */
    void revoke(List<Lease> revoked) {
        retreat.revoke(revoked);
    }

    /** The peer stops or begins to serve us. What it was asked for it has dropped, unless it says so for each request. */
    void choked(boolean now, long time) {
        if (now == choked) {
            return;
        }
        choked = now;
        rejects = 0;
        if (!now) {
            appetite.unchoked();
        } else if (fast) {
            appetite.choked(leases.asked() > 0, time);
            retreat.giveUpUnasked(hints::allows);
            beg();
        } else {
            withdrawn.dropped();
            appetite.choked(retreat.giveUp(false), time);
        }
    }

    /** The peer refuses a request (BEP 6); returns how many it has refused in a row while it served us. */
    int rejected(int piece, int block, long now) {
        boolean asked = retreat.rejected(piece, block);
        if (asked && choked) {
            hints.disallow(piece);
        } else if (asked) {
            rejects++;
            appetite.rejected(now);
        }
        return rejects;
    }

    /** The peer answers requests for this piece whether it chokes us or not. */
    void allowed(int piece) {
        hints.allow(piece);
        beg();
    }

    void suggested(int piece) {
        hints.suggest(piece);
    }

    /** The peer has lost a piece. */
    void lost(int piece) {
        hints.disallow(piece);
        retreat.giveUpPiece(piece);
        appetite.changed();
    }

    /** The peer queues no more requests than this. */
    void limit(int requests) {
        window.limit(requests);
    }

    void interested(boolean now) {
        appetite.interested(now);
    }

    /** The peer has pieces that it had not before. */
    void changed() {
        appetite.changed();
    }

    /** A block came, of the shape that its place must have; false if this connection was never asked for it. */
    boolean received(PeerMessage.Block block, long now) {
        int index = block.begin() / PieceSizes.BLOCK;
        HeldLease held = leases.find(block.piece(), index, HeldLease.ASKED);
        if (held != null) {
            leases.mark(held, index, HeldLease.STORING);
            storing.add(held, held.lease().attempt(), block);
        } else if (!receivedLate(block, index, now)) {
            return false;
        }
        rejects = 0;
        patience.rewarded(now);
        window.received(block.length(), now);
        appetite.fed();
        return true;
    }

    /** The store has answered its oldest write. */
    void stored(PieceStoreActor.Stored stored) {
        Storing.Batch batch = storing.answered();
        if (batch == null) {
            return;
        }
        allowance.stored(batch.bytes());
        traffic.wasted(stored.duplicate() + stored.stale());
        for (HeldLease owner : batch.owners()) {
            if (owner != null && !owner.ended()) {
                owner.blockStored();
                retreat.finish(owner);
            }
        }
    }

    /** Asks for what may be asked for now, of the peer and of the torrent. */
    void settle(boolean readingNow, long now) {
        reading = readingNow;
        retreat.report();
        window.limited(allowance.limited());
        int depth = patience.lost() || rejects > 0 ? 1 : window.depth(now);
        request(depth, now);
        int wants = choked && !hints.allowsAny() ? 0 : appetite.ask(depth, leases.free(), leases.asked(), now);
        if (wants > 0) {
            boolean quick = traffic.recentDown().perSecond(now) * FAST_SECONDS >= sizes.pieceLength();
            begging = choked;
            out.tell(hints.wants(out.peer(), wants, quick, choked));
        }
        updateClocks(now);
    }

    /** Choked, we may still ask for pieces that the peer allows us. */
    private void beg() {
        if (choked && hints.allowsAny()) {
            appetite.unchoked();
        }
    }

    /** Looks at the clocks. */
    void tick(long now) {
        patience.check(now);
        if (patience.late(now)) {
            allowance.lend();
        }
        if (patience.stalls(now)) {
            retreat.giveUp(true);
            retreat.report();
            appetite.changed();
        }
    }

    /** The blocks for the next write to the store. */
    List<PieceStoreActor.Block> takeBlocks() {
        return storing.take();
    }

    /** Whether the store has so much of us to do that we had better not read more. */
    boolean overfull() {
        return storing.overfull();
    }

    boolean snubbed() {
        return patience.snubbed();
    }

    /** Requests on the wire. */
    int asked() {
        return leases.asked();
    }

    long deadline(long now) {
        return Math.min(Math.min(allowance.retryAt(), patience.deadline()), appetite.deadline(now));
    }

    void close() {
        storing.close();
        allowance.close();
    }

    private void request(int depth, long now) {
        int room = depth - leases.asked();
        HeldLease next = room < Math.max(1, depth / TOP_UP) ? null : leases.nextToAsk();
        boolean allowed = true;
        while (next != null && room > 0 && allowed) {
            allowed = request(next, next.nextFree(), now);
            room--;
            next = leases.nextToAsk();
        }
        if (allowed) {
            allowance.rest();
        }
    }

    private boolean request(HeldLease held, int block, long now) {
        int piece = held.lease().piece();
        int length = sizes.blockLength(piece, block);
        boolean adopted = withdrawn.adoptable(piece, block);
        if (!(adopted ? allowance.keep(length, now) : allowance.take(length, now))) {
            return false;
        }
        if (adopted) {
            withdrawn.remove(piece, block);
        } else {
            out.say(new PeerMessage.Request(piece, block * PieceSizes.BLOCK, length));
        }
        leases.mark(held, block, HeldLease.ASKED);
        return true;
    }

    /** A block that we have withdrawn is good if it comes all the same, as far as the budget has room for it. */
    private boolean receivedLate(PeerMessage.Block block, int index, long now) {
        int attempt = withdrawn.remove(block.piece(), index);
        if (attempt < 0) {
            return false;
        }
        if (!allowance.keep(block.length(), now)) {
            traffic.wasted(block.length());
            return true;
        }
        HeldLease again = leases.find(block.piece(), index, HeldLease.FREE);
        if (again != null) {
            leases.mark(again, index, HeldLease.STORING);
        }
        storing.add(again, again == null ? attempt : again.lease().attempt(), block);
        return true;
    }

    private void updateClocks(long now) {
        boolean owing = !choked && (leases.asked() > 0 || withdrawn.owed());
        patience.update(reading, leases.asked(), owing, now);
    }
}
