package io.bittern.peer;

import io.bittern.metainfo.PieceSizes;
import io.bittern.piece.Lease;
import io.bittern.wire.PeerMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** How leases end, with all their blocks or before that: revoked by the torrent, given up, or refused by the peer. */
final class Retreat {

    private final PieceSizes sizes;
    private final Outgoing out;
    private final Allowance allowance;
    private final Leases leases;
    private final Withdrawn withdrawn;
    private List<Lease> parts = new ArrayList<>();

    Retreat(PieceSizes sizes, Outgoing out, Allowance allowance, Leases leases, Withdrawn withdrawn) {
        this.sizes = sizes;
        this.out = out;
        this.allowance = allowance;
        this.leases = leases;
        this.withdrawn = withdrawn;
    }

    /** A lease comes when nothing may be asked for. */
    void refuse(Lease lease) {
        parts.add(lease);
    }

    /** The torrent takes back the blocks of these leases, which may be parts of those that were granted. */
    void revoke(List<Lease> revoked) {
        for (Lease lease : revoked) {
            for (HeldLease held : leases.of(lease.piece(), lease.attempt())) {
                revoke(held, lease);
            }
        }
    }

    /**
     * Gives back every lease of which a block is missing; false if nothing was on the wire.
     *
     * @param adoptable whether the peer still means to send what was asked of it
     */
    boolean giveUp(boolean adoptable) {
        boolean asked = leases.asked() > 0;
        leases.open().forEach(held -> giveUp(held, adoptable));
        return asked;
    }

    /** Gives back what is missing of a piece. */
    void giveUpPiece(int piece) {
        for (HeldLease held : leases.open()) {
            if (held.lease().piece() == piece) {
                giveUp(held, false);
            }
        }
    }

    /** Gives back the blocks that have not been asked for, but for those of some pieces. */
    void giveUpUnasked(IntPredicate kept) {
        for (HeldLease held : leases.open()) {
            Lease lease = held.lease();
            for (int block = lease.firstBlock(); block < lease.endBlock() && !kept.test(lease.piece()); block++) {
                if (held.state(block) == HeldLease.FREE) {
                    leases.mark(held, block, HeldLease.GIVEN_BACK);
                    addPart(lease, block);
                }
            }
            finish(held);
        }
    }

    /** The peer will not send a block; false if it was not asked for. */
    boolean rejected(int piece, int block) {
        HeldLease held = leases.find(piece, block, HeldLease.ASKED);
        if (held == null) {
            withdrawn.remove(piece, block);
            return false;
        }
        withdraw(held, block, false, HeldLease.GIVEN_BACK);
        addPart(held.lease(), block);
        finish(held);
        return true;
    }

    /** Ends a lease if the store has every block that was not taken from it. */
    void finish(HeldLease held) {
        if (held.finished() && !held.ended()) {
            leases.remove(held);
            report(); // before the blocks are called fetched: what was given back is not
            held.kept().forEach(lease -> out.tell(new PeerActor.Fetched(out.peer(), lease)));
        }
    }

    /** Tells the torrent what was given back block by block. */
    void report() {
        if (!parts.isEmpty()) {
            out.tell(new PeerActor.Returned(out.peer(), parts));
            parts = new ArrayList<>();
        }
    }

    private void revoke(HeldLease held, Lease taken) {
        Lease lease = held.lease();
        int end = Math.min(lease.endBlock(), taken.endBlock());
        for (int block = Math.max(lease.firstBlock(), taken.firstBlock()); block < end; block++) {
            if (held.state(block) == HeldLease.ASKED) {
                int length = withdraw(held, block, false, HeldLease.REVOKED);
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

    private void giveUp(HeldLease held, boolean adoptable) {
        Lease lease = held.lease();
        for (int block = lease.firstBlock(); block < lease.endBlock(); block++) {
            if (held.state(block) == HeldLease.ASKED) {
                withdraw(held, block, adoptable, HeldLease.REVOKED);
            } else if (held.state(block) == HeldLease.FREE) {
                leases.mark(held, block, HeldLease.REVOKED);
            }
        }
        leases.remove(held);
        parts.addAll(held.kept());
    }

    private int withdraw(HeldLease held, int block, boolean adoptable, byte state) {
        Lease lease = held.lease();
        int length = sizes.blockLength(lease.piece(), block);
        leases.mark(held, block, state);
        withdrawn.add(lease.piece(), block, lease.attempt(), adoptable);
        allowance.withdraw(length);
        return length;
    }

    private void addPart(Lease lease, int block) {
        @Nullable Lease last = parts.isEmpty() ? null : parts.get(parts.size() - 1);
        if (last != null
                && last.piece() == lease.piece()
                && last.attempt() == lease.attempt()
                && last.endBlock() == block) {
            parts.set(parts.size() - 1, new Lease(last.piece(), last.attempt(), last.firstBlock(), last.blocks() + 1));
        } else {
            parts.add(new Lease(lease.piece(), lease.attempt(), block, 1));
        }
    }
}
