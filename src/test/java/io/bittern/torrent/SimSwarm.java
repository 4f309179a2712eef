package io.bittern.torrent;

import io.bittern.choke.Turn;
import io.bittern.metainfo.PieceSizes;
import io.bittern.peer.Standing;
import io.bittern.piece.Bitfield;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * A swarm in virtual time, without an actor: real pickers, downloads and choke policies around links that pass one block
 * after another.
 *
 * <p>One seed has everything at first. Peers that upload stay a while after they have it all, free riders go at once.
 * Everything that happens follows from the seed of the random numbers: the same seed is the same run.
 */
final class SimSwarm {

    /** Who is unchoked: the real policy, or another in its place. */
    @FunctionalInterface
    interface Choker {
        Set<Integer> choose(List<Standing> standings, Turn turn, long now);
    }

    /** Makes the choker of a peer. */
    @FunctionalInterface
    interface Chokers {
        Choker choker(PieceSizes sizes, RandomGenerator random);
    }

    private record Event(long time, long number, Runnable what) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(time, other.time);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    static final long SECOND = 1_000_000_000L;
    static final long LATENCY = SECOND / 20;
    static final PieceSizes SIZES = new PieceSizes(160L * 8 * PieceSizes.BLOCK, 8 * PieceSizes.BLOCK);

    /** Links are of so many speeds; each has some uploaders and one free rider. */
    static final int LINKS = 10;

    private static final int UPLOADERS = 5;
    private static final double SLOWEST = 24 << 10;
    private static final double SPREAD = 1.3;
    private static final double SEED_UPLOAD = 512 << 10;
    private static final long STAY = 60 * SECOND;
    private static final long HOURS = 4 * 3600 * SECOND;

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final SplittableRandom random;
    private final List<SimPeer> peers = new ArrayList<>();
    private final int[] copies = new int[SIZES.count()];
    private int piecesOut;
    private long now;
    private long number;
    private long digest = 0xcbf29ce484222325L;
    private long seedSentForCopy;
    private List<double[]> young = List.of();
    private int working;

    private SimSwarm(long seed, Chokers chokers) {
        random = new SplittableRandom(seed);
        add(chokers, SEED_UPLOAD, false, true);
        for (int link = 0; link < LINKS; link++) {
            for (int i = 0; i <= UPLOADERS; i++) {
                add(chokers, SLOWEST * Math.pow(SPREAD, link), i == UPLOADERS, false);
            }
        }
        working = peers.size() - 1;
        enter(peers.get(0));
        for (SimPeer peer : peers.subList(1, peers.size())) {
            at(random.nextLong(10 * SECOND), () -> enter(peer));
        }
    }

    /** Runs a swarm until everybody has everything. */
    static SimResult run(long seed, Chokers chokers) {
        SimSwarm swarm = new SimSwarm(seed, chokers);
        while (swarm.working > 0) {
            Event next = swarm.events.remove();
            swarm.now = next.time();
            if (swarm.now > HOURS) {
                throw new AssertionError("seed " + seed + ": the swarm hangs");
            }
            next.what().run();
        }
        return new SimResult(
                seed,
                swarm.peers,
                (double) swarm.seedSentForCopy / SIZES.length(),
                swarm.young,
                swarm.digest,
                swarm.number);
    }

    private void add(Chokers chokers, double upload, boolean rider, boolean seed) {
        Choker choker = rider ? (standings, turn, time) -> Set.of() : chokers.choker(SIZES, random.split());
        peers.add(new SimPeer(this, peers.size(), upload, rider, seed, choker, random.split()));
    }

    /** Somebody comes and is connected to all who are there. */
    private void enter(SimPeer peer) {
        List<SimPeer> others = new ArrayList<>(peers);
        others.removeIf(other -> !other.present());
        peer.enter();
        others.forEach(other -> SimLink.connect(peer, other));
    }

    long now() {
        return now;
    }

    void after(long delay, Runnable what) {
        at(now + delay, what);
    }

    void at(long time, Runnable what) {
        events.add(new Event(time, number++, what));
    }

    /** Writes an event into the log, of which only the digest is kept (FNV-1a). */
    void log(char what, int peer, int other, int piece, int block) {
        mix(now);
        mix(((long) what << 48) | ((long) peer << 32) | other);
        mix(((long) piece << 32) | block);
    }

    private void mix(long value) {
        digest = (digest ^ value) * 0x100000001b3L;
        digest ^= digest >>> 29;
    }

    /** A peer has verified a piece. */
    void verified(SimPeer peer, int piece) {
        if (copies[piece]++ == 0 && ++piecesOut == copies.length) {
            seedSentForCopy = peers.get(0).sent();
        }
        if (peer.verified().isFull()) {
            if (young.isEmpty()) {
                young = peers.stream()
                        .skip(1)
                        .map(one -> new double[] {one.sent(), one.received()})
                        .toList();
            }
            working--;
            after(peer.rider() ? 0 : STAY, peer::leave);
        }
    }

    static Bitfield all() {
        Bitfield all = new Bitfield(SIZES.count());
        all.setAll();
        return all;
    }
}
