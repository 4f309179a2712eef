package io.bittern.piece;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.metainfo.PieceSizes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;

/**
 * A torrent around a picker: some peers and an honest store, each of which sends the torrent messages in order, but in
 * no order between them. Keeps its own account of who has which block leased and checks every grant against it.
 */
final class SwarmModel {

    /** What a peer has yet to fetch and what it has brought. */
    private record Job(Lease lease, BitSet left, BitSet brought) {}

    private record Block(int piece, int block) {}

    private static final class SimPeer {
        final Bitfield has;
        final List<Job> jobs = new ArrayList<>();
        final Queue<Runnable> toTorrent = new ArrayDeque<>();

        SimPeer(Bitfield has) {
            this.has = has;
        }
    }

    final PieceSizes sizes;
    final RandomGenerator random;
    final PiecePicker picker;
    final Bitfield stored;
    final Map<Integer, Bitfield> held = new TreeMap<>();
    final Map<Integer, Integer> attempts = new HashMap<>();
    private final Queue<Runnable> toStore = new ArrayDeque<>();
    private final Queue<Runnable> toTorrent = new ArrayDeque<>();
    private final Map<Integer, SimPeer> peers = new TreeMap<>();
    private final Map<Block, Set<Integer>> leased = new HashMap<>();
    private final Set<Block> doubted = new HashSet<>();
    private final Set<Block> asked = new HashSet<>();
    private final BitSet wanted = new BitSet();
    private int nextPeer;
    int duplicates;
    int rejectionsLeft;

    SwarmModel(PieceSizes sizes, RandomGenerator random) {
        this.sizes = sizes;
        this.random = random;
        this.picker = new PiecePicker(sizes, random);
        this.stored = new Bitfield(sizes.count());
        wanted.set(0, sizes.count());
        picker.open(stored.copy(), Map.of());
    }

    void join(boolean seed) {
        Bitfield has = new Bitfield(sizes.count());
        random.ints(sizes.count() / 2 + 1, 0, sizes.count()).forEach(has::set);
        if (seed) {
            has.setAll();
        }
        int peer = nextPeer++;
        peers.put(peer, new SimPeer(has));
        picker.join(peer);
        picker.hasAll(peer, has.copy());
    }

    void have() {
        somePeer((peer, sim) -> {
            int piece = random.nextInt(sizes.count());
            sim.has.set(piece);
            picker.has(peer, piece);
        });
    }

    void leave() {
        somePeer((peer, sim) -> {
            sim.toTorrent.forEach(Runnable::run);
            peers.remove(peer);
            Set<Block> had = new HashSet<>();
            picker.leave(peer).forEach(lease -> had.addAll(blocksOf(lease)));
            assertThat(had).isEqualTo(leasedTo(peer));
            leasedTo(peer).forEach(block -> release(peer, block));
            ask();
        });
    }

    void wants() {
        somePeer((peer, sim) -> {
            int blocks = 1 + random.nextInt(10);
            boolean fast = random.nextBoolean();
            picker.inOrder(random.nextInt(4) == 0);
            boolean runs = fast && random.nextInt(3) == 0;
            List<Lease> leases = runs ? picker.grantRuns(peer, blocks) : picker.grant(peer, blocks, fast);
            assertThat(Picture.blocks(leases)).isLessThanOrEqualTo(fast ? 2 * blocks : blocks);
            leases.forEach(lease -> assertFree(lease));
            take(peer, sim, leases);
        });
    }

    void endgame() {
        somePeer((peer, sim) -> {
            for (int piece : picker.endgameCandidates(peer)) {
                assertThat(leasedTo(peer)).isEmpty();
                askHeld(piece);
            }
        });
    }

    void wantsShared() {
        somePeer((peer, sim) -> {
            boolean idle = leasedTo(peer).isEmpty();
            List<Lease> leases = picker.grantShared(peer, 1 + random.nextInt(4));
            assertThat(leases.isEmpty() || (idle && picker.grant(peer, 1, false).isEmpty()))
                    .isTrue();
            leases.forEach(lease -> assertThat(leased.get(new Block(lease.piece(), lease.firstBlock())))
                    .hasSizeBetween(1, 2));
            take(peer, sim, leases);
        });
    }

    /** A peer brings a block: the store has it before anybody hears of it. */
    void bring() {
        somePeer((peer, sim) -> {
            if (sim.jobs.isEmpty()) {
                return;
            }
            Job job = sim.jobs.get(random.nextInt(sim.jobs.size()));
            int block = job.left().nextSetBit(0);
            job.left().clear(block);
            job.brought().set(block);
            store(job.lease().piece(), job.lease().attempt(), block);
            if (job.left().isEmpty()) {
                finish(peer, sim, job);
            }
        });
    }

    /** A peer is choked or fell silent; some of what it was asked for may come all the same. */
    void giveBack(boolean late) {
        somePeer((peer, sim) -> {
            List<Lease> back = new ArrayList<>();
            for (Job job : List.copyOf(sim.jobs)) {
                back.addAll(runs(job.lease(), job.left()));
                BitSet left = (BitSet) job.left().clone();
                finish(peer, sim, job);
                if (late && random.nextBoolean()) {
                    store(job.lease().piece(), job.lease().attempt(), left.nextSetBit(0));
                }
            }
            sim.toTorrent.add(() -> {
                picker.giveBack(peer, back);
                back.removeIf(lease -> lease.attempt() != picker.attempt(lease.piece()));
                back.forEach(lease -> blocksOf(lease).forEach(block -> release(peer, block)));
                ask();
            });
        });
    }

    void prioritise() {
        int piece = random.nextInt(sizes.count());
        int priority = random.nextInt(8);
        wanted.set(piece, priority > 0);
        revoke(picker.setPriority(piece, priority));
        ask();
    }

    void wantAll() {
        wanted.set(0, sizes.count());
        revoke(picker.want(Priorities.only(wanted, sizes.count())));
    }

    void damage() {
        Bitfield damaged = new Bitfield(sizes.count());
        int piece = random.nextInt(sizes.count());
        if (stored.clear(piece)) {
            damaged.set(piece);
            toTorrent.add(() -> picker.damaged(damaged));
        }
    }

    void recheck() {
        Bitfield verified = stored.copy();
        Map<Integer, Bitfield> copy = new TreeMap<>();
        held.forEach((piece, blocks) -> copy.put(piece, blocks.copy()));
        toTorrent.add(() -> {
            revoke(picker.open(verified, copy));
            doubted.clear();
            asked.clear();
            assertThat(leased).isEmpty();
        });
    }

    /** Lets the store, or the torrent, take the next message of one who has sent one. */
    void deliver() {
        List<Queue<Runnable>> queues = new ArrayList<>(List.of(toStore, toTorrent));
        peers.values().forEach(sim -> queues.add(sim.toTorrent));
        queues.removeIf(Queue::isEmpty);
        if (!queues.isEmpty()) {
            queues.get(random.nextInt(queues.size())).remove().run();
        }
    }

    void deliverAll() {
        while (!toStore.isEmpty()
                || !toTorrent.isEmpty()
                || peers.values().stream().anyMatch(s -> !s.toTorrent.isEmpty())) {
            deliver();
            check();
        }
    }

    void check() {
        picker.checkInvariants();
    }

    void ask() {
        for (int piece : picker.doubtful()) {
            doubted.stream().filter(block -> block.piece() == piece).forEach(asked::add);
            askHeld(piece);
        }
    }

    private void askHeld(int piece) {
        int attempt = picker.attempt(piece);
        toStore.add(() -> {
            Bitfield blocks = heldOf(piece).copy();
            toTorrent.add(() -> answer(piece, attempt, blocks));
        });
    }

    private void answer(int piece, int attempt, Bitfield blocks) {
        revoke(picker.held(piece, attempt, blocks));
        if (attempt == picker.attempt(piece)) {
            doubted.removeIf(block -> block.piece() == piece && (asked.contains(block) || blocks.get(block.block())));
            asked.removeIf(block -> block.piece() == piece);
        }
        ask();
    }

    private void store(int piece, int attempt, int block) {
        if (stored.get(piece) || attempt != attempts.getOrDefault(piece, 0)) {
            duplicates++;
        } else if (!heldOf(piece).set(block)) {
            duplicates++;
        } else if (heldOf(piece).isFull()) {
            verdict(piece, attempt);
        }
    }

    private void verdict(int piece, int attempt) {
        held.remove(piece);
        if (rejectionsLeft > 0 && random.nextInt(4) == 0) {
            rejectionsLeft--;
            attempts.put(piece, attempt + 1);
            toTorrent.add(() -> {
                revoke(picker.rejected(piece, attempt));
                forget(piece);
            });
        } else {
            stored.set(piece);
            toTorrent.add(() -> {
                revoke(picker.verified(piece));
                forget(piece);
            });
        }
    }

    private void forget(int piece) {
        doubted.removeIf(block -> block.piece() == piece);
        asked.removeIf(block -> block.piece() == piece);
        assertThat(leased.keySet()).noneMatch(block -> block.piece() == piece);
    }

    private void assertFree(Lease lease) {
        for (Block block : blocksOf(lease)) {
            assertThat(leased).doesNotContainKey(block);
            assertThat(doubted).doesNotContain(block);
        }
    }

    private void take(int peer, SimPeer sim, List<Lease> leases) {
        for (Lease lease : leases) {
            assertThat(sim.has.get(lease.piece())).isTrue();
            assertThat(wanted.get(lease.piece())).isTrue();
            assertThat(picker.verified().get(lease.piece())).isFalse();
            assertThat(lease.attempt()).isEqualTo(picker.attempt(lease.piece()));
            assertThat(lease.endBlock()).isLessThanOrEqualTo(sizes.blocks(lease.piece()));
            BitSet left = new BitSet();
            left.set(lease.firstBlock(), lease.endBlock());
            sim.jobs.add(new Job(lease, left, new BitSet()));
            blocksOf(lease)
                    .forEach(block -> assertThat(leased.computeIfAbsent(block, b -> new HashSet<>())
                                    .add(peer))
                            .isTrue());
        }
    }

    private void finish(int peer, SimPeer sim, Job job) {
        sim.jobs.remove(job);
        List<Lease> brought = runs(job.lease(), job.brought());
        sim.toTorrent.add(() -> brought.forEach(lease -> fetched(peer, lease)));
    }

    private void fetched(int peer, Lease lease) {
        revoke(picker.fetched(peer, lease));
        if (lease.attempt() == picker.attempt(lease.piece())) {
            blocksOf(lease).forEach(block -> {
                Set<Integer> holders = leased.getOrDefault(block, new HashSet<>());
                holders.remove(peer);
                leased.remove(block, Set.of());
            });
        }
    }

    private void revoke(List<Revocation> revocations) {
        for (Revocation revocation : revocations) {
            int peer = revocation.peer();
            for (Block block : blocksOf(revocation.lease())) {
                Set<Integer> holders = leased.getOrDefault(block, new HashSet<>());
                assertThat(holders).contains(peer);
                holders.remove(peer);
                leased.remove(block, Set.of());
            }
            revokeAt(peer, revocation.lease());
        }
    }

    private void revokeAt(int peer, Lease lease) {
        SimPeer sim = peers.get(peer);
        if (sim == null) {
            return;
        }
        for (Job job : List.copyOf(sim.jobs)) {
            if (job.lease().piece() == lease.piece() && job.lease().attempt() == lease.attempt()) {
                job.left().clear(lease.firstBlock(), lease.endBlock());
                if (job.left().isEmpty()) {
                    finish(peer, sim, job);
                }
            }
        }
    }

    private void release(int peer, Block block) {
        Set<Integer> holders = leased.get(block);
        if (holders != null && holders.remove(peer) && holders.isEmpty()) {
            leased.remove(block);
            doubted.add(block);
        }
    }

    private Set<Block> leasedTo(int peer) {
        Set<Block> blocks = new HashSet<>();
        leased.forEach((block, holders) -> {
            if (holders.contains(peer)) {
                blocks.add(block);
            }
        });
        return blocks;
    }

    private Bitfield heldOf(int piece) {
        return held.computeIfAbsent(piece, p -> new Bitfield(sizes.blocks(p)));
    }

    private static List<Block> blocksOf(Lease lease) {
        List<Block> blocks = new ArrayList<>();
        for (int block = lease.firstBlock(); block < lease.endBlock(); block++) {
            blocks.add(new Block(lease.piece(), block));
        }
        return blocks;
    }

    private static List<Lease> runs(Lease lease, BitSet blocks) {
        List<Lease> runs = new ArrayList<>();
        for (int from = blocks.nextSetBit(0); from >= 0; ) {
            int end = blocks.nextClearBit(from);
            runs.add(new Lease(lease.piece(), lease.attempt(), from, end - from));
            from = blocks.nextSetBit(end);
        }
        return runs;
    }

    private void somePeer(BiConsumer<Integer, SimPeer> action) {
        if (!peers.isEmpty()) {
            int peer = List.copyOf(peers.keySet()).get(random.nextInt(peers.size()));
            action.accept(peer, Objects.requireNonNull(peers.get(peer)));
        }
    }
}
