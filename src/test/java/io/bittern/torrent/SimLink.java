package io.bittern.torrent;

import io.bittern.metainfo.PieceSizes;
import io.bittern.peer.Standing;
import io.bittern.peer.TestRate;
import io.bittern.piece.Bitfield;
import io.bittern.piece.Lease;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** One end of a connection: what we ask of the other side, and what it asks of us. */
final class SimLink {

    /** A lease with the states of its blocks as bits; when both sets are empty, all has come. */
    private static final class Job {
        final Lease lease;
        long free;
        long asked;

        Job(Lease lease) {
            this.lease = lease;
            this.free = bits(lease);
        }
    }

    record Request(int piece, int block) {}

    private static final int FLOOR = 8;
    private static final int CAP = 250;
    private static final int WINDOW_SECONDS = 3;
    private static final int FAST_SECONDS = 20;
    private static final long SNUB = 60 * SimSwarm.SECOND;

    private final SimPeer self;
    private final SimPeer other;
    private SimLink far = this;
    private final ArrayDeque<Request> requests = new ArrayDeque<>();
    private final List<Job> jobs = new ArrayList<>();
    private final TestRate down = new TestRate();
    private final TestRate up = new TestRate();
    private final long since;
    private boolean serving;
    private boolean served;
    private boolean interested;
    private boolean otherInterested;
    private int waitingFor;
    private boolean sated;
    private int free;
    private int asked;
    private long rewardedAt;

    private SimLink(SimPeer self, SimPeer other, long now) {
        this.self = self;
        this.other = other;
        this.since = now;
    }

    static void connect(SimPeer one, SimPeer two) {
        SimLink here = new SimLink(one, two, one.swarm().now());
        SimLink there = new SimLink(two, one, one.swarm().now());
        here.far = there;
        there.far = here;
        one.joined(here);
        two.joined(there);
        here.greet();
        there.greet();
    }

    private void greet() {
        Bitfield has = self.verified().copy();
        tell(() -> other.download().hasAll(self.number(), has));
    }

    SimPeer other() {
        return other;
    }

    private boolean open() {
        return self.present() && other.present();
    }

    private void tell(Runnable message) {
        self.swarm().after(SimSwarm.LATENCY, () -> {
            if (open()) {
                message.run();
            }
        });
    }

    // What we ask of the other side.

    void interest(boolean now) {
        interested = now;
        sated = false;
        tell(() -> far.heardInterest(now));
        pump();
    }

    private void heardInterest(boolean now) {
        otherInterested = now;
        if (now) {
            self.nudge();
        }
    }

    /** The other side may have something for us that it had not before. */
    void changed() {
        sated = false;
        pump();
    }

    void grant(List<Lease> leases) {
        int blocks = leases.stream().mapToInt(Lease::blocks).sum();
        sated = blocks < waitingFor;
        waitingFor = 0;
        if (!served) {
            self.returned(this, leases);
            return;
        }
        leases.forEach(lease -> jobs.add(new Job(lease)));
        free += blocks;
        pump();
    }

    void revoke(Lease lease) {
        for (Iterator<Job> all = jobs.iterator(); all.hasNext(); ) {
            Job job = all.next();
            if (job.lease.piece() == lease.piece()) {
                long keep = ~bits(lease);
                for (long lost = job.asked & ~keep; lost != 0; lost &= lost - 1) {
                    far.requests.remove(new Request(lease.piece(), Long.numberOfTrailingZeros(lost)));
                }
                count(job, job.free & keep, job.asked & keep);
                if (job.free == 0 && job.asked == 0) {
                    all.remove();
                }
            }
        }
        pump();
    }

    private void heardUnchoke(boolean now) {
        served = now;
        if (now) {
            rewardedAt = self.swarm().now();
            sated = false;
            pump();
            return;
        }
        List<Lease> back = jobs.stream().map(job -> job.lease).toList();
        jobs.clear();
        free = 0;
        asked = 0;
        if (!back.isEmpty()) {
            self.returned(this, back);
        }
    }

    /** Asks the other side for blocks, and the download for more of them before they run out. */
    private void pump() {
        if (!served) {
            return;
        }
        double rate = down.perSecond(self.swarm().now());
        int window = (int) Math.max(FLOOR, Math.min(CAP, WINDOW_SECONDS * rate / PieceSizes.BLOCK));
        for (Job job : jobs) {
            while (job.free != 0 && asked < window) {
                long first = Long.lowestOneBit(job.free);
                count(job, job.free ^ first, job.asked | first);
                ask(new Request(job.lease.piece(), Long.numberOfTrailingZeros(first)));
            }
        }
        if (interested && !sated && waitingFor == 0 && free <= window / 3) {
            waitingFor = Math.max(0, window - asked + window * 2 / 3 - free);
            int wants = waitingFor;
            boolean fast = rate * FAST_SECONDS >= SimSwarm.SIZES.pieceLength();
            if (wants > 0) {
                self.soon(() -> self.download().wants(other.number(), wants, fast));
            }
        }
    }

    private void ask(Request request) {
        self.swarm().log('r', self.number(), other.number(), request.piece(), request.block());
        if (asked == 1) {
            rewardedAt = self.swarm().now();
        }
        far.asked(request);
    }

    private void count(Job job, long nowFree, long nowAsked) {
        free += Long.bitCount(nowFree) - Long.bitCount(job.free);
        asked += Long.bitCount(nowAsked) - Long.bitCount(job.asked);
        job.free = nowFree;
        job.asked = nowAsked;
    }

    private void received(Request request) {
        long now = self.swarm().now();
        down.add(PieceSizes.BLOCK, now);
        rewardedAt = now;
        boolean whole = self.store(request);
        long bit = 1L << request.block();
        for (Iterator<Job> all = jobs.iterator(); all.hasNext(); ) {
            Job job = all.next();
            if (job.lease.piece() == request.piece() && (job.asked & bit) != 0) {
                count(job, job.free, job.asked & ~bit);
                if (job.free == 0 && job.asked == 0) {
                    all.remove();
                    self.fetched(this, job.lease);
                }
                break;
            }
        }
        if (whole) {
            self.complete(request.piece());
        }
        pump();
    }

    // What the other side asks of us.

    private void asked(Request request) {
        if (serving) {
            requests.add(request);
            if (requests.size() == 1) {
                self.line(this);
            }
        }
    }

    Request next() {
        return requests.remove();
    }

    boolean waiting() {
        return !requests.isEmpty() && open();
    }

    /** A block has left; it comes when the other side's link has room for it. */
    void sent(Request request) {
        up.add(PieceSizes.BLOCK, self.swarm().now());
        self.swarm().at(other.arrival(), () -> {
            if (open()) {
                far.received(request);
            }
        });
    }

    void serve(boolean now) {
        if (now != serving) {
            serving = now;
            requests.clear();
            self.swarm().log(now ? 'u' : 'c', self.number(), other.number(), 0, 0);
            other.noteUnchoked(now);
            tell(() -> far.heardUnchoke(now));
        }
    }

    Standing standing() {
        long now = self.swarm().now();
        return new Standing(
                other.number(),
                otherInterested,
                serving,
                served && asked > 0 && now - rewardedAt >= SNUB,
                down.perSecond(now),
                up.perSecond(now),
                up.total(),
                (now - since) / SimSwarm.SECOND,
                other.verified().isFull());
    }

    private static long bits(Lease lease) {
        return ((1L << lease.blocks()) - 1) << lease.firstBlock();
    }
}
