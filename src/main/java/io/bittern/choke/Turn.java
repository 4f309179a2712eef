package io.bittern.choke;

/**
 * What kind of round of choking it is.
 *
 * @param seeding whether we want nothing more of the torrent, and peers are not judged by what they give
 * @param slots peers to serve at once, 0 for as many as the policy finds right
 */
public record Turn(Kind kind, boolean seeding, int slots) {

    /** Kinds of rounds. */
    public enum Kind {
        /** Between the regular rounds: fills free slots, chokes nobody. */
        QUICK,
        /** Slots are given anew; who was unchoked optimistically stays so. */
        REGULAR,
        /** Slots are given anew, the optimistic ones too (BEP 3: every 30 s). */
        OPTIMISTIC
    }
}
