package io.bittern.choke;

import io.bittern.peer.Standing;

/** A peer as the policy remembers it: how it stands, what it has been given, and since when. */
final class Candidate {

    /** What a peer is to us. */
    enum Role {
        CHOKED,
        /** Has one of the slots, by merit or in turn. */
        REGULAR,
        /** Is unchoked to see what comes of it. */
        OPTIMISTIC
    }

    private Standing standing;
    private Role role;
    private long since;
    private long sentBefore;

    /** Somebody new, who takes his place in the queue at that time; one that is served already goes on to be. */
    Candidate(Standing standing, long since) {
        this.standing = standing;
        this.role = standing.unchoked() ? Role.REGULAR : Role.CHOKED;
        this.since = since;
        this.sentBefore = standing.sent();
    }

    /** Takes note of how it stands now. */
    void observe(Standing latest, long now) {
        standing = latest;
        if (!latest.unchoked()) {
            become(Role.CHOKED, now);
        }
    }

    void become(Role next, long now) {
        if (next != role) {
            role = next;
            since = now;
            sentBefore = standing.sent();
        }
    }

    Standing standing() {
        return standing;
    }

    boolean is(Role which) {
        return role == which;
    }

    boolean unchoked() {
        return role != Role.CHOKED;
    }

    /** When it got its role, or came. */
    long since() {
        return since;
    }

    /** Bytes that it has had since then. */
    long sentSince() {
        return standing.sent() - sentBefore;
    }
}
