package io.bittern.torrent;

import io.bittern.choke.Turn;
import io.bittern.metainfo.PieceSizes;
import io.bittern.net.Bytes;
import io.bittern.peer.Standing;
import io.bittern.piece.Bitfield;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * A swarm in virtual time, without an actor: real sessions, pickers, downloads and choke policies around lines that pass
 * one block after another.
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

    /**
     * What a peer is like.
     *
     * @param upload what its line can carry, in bytes/s
     * @param rider whether it never unchokes anybody
     * @param seed whether it has everything from the beginning
     * @param superSeed whether it shows that piece by piece
     */
    record Kind(double upload, boolean rider, boolean seed, boolean superSeed) {}

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

    /** Lines are of so many speeds; each has some uploaders and one free rider. */
    private static final int SPEEDS = 10;

    private static final int UPLOADERS = 5;
    private static final double SLOWEST = 12 << 10;
    private static final double SPREAD = 1.3;
    private static final double SEED_UPLOAD = 256 << 10;
    private static final long STAY = 60 * SECOND;
    private static final long HOURS = 4 * 3600 * SECOND;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final ArrayDeque<Runnable> soon = new ArrayDeque<>();
    private final SplittableRandom random;
    private final List<SimPeer> peers = new ArrayList<>();
    private final Spread spread = new Spread();
    private final Spread usefulSpread = new Spread();
    private long now;
    private long number;
    private long digest = 0xcbf29ce484222325L;
    private List<SimResult.Trade> young = List.of();
    private int working;

    private SimSwarm(long seed, Chokers chokers, boolean superSeed) {
        random = new SplittableRandom(seed);
        add(new Kind(SEED_UPLOAD, false, true, superSeed), chokers);
        for (int speed = 0; speed < SPEEDS; speed++) {
            for (int i = 0; i <= UPLOADERS; i++) {
                add(new Kind(SLOWEST * Math.pow(SPREAD, speed), i == UPLOADERS, false, false), chokers);
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
        SimSwarm swarm = new SimSwarm(seed, chokers, false);
        swarm.playUntil(() -> swarm.working == 0);
        return swarm.result(seed);
    }

    /** Runs a swarm whose first seed shows its pieces one by one, until the others have a full copy among them. */
    static SimResult superSeeded(long seed, Chokers chokers) {
        SimSwarm swarm = new SimSwarm(seed, chokers, true);
        swarm.playUntil(() -> swarm.spread.full());
        return swarm.result(seed);
    }

    private void playUntil(BooleanSupplier end) {
        while (!end.getAsBoolean()) {
            Event next = events.remove();
            now = next.time();
            if (now > HOURS) {
                throw new AssertionError("the swarm hangs");
            }
            next.what().run();
            for (Runnable what = soon.poll(); what != null; what = soon.poll()) {
                what.run();
            }
        }
    }

    private SimResult result(long seed) {
        return new SimResult(seed, peers, spread.copies(), usefulSpread.copies(), young, digest, number);
    }

    private void add(Kind kind, Chokers chokers) {
        Choker choker = kind.rider() ? (standings, turn, time) -> Set.of() : chokers.choker(SIZES, random.split());
        peers.add(new SimPeer(this, peers.size(), kind, choker, random.split()));
    }

    /** Somebody comes and is connected to all who are there. */
    private void enter(SimPeer peer) {
        List<SimPeer> others = new ArrayList<>(peers);
        others.removeIf(other -> !other.present());
        peer.enter();
        others.forEach(other -> SimLink.connect(this, peer, other));
    }

    SimPeer peer(int which) {
        return peers.get(which);
    }

    long now() {
        return now;
    }

    /** Does something at this time, but not within what is being done. */
    void soon(Runnable what) {
        soon.add(what);
    }

    void after(long delay, Runnable what) {
        at(now + delay, what);
    }

    void at(long time, Runnable what) {
        events.add(new Event(time, number++, what));
    }

    /** Writes what a peer says to another into the log, of which only a digest is kept (FNV-1a, a word at a time). */
    void log(int from, int to, Bytes said) {
        mix(now);
        mix((long) from << 32 | to);
        for (int i = said.offset(); i < said.offset() + said.length(); i++) {
            mix(said.array()[i]);
        }
    }

    private void mix(long value) {
        digest = (digest ^ value) * FNV_PRIME;
        digest ^= digest >>> 29;
    }

    /** A peer has verified a piece. */
    void verified(SimPeer peer, int piece) {
        spread.add(piece);
        if (!peer.rider()) {
            usefulSpread.add(piece);
        }
        if (peer.verified().isFull()) {
            if (young.isEmpty()) {
                young = peers.subList(1, peers.size()).stream()
                        .map(one -> new SimResult.Trade(one.line().sent(), one.received()))
                        .toList();
            }
            working--;
            after(peer.rider() ? 0 : STAY, peer::leave);
        }
    }

    /** Which pieces have come to somebody of some peers, and how much the seed had sent when all had. */
    private final class Spread {
        private final Bitfield pieces = new Bitfield(SIZES.count());
        private long sent;

        void add(int piece) {
            if (pieces.set(piece) && pieces.isFull()) {
                sent = peers.get(0).line().sent();
            }
        }

        boolean full() {
            return pieces.isFull();
        }

        double copies() {
            return (double) sent / SIZES.length();
        }
    }

    static Bitfield all() {
        Bitfield all = new Bitfield(SIZES.count());
        all.setAll();
        return all;
    }
}
