package io.bittern.torrent;

import io.bittern.store.PieceStoreActor;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;

/**
 * What follows when pieces fail: who was proven to lie is banned, and who may have lied is on {@link Parole} until it is
 * known who did.
 */
final class SmartBan {

    private final Parole parole = new Parole();
    private final IntFunction<Object> party;
    private final IntConsumer ban;

    /**
     * @param party what a peer is known by
     * @param ban hears of each peer that was proven to lie
     */
    SmartBan(IntFunction<Object> party, IntConsumer ban) {
        this.party = party;
        this.ban = ban;
    }

    /** A peer that alone brought a bad piece has lied; of several each is a suspect until it is known who it was. */
    void failed(int piece, Set<Integer> suspects) {
        if (suspects.size() == 1 && !suspects.contains(PieceStoreActor.NOBODY)) {
            suspects.forEach(ban::accept);
        } else {
            parole.failed(piece, suspects.stream().map(party::apply).toList());
        }
    }

    /** These peers spoiled the failed copies of a piece, and nobody else did. */
    void lied(int piece, Set<Integer> liars) {
        parole.explained(piece);
        liars.forEach(ban::accept);
    }

    void passed(int piece) {
        parole.passed(piece);
    }

    boolean onParole(int peer) {
        return parole.holds(party.apply(peer));
    }
}
