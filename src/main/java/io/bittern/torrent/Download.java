package io.bittern.torrent;

import io.bittern.piece.Bitfield;
import io.bittern.piece.Lease;
import io.bittern.piece.PiecePicker;
import io.bittern.piece.Priorities;
import io.bittern.piece.Revocation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who fetches what: serves the peers that want leases, and keeps each told whether we are interested in it.
 *
 * <p>Pure: it speaks to the world through {@link World} only. It never learns of single blocks; what it must know of
 * them, it asks the store.
 */
final class Download {

    /* A peer that wants more than there is stays hungry and is served when blocks become free. In endgame a hungry
     * peer may share a block with another, but only once the store has said which blocks of that piece are still
     * missing: so a hungry peer first makes us ask, and is served by the answer. */

    /** All that a download may ask of the world. */
    interface World {

        void grant(int peer, List<Lease> leases);

        void revoke(int peer, Lease lease);

        void interest(int peer, boolean interested);

        void askHeld(int piece, int attempt);

        /** Whether a peer may have spoiled a piece: what it sends is not to be mixed with what others send. */
        boolean onParole(int peer);
    }

    /** How a peer is best fed. */
    enum Taste {
        /** It joins others at pieces that are begun. */
        SHARED,
        /** It gets pieces for itself. */
        WHOLE,
        /** It gets pieces that lie side by side. */
        RUNS
    }

    private record Hunger(int blocks, Taste taste) {}

    private final PiecePicker picker;
    private final World world;
    private Map<Integer, Boolean> interested = Collections.emptyMap();
    private Map<Integer, Hunger> hungry = Collections.emptyMap();
    private Set<Integer> asked = Collections.emptySet();
    private final Deadlines deadlines;

    Download(PiecePicker picker, World world) {
        this(picker, world, new Deadlines());
    }

    private Download(PiecePicker picker, World world, Deadlines deadlines) {
        this.picker = picker;
        this.world = world;
        this.deadlines = deadlines;
    }

    /** One without peers, for the same readers. */
    Download anew() {
        return new Download(picker, world, deadlines);
    }

    void joined(int peer) {
        picker.join(peer);
        if (interested.isEmpty()) {
            interested = new HashMap<>();
            hungry = new LinkedHashMap<>();
        }
        interested.put(peer, false);
    }

    void hasAll(int peer, Bitfield pieces) {
        picker.hasAll(peer, pieces);
        tellInterest(peer);
        serveHungry();
    }

    void has(int peer, List<Integer> pieces) {
        for (int piece : pieces) {
            picker.has(peer, piece);
        }
        tellInterest(peer);
        serve(peer);
    }

    void lacks(int peer, List<Integer> pieces) {
        for (int piece : pieces) {
            picker.lacks(peer, piece);
        }
        tellInterest(peer);
    }

    void wants(int peer, int blocks, boolean fast) {
        wants(peer, blocks, fast ? Taste.WHOLE : Taste.SHARED);
    }

    /** A source could fetch so many blocks; 0 if it wants none for now. */
    void wants(int peer, int blocks, Taste taste) {
        if (blocks == 0) {
            hungry.remove(peer);
        } else if (interested.containsKey(peer)) {
            hungry.put(peer, new Hunger(blocks, taste));
            serve(peer);
        }
    }

    /** A peer wants blocks of these pieces, and others only if {@code only} is not set; then a grant always answers it. */
    void wantsOf(int peer, int blocks, boolean fast, List<Integer> pieces, boolean only) {
        if (!interested.containsKey(peer)) {
            return;
        }
        List<Lease> leases = world.onParole(peer) ? List.of() : picker.grantOf(peer, blocks, pieces);
        int left = blocks - leases.stream().mapToInt(Lease::blocks).sum();
        if (only || !leases.isEmpty()) {
            world.grant(peer, leases);
        }
        if (!only && left > 0) {
            wants(peer, left, fast);
        }
    }

    void fetched(int peer, Lease lease) {
        revoke(picker.fetched(peer, lease));
        serveHungry();
    }

    /** A peer that gives leases back is still owed the answer to what it wanted. */
    void returned(int peer, List<Lease> leases) {
        picker.giveBack(peer, leases);
        askDoubtful();
    }

    void left(int peer) {
        if (interested.remove(peer) != null) {
            hungry.remove(peer);
            picker.leave(peer);
            askDoubtful();
            serveHungry();
        }
    }

    /** The store's answer to {@link World#askHeld}. */
    void held(int piece, int attempt, Bitfield blocks) {
        asked.remove(piece);
        revoke(picker.held(piece, attempt, blocks));
        askDoubtful();
        for (int peer : List.copyOf(hungry.keySet())) {
            grant(peer);
            share(peer, piece);
        }
    }

    /** A piece is verified: nobody needs to fetch it any more, and some peers have nothing left that we want. */
    void verified(int piece) {
        deadlines.arrived(piece);
        revoke(picker.verified(piece));
        tellInterest();
        serveHungry();
    }

    void rejected(int piece, int attempt) {
        revoke(picker.rejected(piece, attempt));
        serveHungry();
    }

    /** Now and then: pieces that peers call fetched, but of which the store has said nothing, are asked about. */
    void tick(long now) {
        askDoubtful();
        if (!deadlines.isEmpty()) {
            hurry(now);
        }
    }

    /** A reader waits for these pieces, in this order and for no others, and {@code by} that time at the latest. */
    void await(int reader, List<Integer> pieces, long by, long now) {
        deadlines.set(
                reader,
                pieces.stream().filter(piece -> !picker.verified().get(piece)).toList(),
                by);
        hurry(now);
        serveHungry();
    }

    private void hurry(long now) {
        picker.hurry(deadlines.inTurn(now), deadlines.late(now));
    }

    /** Other pieces are wanted, or others more. */
    void want(Priorities priorities) {
        revoke(picker.want(priorities));
        askDoubtful();
        changed();
    }

    /** What is verified or wanted has changed from outside. */
    void changed() {
        tellInterest();
        serveHungry();
    }

    private void revoke(List<Revocation> revocations) {
        revocations.forEach(one -> world.revoke(one.peer(), one.lease()));
    }

    private void askDoubtful() {
        for (int piece : picker.doubtful()) {
            asked.remove(piece);
            ask(piece);
        }
    }

    private void ask(int piece) {
        asked = asked.isEmpty() ? new HashSet<>() : asked;
        if (asked.add(piece)) {
            world.askHeld(piece, picker.attempt(piece));
        }
    }

    private void serveHungry() {
        List.copyOf(hungry.keySet()).forEach(this::serve);
    }

    /** Asking about pieces is left to this: an answer must not lead to the same question again. */
    private void serve(int peer) {
        grant(peer);
        if (hungry.containsKey(peer) && !world.onParole(peer)) {
            picker.endgameCandidates(peer).forEach(this::ask);
        }
    }

    private void grant(int peer) {
        Hunger hunger = hungry.get(peer);
        if (hunger != null) {
            feed(peer, hunger, pick(peer, hunger));
        }
    }

    private List<Lease> pick(int peer, Hunger hunger) {
        if (world.onParole(peer)) {
            return picker.grantAlone(peer);
        }
        return hunger.taste() == Taste.RUNS
                ? picker.grantRuns(peer, hunger.blocks())
                : picker.grant(peer, hunger.blocks(), hunger.taste() == Taste.WHOLE);
    }

    private void share(int peer, int piece) {
        Hunger hunger = hungry.get(peer);
        if (hunger != null
                && !world.onParole(peer)
                && picker.endgameCandidates(peer).contains(piece)) {
            feed(peer, hunger, picker.grantShared(peer, hunger.blocks()));
        }
    }

    private void feed(int peer, Hunger hunger, List<Lease> leases) {
        if (leases.isEmpty()) {
            return;
        }
        int left = hunger.blocks() - leases.stream().mapToInt(Lease::blocks).sum();
        if (left > 0) {
            hungry.put(peer, new Hunger(left, hunger.taste()));
        } else {
            hungry.remove(peer);
        }
        world.grant(peer, leases);
    }

    private void tellInterest() {
        for (int peer : new ArrayList<>(interested.keySet())) {
            tellInterest(peer);
        }
    }

    private void tellInterest(int peer) {
        boolean now = picker.interesting(peer);
        Boolean told = interested.get(peer);
        if (told != null && told != now) {
            interested.put(peer, now);
            world.interest(peer, now);
        }
    }
}
