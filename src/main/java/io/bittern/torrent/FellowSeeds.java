package io.bittern.torrent;

import io.bittern.peer.PeerActor;
import io.bittern.piece.PiecePicker;
import io.bittern.torrent.Connections.Connection;

/** Those who want nothing of us: when we want nothing either, we part. */
final class FellowSeeds {

    private final Roster roster;
    private final PiecePicker picker;

    FellowSeeds(Roster roster, PiecePicker picker) {
        this.roster = roster;
        this.picker = picker;
    }

    /** A peer has more or less than it had; the picker knows. */
    void has(int peer) {
        roster.find(peer).ifPresent(connection -> {
            connection.markSeed(picker.seed(peer));
            partIfDone(connection);
        });
    }

    /** A peer says whether it wants anything. */
    void wantsNothing(int peer, boolean nothing) {
        roster.find(peer).ifPresent(connection -> {
            connection.markUploadOnly(nothing);
            partIfDone(connection);
        });
    }

    /** We want nothing any more. */
    void part() {
        roster.connections().all().forEach(this::partIfDone);
    }

    private void partIfDone(Connection<?> connection) {
        if (connection.content() && picker.complete()) {
            roster.tell(connection.number(), new PeerActor.Disconnect("both have everything", false));
        }
    }
}
