package io.bittern.piece;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** How far an attempt at one piece is: each of its blocks is free, leased, held or in doubt. */
final class PieceProgress {

    /** How many peers may have a block leased at once, in endgame. */
    static final int MOST_HOLDERS = 3;

    /* One byte a block, so that the states exclude each other: a positive number says how many peers have it leased.
     * A block in doubt is first DOUBTED; once the store has been asked it is ASKED, and only the answer to that
     * question may free it: an older answer may not know of a block that was written since. */
    private static final byte ASKED = -3;
    private static final byte DOUBTED = -2;
    private static final byte HELD = -1;
    private static final byte FREE = 0;
    private static final byte LEASED = 1;

    private final int piece;
    private final int attempt;
    private final long begunAt;
    private final byte[] state;
    private final int[] tally = new int[5];
    private final Map<Integer, Bitfield> leased = new TreeMap<>();
    private int firstFree;
    private boolean confirming;
    private boolean begunByOne;
    private int beginner;

    PieceProgress(int piece, int attempt, int blocks, long begunAt) {
        this.piece = piece;
        this.attempt = attempt;
        this.begunAt = begunAt;
        this.state = new byte[blocks];
        tally[slot(FREE)] = blocks;
    }

    int piece() {
        return piece;
    }

    /** When it was begun, in the order of pieces. */
    long begunAt() {
        return begunAt;
    }

    int blocks() {
        return state.length;
    }

    int free() {
        return tally[slot(FREE)];
    }

    boolean holds(int block) {
        return state[block] == HELD;
    }

    int heldBlocks() {
        return tally[slot(HELD)];
    }

    /** Whether nothing is known of any block. */
    boolean blank() {
        return free() == state.length;
    }

    /** Whether nobody else than this peer has blocks of it leased. */
    boolean exclusiveTo(int peer) {
        return leased.isEmpty() || (leased.size() == 1 && leased.containsKey(peer));
    }

    /** Whether no block of this attempt is of anybody else than this peer, as far as leases tell. */
    boolean onlyFrom(int peer) {
        return blank() || (begunByOne && beginner == peer);
    }

    boolean leasedTo(int peer) {
        return leased.containsKey(peer);
    }

    /** Leases free blocks to a peer, the first ones first. */
    List<Lease> lease(int peer, int most) {
        List<Lease> leases = new ArrayList<>();
        int left = most;
        int from = firstFree;
        while (left > 0 && from < state.length) {
            if (state[from] != FREE) {
                from++;
                continue;
            }
            int end = from;
            while (end < state.length && state[end] == FREE && end - from < left) {
                leaseOne(peer, end++);
            }
            leases.add(new Lease(piece, attempt, from, end - from));
            left -= end - from;
            from = end;
        }
        firstFree = from;
        return leases;
    }

    /** Who has blocks of it leased. */
    Set<Integer> holders() {
        return leased.keySet();
    }

    /** Adds how many blocks each peer has leased that nobody else has. */
    void countAlone(Map<Integer, Integer> counts) {
        leased.forEach((peer, blocks) ->
                blocks.forEach(block -> counts.merge(peer, state[block] == LEASED ? 1 : 0, Integer::sum)));
    }

    /** Whether a peer may be given a block that others have leased. */
    boolean shareable(int peer) {
        return IntStream.range(0, state.length).anyMatch(block -> shareable(peer, block, MOST_HOLDERS - 1));
    }

    /**
     * Leases blocks that at most {@code holders} others have, one by one from the last, which its holder comes to last.
     */
    List<Lease> share(int peer, int holders, int most) {
        return share(peer, most, block -> state[block] <= holders);
    }

    /** Leases blocks that one other has, in the same order, and counts them off what that one can spare. */
    List<Lease> share(int peer, Map<Integer, Integer> spare, int most) {
        return share(peer, most, block -> state[block] == LEASED && spares(spare, block));
    }

    private List<Lease> share(int peer, int most, IntPredicate fit) {
        List<Lease> leases = new ArrayList<>();
        for (int block = state.length - 1; block >= 0 && leases.size() < most; block--) {
            if (shareable(peer, block, MOST_HOLDERS - 1) && fit.test(block)) {
                leaseOne(peer, block);
                leases.add(new Lease(piece, attempt, block, 1));
            }
        }
        return leases;
    }

    private boolean spares(Map<Integer, Integer> spare, int block) {
        return leased.entrySet().stream()
                .filter(one -> one.getValue().get(block))
                .allMatch(one -> spare.merge(one.getKey(), -1, Integer::sum) >= 0);
    }

    /** A peer says that the blocks it had leased are with the store; returns who need not fetch them any more. */
    List<Revocation> fetched(int peer, int from, int end) {
        Bitfield blocks = heldBy(peer, from, end);
        List<Revocation> ended = end(blocks);
        blocks.forEach(block -> set(block, HELD));
        ended.removeIf(revocation -> revocation.peer() == peer);
        return ended;
    }

    /** A peer will not fetch these blocks. */
    void giveBack(int peer, int from, int end) {
        Bitfield mine = leased.get(peer);
        if (mine == null) {
            return;
        }
        heldBy(peer, from, end).forEach(block -> {
            mine.clear(block);
            set(block, state[block] == LEASED ? DOUBTED : (byte) (state[block] - 1));
        });
        if (mine.isEmpty()) {
            leased.remove(peer);
        }
    }

    /** A peer is gone; returns what it had leased. */
    List<Lease> leave(int peer) {
        List<Lease> leases = runs(leased.getOrDefault(peer, new Bitfield(state.length)));
        giveBack(peer, 0, state.length);
        return leases;
    }

    /** Takes every lease back: the blocks are in doubt. */
    List<Revocation> revokeAll() {
        Bitfield all = new Bitfield(state.length);
        all.setAll();
        for (int block = 0; block < state.length; block++) {
            if (state[block] >= LEASED) {
                set(block, DOUBTED);
            }
        }
        return end(all);
    }

    /** Whether there is something to ask the store that it has not been asked yet. */
    boolean askable() {
        boolean doubts = tally[slot(DOUBTED)] > 0;
        boolean done = tally[slot(HELD)] == state.length;
        return tally[slot(ASKED)] == 0 && !confirming && (doubts || done);
    }

    /** The store is being asked now. */
    void ask() {
        confirming = tally[slot(HELD)] == state.length;
        IntStream.range(0, state.length)
                .filter(block -> state[block] == DOUBTED)
                .forEach(block -> set(block, ASKED));
    }

    /** The store's answer: these blocks are held; returns who need not fetch them any more. */
    List<Revocation> answer(Bitfield blocks) {
        List<Revocation> ended = end(blocks);
        for (int block = 0; block < state.length; block++) {
            if (blocks.get(block)) {
                set(block, HELD);
            } else if (state[block] == ASKED || (confirming && state[block] == HELD)) {
                set(block, FREE);
            }
        }
        confirming &= blocks.isFull();
        return ended;
    }

    private void leaseOne(int peer, int block) {
        begunByOne = onlyFrom(peer);
        beginner = peer;
        leased.computeIfAbsent(peer, p -> new Bitfield(state.length)).set(block);
        set(block, (byte) (Math.max(state[block], FREE) + 1));
    }

    private boolean shareable(int peer, int block, int holders) {
        Bitfield mine = leased.get(peer);
        return state[block] >= LEASED && state[block] <= holders && (mine == null || !mine.get(block));
    }

    private Bitfield heldBy(int peer, int from, int end) {
        Bitfield blocks = new Bitfield(state.length);
        Bitfield mine = leased.getOrDefault(peer, new Bitfield(state.length));
        for (int block = mine.nextSet(from); block >= 0 && block < end; block = mine.nextSet(block + 1)) {
            blocks.set(block);
        }
        return blocks;
    }

    private List<Revocation> end(Bitfield blocks) {
        List<Revocation> ended = new ArrayList<>();
        leased.forEach((peer, theirs) -> {
            Bitfield over = theirs.copy();
            over.retainAll(blocks);
            theirs.removeAll(over);
            runs(over).forEach(lease -> ended.add(new Revocation(peer, lease)));
        });
        leased.values().removeIf(Bitfield::isEmpty);
        return ended;
    }

    private List<Lease> runs(Bitfield blocks) {
        List<Lease> runs = new ArrayList<>();
        for (int from = blocks.nextSet(0); from >= 0; ) {
            int clear = blocks.nextClear(from);
            int end = clear < 0 ? state.length : clear;
            runs.add(new Lease(piece, attempt, from, end - from));
            from = blocks.nextSet(end);
        }
        return runs;
    }

    private void set(int block, byte next) {
        tally[slot(state[block])]--;
        state[block] = next;
        tally[slot(next)]++;
        firstFree = next == FREE ? Math.min(firstFree, block) : firstFree;
    }

    private static int slot(byte state) {
        return Math.min(state, LEASED) - ASKED;
    }

    /** Throws if the counts are not those of the blocks. */
    void check() {
        int[] holders = new int[state.length];
        leased.values().forEach(theirs -> theirs.forEach(block -> holders[block]++));
        int[] counted = new int[tally.length];
        for (int block = 0; block < state.length; block++) {
            counted[slot(state[block])]++;
            Invariant.holds(holders[block] == Math.max(state[block], FREE), "holders", piece + "/" + block);
            Invariant.holds(holders[block] <= MOST_HOLDERS, "too many holders", piece + "/" + block);
            Invariant.holds(state[block] != FREE || block >= firstFree, "first free", piece + "/" + block);
        }
        Invariant.holds(Arrays.equals(counted, tally), "tally", piece);
        Invariant.holds(leased.values().stream().noneMatch(Bitfield::isEmpty), "empty lease", piece);
    }
}
