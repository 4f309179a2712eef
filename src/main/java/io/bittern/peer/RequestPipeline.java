package io.bittern.peer;

import io.bittern.metainfo.PieceSizes;
import io.bittern.piece.Lease;
import io.bittern.store.PieceStoreActor;
import io.bittern.wire.PeerMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What we ask of one peer: from the leases that the torrent grants to the blocks that the store has.
 *
 * <p>Every request on the wire belongs to one lease. The budget holds the bytes of the requests on the wire and of the
 * blocks that the store has not answered, no more and no less.
 */
final class RequestPipeline {

    private static final long BUDGET_RETRY = 50_000_000L;

    /** Bytes of memory that may wait for the store before we read no more. */
    static final long STORE_WINDOW = 4 << 20;

    /** Requests are sent when this part of the window is free: fewer writes, and the peer has the rest to work on. */
    private static final int TOP_UP = 8;

    private static final int FAST_SECONDS = 20;

    private final PieceSizes sizes;
    private final Outgoing out;
    private final Traffic traffic;
    private final BudgetShare budget;
    private final Turn turn;
    private final Window window;
    private final Patience patience;
    private final Withdrawn withdrawn;
    private final Leases leases = new Leases();
    private final Storing storing = new Storing();
    private final Appetite appetite = new Appetite();
    private boolean choked = true;
    private boolean reading;
    private long waitingUntil = Long.MAX_VALUE;

    RequestPipeline(
            PieceSizes sizes, PeerActor.Limits limits, PeerActor.Settings settings, Outgoing out, Traffic traffic) {
        this.sizes = sizes;
        this.out = out;
        this.traffic = traffic;
        budget = new BudgetShare(limits.budget());
        turn = new Turn(limits.download());
        window = new Window(
                traffic.recentDown(), turn.limited() ? Window.LIMITED_FLOOR : Window.FLOOR, settings.maxRequests());
        patience = new Patience(settings);
        withdrawn = new Withdrawn(2 * settings.maxRequests());
    }

    void grant(List<Lease> granted) {
        appetite.granted(granted.stream().mapToInt(Lease::blocks).sum());
        if (!choked) {
            granted.forEach(leases::add);
        } else if (!granted.isEmpty()) {
            out.tell(new PeerActor.Returned(out.peer(), granted));
        }
    }

    /** Takes back the blocks of these leases, which may be parts of those that were granted. */
    void revoke(List<Lease> revoked) {
        for (Lease lease : revoked) {
            for (HeldLease held : leases.of(lease.piece(), lease.attempt())) {
                revoke(held, lease);
            }
        }
    }

    void choked(boolean now, long time) {
        if (now == choked) {
            return;
        }
        choked = now;
        if (now) {
            withdrawn.dropped();
            appetite.choked(giveUp(false), time);
        } else {
            appetite.unchoked();
        }
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
        } else if (!receivedLate(block, index)) {
            return false;
        }
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
        budget.giveBack(batch.bytes());
        traffic.wasted(stored.duplicate() + stored.stale());
        for (HeldLease owner : batch.owners()) {
            if (owner != null && !owner.ended()) {
                owner.blockStored();
                finish(owner);
            }
        }
    }

    /** Asks for what may be asked for now, of the peer and of the torrent. */
    void settle(boolean readingNow, long now) {
        reading = readingNow;
        int depth = patience.lost() ? 1 : window.depth(now);
        request(depth, now);
        int wants = appetite.ask(depth, leases.free(), leases.asked(), now);
        if (wants > 0) {
            boolean fast = traffic.recentDown().perSecond(now) * FAST_SECONDS >= sizes.pieceLength();
            out.tell(new PeerActor.Wants(out.peer(), wants, fast));
        }
        updateClocks(now);
    }

    /** Looks at the clocks. */
    void tick(long now) {
        patience.check(now);
        if (patience.stalls(now)) {
            giveUp(true);
            appetite.changed();
        }
    }

    /** The blocks for the next write to the store. */
    List<PieceStoreActor.Block> takeBlocks() {
        return storing.take();
    }

    /** Whether the store has so much of us to do that we had better not read more. */
    boolean overfull() {
        return storing.retained() >= STORE_WINDOW;
    }

    boolean snubbed() {
        return patience.snubbed();
    }

    /** Requests on the wire. */
    int asked() {
        return leases.asked();
    }

    long deadline(long now) {
        return Math.min(Math.min(waitingUntil, patience.deadline()), appetite.deadline(now));
    }

    void close() {
        budget.giveBackAll();
    }

    private void request(int depth, long now) {
        waitingUntil = Long.MAX_VALUE;
        int room = depth - leases.asked();
        if (choked || room < Math.max(1, depth / TOP_UP)) {
            return;
        }
        HeldLease next = leases.nextToAsk();
        while (next != null && room > 0 && request(next, next.nextFree(), now)) {
            room--;
            next = leases.nextToAsk();
        }
    }

    private boolean request(HeldLease held, int block, long now) {
        int piece = held.lease().piece();
        int length = sizes.blockLength(piece, block);
        boolean adopted = withdrawn.adoptable(piece, block);
        if (!adopted && !turn.come(length, now)) {
            waitingUntil = turn.at();
            return false;
        }
        if (!budget.take(length)) {
            waitingUntil = now + BUDGET_RETRY;
            return false;
        }
        if (adopted) {
            withdrawn.remove(piece, block);
        } else {
            turn.use();
            out.say(new PeerMessage.Request(piece, block * PieceSizes.BLOCK, length));
        }
        leases.mark(held, block, HeldLease.ASKED);
        return true;
    }

    /** A block that we have withdrawn is good if it comes all the same, as far as the budget has room for it. */
    private boolean receivedLate(PeerMessage.Block block, int index) {
        int attempt = withdrawn.remove(block.piece(), index);
        if (attempt < 0) {
            return false;
        }
        if (!budget.take(block.length())) {
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

    private void revoke(HeldLease held, Lease taken) {
        Lease lease = held.lease();
        int end = Math.min(lease.endBlock(), taken.endBlock());
        for (int block = Math.max(lease.firstBlock(), taken.firstBlock()); block < end; block++) {
            if (held.state(block) == HeldLease.ASKED) {
                int length = withdraw(held, block, false);
                out.say(new PeerMessage.Cancel(lease.piece(), block * PieceSizes.BLOCK, length));
            } else if (held.state(block) == HeldLease.FREE) {
                leases.mark(held, block, HeldLease.REVOKED);
            }
        }
        if (taken.firstBlock() <= lease.firstBlock() && taken.endBlock() >= lease.endBlock()) {
            leases.remove(held);
        } else {
            finish(held);
        }
    }

    /** Gives back every lease of which a block is missing; false if nothing was on the wire. */
    private boolean giveUp(boolean adoptable) {
        boolean asked = leases.asked() > 0;
        List<Lease> back = new ArrayList<>();
        for (HeldLease held : leases.open()) {
            Lease lease = held.lease();
            for (int block = lease.firstBlock(); block < lease.endBlock(); block++) {
                if (held.state(block) == HeldLease.ASKED) {
                    withdraw(held, block, adoptable);
                } else if (held.state(block) == HeldLease.FREE) {
                    leases.mark(held, block, HeldLease.REVOKED);
                }
            }
            leases.remove(held);
            back.add(lease);
        }
        if (!back.isEmpty()) {
            out.tell(new PeerActor.Returned(out.peer(), back));
        }
        return asked;
    }

    private int withdraw(HeldLease held, int block, boolean adoptable) {
        Lease lease = held.lease();
        int length = sizes.blockLength(lease.piece(), block);
        leases.mark(held, block, HeldLease.REVOKED);
        withdrawn.add(lease.piece(), block, lease.attempt(), adoptable);
        budget.giveBack(length);
        return length;
    }

    private void finish(@Nullable HeldLease held) {
        if (held != null && held.finished()) {
            leases.remove(held);
            out.tell(new PeerActor.Fetched(out.peer(), held.lease()));
        }
    }

    private void updateClocks(long now) {
        boolean owing = !choked && (leases.asked() > 0 || withdrawn.owed());
        patience.update(reading, leases.asked(), owing, now);
    }
}
