package io.bittern.piece;

import java.util.Map;
import java.util.TreeMap;

/** Who has what: the peers that have joined, and by them how rare each piece is. */
final class Sources {

    private final Wishes wishes;
    private final Ranking ranking;
    private final Bitfield everything;
    private final PeerPieces nothing;
    private final Map<Integer, PeerPieces> peers = new TreeMap<>();

    Sources(int pieces, Wishes wishes, Ranking ranking) {
        this.wishes = wishes;
        this.ranking = ranking;
        this.everything = new Bitfield(pieces);
        everything.setAll();
        this.nothing = PeerPieces.nothing(pieces);
    }

    /** What a peer has, which is nothing if it has not joined. */
    PeerPieces of(int peer) {
        return peers.getOrDefault(peer, nothing);
    }

    void join(int peer) {
        peers.putIfAbsent(peer, PeerPieces.nothing(everything.size()));
    }

    void has(int peer, int piece) {
        PeerPieces has = peers.get(peer);
        if (has != null && has.add(piece, wishes.missing())) {
            ranking.more(piece);
        }
    }

    void hasAll(int peer, Bitfield all) {
        PeerPieces has = peers.get(peer);
        if (has == null || !has.counted()) {
            return;
        }
        if (all.isFull()) {
            has.pieces().forEach(ranking::fewer);
            peers.put(peer, PeerPieces.everything(everything, wishes.missing()));
        } else {
            all.forEach(piece -> has(peer, piece));
        }
    }

    void lacks(int peer, int piece) {
        PeerPieces has = peers.get(peer);
        if (has == null || !has.has(piece)) {
            return;
        }
        if (!has.counted()) {
            has = has.countable();
            has.pieces().forEach(ranking::more);
            peers.put(peer, has);
        }
        has.remove(piece, wishes.missing());
        ranking.fewer(piece);
    }

    /** False if it was not there. */
    boolean leave(int peer) {
        PeerPieces has = peers.remove(peer);
        if (has != null && has.counted()) {
            has.pieces().forEach(ranking::fewer);
        }
        return has != null;
    }

    /** Whether one of those who are fast has a piece. */
    boolean fastHas(int piece) {
        return peers.values().stream().anyMatch(peer -> peer.fast() && peer.has(piece));
    }

    /** A piece went missing, or is missing no more. */
    void missingChanged(int piece, boolean now) {
        peers.values().forEach(peer -> peer.missingChanged(piece, now));
    }

    /** What is missing is all new. */
    void recount() {
        peers.values().forEach(peer -> peer.recount(wishes.missing()));
    }

    void check() {
        ranking.check(peers.values());
        peers.forEach((peer, has) -> has.check(peer, wishes.missing()));
    }
}
