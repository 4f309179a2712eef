package io.bittern.torrent;

import io.bittern.piece.Priorities;
import io.bittern.store.PieceStoreActor;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * The store of a torrent while it is open: told and heard on behalf of the {@link TorrentActor}. What becomes of pieces is
 * passed on to peers, trackers and the client from here.
 */
final class StoreCrew {

    private final TorrentCrew crew;
    private final ActorRef<PieceStoreActor.Command> store;

    StoreCrew(TorrentCrew crew, ActorRef<PieceStoreActor.Command> store) {
        this.crew = crew;
        this.store = store;
    }

    ActorRef<PieceStoreActor.Command> actor() {
        return store;
    }

    void tell(PieceStoreActor.Command command) {
        store.tell(command);
    }

    /** Carries on what the store says of pieces; its failure is left to the torrent. */
    void on(PieceStoreActor.Event event) {
        if (event instanceof PieceStoreActor.Verified verified) {
            verified(verified.piece());
        } else if (event instanceof PieceStoreActor.Held held) {
            crew.peers().download().held(held.piece(), held.attempt(), held.blocks());
        } else if (event instanceof PieceStoreActor.Rejected rejected) {
            rejected(rejected);
        } else if (event instanceof PieceStoreActor.Lied lied) {
            crew.peers().lied(lied.piece(), lied.peers());
        } else if (event instanceof PieceStoreActor.Damaged damaged) {
            crew.peers().damaged(damaged.pieces());
            crew.reportRunning();
        }
    }

    /** Other pieces are wanted. */
    void want(Priorities priorities) {
        boolean before = crew.picker().complete();
        crew.peers().want(priorities);
        completeUnless(before);
    }

    private void verified(int piece) {
        boolean before = crew.picker().complete();
        crew.peers().verified(piece);
        crew.client().tell(new TorrentActor.PieceVerified(crew.torrent(), piece));
        completeUnless(before);
    }

    private void rejected(PieceStoreActor.Rejected rejected) {
        crew.tally().waste(crew.parts().setup().metainfo().sizes().lengthOf(rejected.piece()));
        crew.client().tell(new TorrentActor.PieceRejected(crew.torrent(), rejected.piece()));
        crew.peers().rejected(rejected.piece(), rejected.attempt(), rejected.suspects());
    }

    private void completeUnless(boolean before) {
        if (crew.picker().complete() && !before) {
            crew.trackers().completed(crew.now());
            crew.peers().complete();
            crew.reportRunning();
            crew.client().tell(new TorrentActor.Completed(crew.torrent()));
        }
    }
}
