package io.bittern.piece;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** How many peers have each piece, and the untouched pieces by priority and rarity, in random order within a rarity. */
final class Ranking {

    /* A shelf for each priority, on it a bucket for each number of peers. A piece moves between buckets by swapping
     * places, so a HAVE costs the same whatever the number of pieces. Seeds raise every piece alike and are not
     * counted; hence a peer that is counted has nothing of bucket 0.
     *
     * Looking for the rarest piece that a peer has passes over those that it lacks. That ends after PATIENCE pieces:
     * then the rarest of a random sample of what the peer has must do, found by comparing the sets 64 pieces at a time.
     */
    private static final int PATIENCE = 512;
    private static final int SAMPLE = 64;
    private static final int OUT = -1;
    private static final Shelf NOTHING = new Shelf(new Bitfield(0), List.of());

    private final int size;
    private final RandomGenerator random;
    private final Shelf[] shelves = new Shelf[Wishes.TOP + 1];
    private int[] counts = {};
    private int[] places = {};
    private byte[] priorities = {};
    private int ranked;
    private long steps;

    Ranking(int size, RandomGenerator random) {
        this.size = size;
        this.random = random;
        Arrays.fill(shelves, NOTHING);
    }

    /** How many pieces were looked at or moved so far: what its work costs. */
    long steps() {
        return steps;
    }

    boolean isEmpty() {
        return ranked == 0;
    }

    boolean contains(int piece) {
        return places.length > 0 && places[piece] != OUT;
    }

    /** One more peer has a piece. */
    void more(int piece) {
        recount(piece, 1);
    }

    /** One peer fewer has a piece. */
    void fewer(int piece) {
        recount(piece, -1);
    }

    void add(int piece, int priority) {
        allocate();
        priorities[piece] = (byte) priority;
        if (!shelves[priority].isUsed()) {
            shelves[priority] = new Shelf(new Bitfield(size), new ArrayList<>());
        }
        shelves[priority].members().set(piece);
        ranked++;
        insert(piece);
    }

    /** Takes a piece out if it is in. */
    void remove(int piece) {
        if (contains(piece)) {
            take(piece);
            shelves[priorities[piece]].members().clear(piece);
            ranked--;
        }
    }

    void clear() {
        Arrays.fill(places, OUT);
        Arrays.fill(shelves, NOTHING);
        ranked = 0;
    }

    /** Some piece of this priority that the peer has, -1 if none. */
    int random(int priority, Bitfield has) {
        Bitfield members = shelves[priority].members();
        int found = members.isEmpty() ? OUT : members.nextCommon(has, random.nextInt(size));
        return found >= 0 || members.isEmpty() ? found : members.nextCommon(has, 0);
    }

    /** The first piece of this priority that the peer has, -1 if none. */
    int first(int priority, Bitfield has) {
        Bitfield members = shelves[priority].members();
        return members.isEmpty() ? OUT : members.nextCommon(has, 0);
    }

    /** Up to {@code most} pieces of this priority that the peer has, rarest first. */
    Collection<Integer> rarest(int priority, PeerPieces peer, int most) {
        Shelf shelf = shelves[priority];
        Set<Integer> found = new LinkedHashSet<>();
        int misses = 0;
        for (int count = peer.counted() ? 1 : 0; count < shelf.buckets().size(); count++) {
            Bucket bucket = shelf.buckets().get(count);
            for (int i = 0; i < bucket.size && found.size() < most; i++) {
                steps++;
                if (peer.has(bucket.pieces[i])) {
                    found.add(bucket.pieces[i]);
                } else if (++misses > PATIENCE) {
                    sample(shelf.members(), peer.pieces(), most, found);
                    return found;
                }
            }
        }
        return found;
    }

    private void sample(Bitfield members, Bitfield has, int most, Set<Integer> found) {
        int start = random.nextInt(size);
        List<Integer> sample = new ArrayList<>();
        collect(members, has, start, size, Math.max(SAMPLE, 2 * most), sample);
        collect(members, has, 0, start, Math.max(SAMPLE, 2 * most), sample);
        sample.stream()
                .sorted(Comparator.comparingInt(piece -> counts[piece]))
                .takeWhile(piece -> found.size() < most)
                .forEach(found::add);
    }

    private void collect(Bitfield members, Bitfield has, int from, int end, int most, List<Integer> into) {
        for (int piece = members.nextCommon(has, from);
                piece >= 0 && piece < end && into.size() < most;
                piece = members.nextCommon(has, piece + 1)) {
            steps++;
            into.add(piece);
        }
    }

    private void recount(int piece, int by) {
        allocate();
        steps++;
        boolean in = contains(piece);
        if (in) {
            take(piece);
        }
        counts[piece] += by;
        if (in) {
            insert(piece);
        }
    }

    private void insert(int piece) {
        Bucket bucket = bucketOf(piece);
        int last = bucket.add(piece);
        int at = random.nextInt(bucket.size);
        int other = bucket.pieces[at];
        put(bucket, last, other);
        put(bucket, at, piece);
    }

    private void take(int piece) {
        Bucket bucket = bucketOf(piece);
        put(bucket, places[piece], bucket.pieces[--bucket.size]);
        places[piece] = OUT;
    }

    private void put(Bucket bucket, int place, int piece) {
        steps++;
        bucket.pieces[place] = piece;
        places[piece] = place;
    }

    private Bucket bucketOf(int piece) {
        List<Bucket> buckets = shelves[priorities[piece]].buckets();
        while (buckets.size() <= counts[piece]) {
            buckets.add(new Bucket());
        }
        return buckets.get(counts[piece]);
    }

    /** A torrent that is complete and alone needs no memory for its pieces. */
    private void allocate() {
        if (places.length == 0) {
            counts = new int[size];
            priorities = new byte[size];
            places = new int[size];
            Arrays.fill(places, OUT);
        }
    }

    /** Throws if a piece is not where its count says, or if a count is not that of these peers. */
    void check(Collection<PeerPieces> peers) {
        int seen = 0;
        for (int piece = 0; piece < places.length; piece++) {
            int which = piece;
            long having = peers.stream()
                    .filter(PeerPieces::counted)
                    .filter(peer -> peer.has(which))
                    .count();
            Invariant.holds(counts[piece] == having, "availability", piece);
            boolean in = contains(piece);
            Invariant.holds(!in || bucketOf(piece).pieces[places[piece]] == piece, "place", piece);
            Shelf shelf = shelves[priorities[piece]];
            Invariant.holds(in == (shelf.isUsed() && shelf.members().get(piece)), "shelf", piece);
            seen += in ? 1 : 0;
        }
        int buckets = Arrays.stream(shelves)
                .flatMap(shelf -> shelf.buckets().stream())
                .mapToInt(b -> b.size)
                .sum();
        Invariant.holds(seen == ranked && buckets == ranked, "ranked", seen);
    }

    private record Shelf(Bitfield members, List<Bucket> buckets) {
        boolean isUsed() {
            return members.size() > 0;
        }
    }

    private static final class Bucket {
        private int[] pieces = new int[8];
        private int size;

        private int add(int piece) {
            if (size == pieces.length) {
                pieces = Arrays.copyOf(pieces, 2 * size);
            }
            pieces[size] = piece;
            return size++;
        }
    }
}
