package io.bittern.peer;

import io.bittern.metainfo.PieceSizes;
import io.bittern.piece.Bitfield;
import io.bittern.store.PieceStoreActor;
import io.bittern.wire.FastSet;
import io.bittern.wire.PeerMessage;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What we give the peer: which requests are answered, and with the Fast extension what becomes of the others (BEP 3, BEP 6).
 */
final class Serving {

    private static final Optional<String> FINE = Optional.empty();
    private static final int MOST_REFUSED = 5000;

    /** Refusals and the like that may wait for a peer that asks and does not read. */
    private static final int MOST_WAITING = 10_000;

    /** How often a choked peer may have each block of a piece that is allowed to it. */
    private static final int ALLOWED_TIMES = 2;

    /**
     * A choked peer may have one piece in so many: enough to begin with. Else a swarm of newcomers to a small torrent would
     * take more of its only seed past the slots than through them.
     */
    private static final int ALLOWED_ONE_IN = 100;

    private final Encounter with;
    private final PieceSizes sizes;
    private final Outgoing out;
    private final Outbox outbox;
    private final Map<Integer, Integer> allowed = new HashMap<>();
    private Bitfield ours;
    private boolean on;
    private int refused;

    Serving(Encounter with, PieceSizes sizes, Outgoing out, Outbox outbox) {
        this.with = with;
        this.sizes = sizes;
        this.out = out;
        this.outbox = outbox;
        ours = new Bitfield(sizes.count());
    }

    /** Says what we have, as the first message. */
    void start(Bitfield verified) {
        ours = verified;
        if (with.fast() && verified.isFull()) {
            out.say(PeerMessage.HaveAll.INSTANCE);
        } else if (with.fast() && verified.isEmpty()) {
            out.say(PeerMessage.HaveNone.INSTANCE);
        } else if (!verified.isEmpty()) {
            out.say(new PeerMessage.Bits(verified.toBytes()));
        }
    }

    /** We have a piece; false if that is known. */
    boolean have(int piece) {
        return ours.set(piece);
    }

    /** We have a piece no more; false if the peer never heard that we had it. */
    boolean lost(int piece) {
        return ours.clear(piece);
    }

    /** The peer has said what it begins with: who has next to nothing is given a start. */
    void met(Bitfield theirs) {
        if (!with.fast() || theirs.count() >= FastSet.SIZE) {
            return;
        }
        int most = Math.max(1, sizes.count() / ALLOWED_ONE_IN);
        for (int piece : FastSet.of(with.remote(), with.torrent(), sizes.count())) {
            if (ours.get(piece) && !theirs.get(piece) && allowed.size() < most) {
                allowed.put(piece, ALLOWED_TIMES * sizes.blocks(piece));
                out.say(new PeerMessage.AllowedFast(piece));
            }
        }
    }

    /** Whether the peer is unchoked. */
    boolean on() {
        return on;
    }

    /** Chokes or unchokes; the peer's requests are dropped with a choke, but for those of pieces that are allowed to it. */
    void serve(boolean unchoked) {
        if (unchoked == on) {
            return;
        }
        on = unchoked;
        refused = 0;
        out.say(unchoked ? PeerMessage.Unchoke.INSTANCE : PeerMessage.Choke.INSTANCE);
        if (!unchoked) {
            outbox.clear(allowed::containsKey).forEach(this::reject);
        }
    }

    /** Bytes that one request may ask for. */
    int longestRequest() {
        return outbox.longestRequest();
    }

    /** A request of a shape that there is; the answer is the fault in it. */
    Optional<String> request(PeerMessage.Request request) {
        if (out.size() > MOST_WAITING) {
            return Optional.of("asks without reading the answers");
        }
        boolean serve = ours.get(request.piece()) && (on || allowed(request.piece()));
        if ((!on && !with.fast()) || (serve && outbox.add(request))) {
            return FINE;
        }
        reject(request);
        return ++refused > MOST_REFUSED ? Optional.of("too many requests") : FINE;
    }

    void cancel(PeerMessage.Cancel cancel) {
        PeerMessage.Request request = new PeerMessage.Request(cancel.piece(), cancel.begin(), cancel.length());
        if (outbox.cancel(request)) {
            reject(request);
        }
    }

    void read(PieceStoreActor.ReadAnswer answer) {
        if (answer instanceof PieceStoreActor.Data data) {
            outbox.data(data);
        } else if (answer instanceof PieceStoreActor.NoData none) {
            outbox.noData(none).forEach(this::reject);
        }
    }

    private boolean allowed(int piece) {
        int left = allowed.getOrDefault(piece, 0);
        if (left > 0) {
            allowed.put(piece, left - 1);
        }
        return left > 0;
    }

    private void reject(PeerMessage.Request request) {
        if (with.fast()) {
            out.say(new PeerMessage.Reject(request.piece(), request.begin(), request.length()));
        }
    }
}
