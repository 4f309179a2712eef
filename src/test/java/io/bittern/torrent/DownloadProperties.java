package io.bittern.torrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.Forall;
import io.bittern.metainfo.PieceSizes;
import io.bittern.piece.Bitfield;
import io.bittern.piece.Lease;
import io.bittern.piece.PiecePicker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class DownloadProperties {

    @Test
    void finishesInWhateverOrderMessagesComeAndLeasesNothingTwiceBeforeTheEndgame() {
        Forall.seeds(400, random -> {
            Model model = new Model(random);
            for (int step = 0; step < 300; step++) {
                model.churn();
            }
            model.finish();
        });
    }

    /**
     * Some peers and an honest store around a download. Each peer's messages come in order, and so do the store's, but
     * between them there is no order. A peer asks for more only when it has had all that it asked for before.
     */
    private static final class Model implements Download.World {

        private record Block(int piece, int block) {}

        private static final class Peer {
            final Bitfield has;
            final int window;
            final boolean onParole;
            final List<Lease> jobs = new ArrayList<>();
            final Queue<Runnable> inbox = new ArrayDeque<>();
            final Queue<Runnable> outbox = new ArrayDeque<>();
            boolean interested;
            int owed;

            Peer(Bitfield has, int window, boolean onParole) {
                this.has = has;
                this.window = window;
                this.onParole = onParole;
            }
        }

        private final RandomGenerator random;
        private final PieceSizes sizes;
        private final PiecePicker picker;
        private final Download download;
        private final Map<Integer, Peer> peers = new TreeMap<>();
        private final Queue<Runnable> toStore = new ArrayDeque<>();
        private final Queue<Runnable> fromStore = new ArrayDeque<>();
        private final Map<Integer, Bitfield> held = new HashMap<>();
        private final Map<Integer, Integer> attempts = new HashMap<>();
        private final Map<Block, Set<Integer>> leased = new HashMap<>();
        private final Set<Block> doubted = new HashSet<>();
        private final Bitfield stored;
        private int rejectionsLeft;
        private int nextPeer;

        Model(RandomGenerator random) {
            this.random = random;
            int pieceLength = PieceSizes.BLOCK << random.nextInt(4);
            this.sizes = new PieceSizes(1 + random.nextLong(12L * pieceLength), pieceLength);
            this.picker = new PiecePicker(sizes, random);
            this.download = new Download(picker, this);
            this.stored = new Bitfield(sizes.count());
            this.rejectionsLeft = random.nextInt(3);
            picker.open(stored.copy(), Map.of());
            join(true);
        }

        void churn() {
            switch (random.nextInt(24)) {
                case 0 -> join(random.nextBoolean());
                case 1 -> leave();
                case 2, 3 -> choke();
                case 4 -> download.confirm();
                default -> work();
            }
        }

        /** Nobody comes, goes or chokes any more, and one peer has everything. */
        void finish() {
            join(true);
            for (int step = 0; !picker.complete(); step++) {
                assertThat(step).as("steps of %s", sizes).isLessThan(30_000);
                work();
            }
            assertThat(stored.isFull()).isTrue();
            assertThat(leased).isEmpty();
        }

        private void work() {
            List<Peer> all = List.copyOf(peers.values());
            Peer peer = all.get(random.nextInt(all.size()));
            switch (random.nextInt(6)) {
                case 0 -> run(toStore);
                case 1 -> run(fromStore);
                case 2 -> run(peer.inbox);
                case 3 -> run(peer.outbox);
                case 4 -> bring(peer);
                default -> wantMore(peer);
            }
        }

        private static void run(Queue<Runnable> queue) {
            Runnable next = queue.poll();
            if (next != null) {
                next.run();
            }
        }

        private Peer peer(int number) {
            return Objects.requireNonNull(peers.get(number));
        }

        private int numberOf(Peer peer) {
            return peers.entrySet().stream()
                    .filter(entry -> entry.getValue() == peer)
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElseThrow();
        }

        private void join(boolean seed) {
            Bitfield has = new Bitfield(sizes.count());
            for (int piece = 0; piece < sizes.count(); piece++) {
                if (seed || random.nextBoolean()) {
                    has.set(piece);
                }
            }
            int number = nextPeer++;
            peers.put(number, new Peer(has, 1 + random.nextInt(12), random.nextInt(3) == 0));
            download.joined(number);
            download.hasAll(number, has.copy());
        }

        /** The last peer stays. */
        private void leave() {
            if (peers.size() > 1) {
                int number = List.copyOf(peers.keySet()).get(random.nextInt(peers.size() - 1));
                Peer peer = peer(number);
                while (!peer.outbox.isEmpty()) {
                    run(peer.outbox);
                }
                peers.remove(number);
                leased.keySet().stream().toList().forEach(block -> release(number, block));
                download.left(number);
            }
        }

        private void choke() {
            for (Peer peer : peers.values()) {
                if (random.nextBoolean() && !peer.jobs.isEmpty()) {
                    giveBack(peer);
                }
            }
        }

        private void giveBack(Peer peer) {
            int number = numberOf(peer);
            List<Lease> back = List.copyOf(peer.jobs);
            peer.jobs.clear();
            peer.outbox.add(() -> {
                back.stream()
                        .filter(lease -> lease.attempt() == picker.attempt(lease.piece()))
                        .forEach(lease -> blocks(lease).forEach(block -> release(number, block)));
                download.returned(number, back);
            });
        }

        private void wantMore(Peer peer) {
            int waiting = peer.jobs.stream().mapToInt(Lease::blocks).sum();
            if (peer.interested && peer.owed == 0 && waiting < peer.window) {
                int number = numberOf(peer);
                int blocks = peer.window - waiting;
                boolean fast = random.nextBoolean();
                peer.owed = blocks;
                peer.outbox.add(() -> download.wants(number, blocks, fast));
            }
        }

        /** The first block of a lease comes; the store has it before the torrent hears of it. */
        private void bring(Peer peer) {
            if (peer.jobs.isEmpty()) {
                return;
            }
            int number = numberOf(peer);
            Lease lease = peer.jobs.remove(random.nextInt(peer.jobs.size()));
            store(lease.piece(), lease.attempt(), lease.firstBlock());
            if (lease.blocks() > 1) {
                peer.jobs.add(new Lease(lease.piece(), lease.attempt(), lease.firstBlock() + 1, lease.blocks() - 1));
            }
            Lease brought = new Lease(lease.piece(), lease.attempt(), lease.firstBlock(), 1);
            peer.outbox.add(() -> fetched(number, brought));
        }

        private void fetched(int peer, Lease lease) {
            if (lease.attempt() == picker.attempt(lease.piece())) {
                blocks(lease).forEach(block -> drop(peer, block));
            }
            download.fetched(peer, lease);
        }

        private void store(int piece, int attempt, int block) {
            Bitfield blocks = heldOf(piece);
            if (stored.get(piece) || attempt != attempts.getOrDefault(piece, 0) || !blocks.set(block)) {
                return;
            }
            if (blocks.isFull()) {
                verdict(piece, attempt);
            }
        }

        private void verdict(int piece, int attempt) {
            if (rejectionsLeft > 0 && random.nextInt(3) == 0) {
                rejectionsLeft--;
                held.remove(piece);
                attempts.put(piece, attempt + 1);
                fromStore.add(() -> {
                    doubted.removeIf(block -> block.piece() == piece);
                    download.rejected(piece, attempt);
                });
            } else {
                stored.set(piece);
                fromStore.add(() -> download.verified(piece));
            }
        }

        @Override
        public void grant(int number, List<Lease> leases) {
            Peer peer = peer(number);
            for (Lease lease : leases) {
                assertThat(peer.has.get(lease.piece())).isTrue();
                assertThat(lease.attempt()).isEqualTo(picker.attempt(lease.piece()));
                blocks(lease).forEach(block -> lease(number, block));
            }
            peer.inbox.add(() -> {
                peer.jobs.addAll(leases);
                peer.owed = Math.max(
                        0, peer.owed - leases.stream().mapToInt(Lease::blocks).sum());
            });
        }

        private void lease(int peer, Block block) {
            Set<Integer> holders = leased.computeIfAbsent(block, b -> new HashSet<>());
            if (!holders.isEmpty()) {
                assertThat(nothingIsFree()).as("%s is leased twice", block).isTrue();
                assertThat(onParole(peer))
                        .as("%s, who is on parole, shares %s", peer, block)
                        .isFalse();
            }
            assertThat(holders.add(peer))
                    .as("%s is leased twice to %s", block, peer)
                    .isTrue();
            doubted.remove(block);
        }

        private boolean nothingIsFree() {
            for (int piece = 0; piece < sizes.count(); piece++) {
                for (int block = 0; block < sizes.blocks(piece) && !stored.get(piece); block++) {
                    Block one = new Block(piece, block);
                    boolean free = leased.getOrDefault(one, Set.of()).isEmpty()
                            && !heldOf(piece).get(block)
                            && !doubted.contains(one);
                    if (free && attempts.getOrDefault(piece, 0) == picker.attempt(piece)) {
                        return false;
                    }
                }
            }
            return true;
        }

        @Override
        public void revoke(int number, Lease lease) {
            blocks(lease).forEach(block -> drop(number, block));
            Peer peer = peers.get(number);
            if (peer != null) {
                peer.inbox.add(() -> cut(peer, lease));
            }
        }

        private static void cut(Peer peer, Lease lease) {
            List<Lease> left = new ArrayList<>();
            for (Lease job : peer.jobs) {
                if (job.piece() != lease.piece() || job.attempt() != lease.attempt()) {
                    left.add(job);
                    continue;
                }
                int before = Math.min(job.endBlock(), lease.firstBlock()) - job.firstBlock();
                int after = Math.max(job.firstBlock(), lease.endBlock());
                if (before > 0) {
                    left.add(new Lease(job.piece(), job.attempt(), job.firstBlock(), before));
                }
                if (after < job.endBlock()) {
                    left.add(new Lease(job.piece(), job.attempt(), after, job.endBlock() - after));
                }
            }
            peer.jobs.clear();
            peer.jobs.addAll(left);
        }

        @Override
        public void interest(int number, boolean interested) {
            Peer peer = peer(number);
            peer.inbox.add(() -> {
                assertThat(peer.interested).isNotEqualTo(interested);
                peer.interested = interested;
            });
        }

        @Override
        public void askHeld(int piece, int attempt) {
            toStore.add(() -> {
                int now = attempts.getOrDefault(piece, 0);
                Bitfield blocks = heldOf(piece).copy();
                fromStore.add(() -> download.held(piece, now, blocks));
            });
        }

        @Override
        public boolean onParole(int peer) {
            return peer(peer).onParole;
        }

        /** A lease on a block ends without the block; what nobody has leased then is in doubt. */
        private void release(int peer, Block block) {
            if (drop(peer, block)) {
                doubted.add(block);
            }
        }

        /** Whether nobody has it leased any more. */
        private boolean drop(int peer, Block block) {
            Set<Integer> holders = leased.getOrDefault(block, new HashSet<>());
            return holders.remove(peer) && leased.remove(block, Set.of());
        }

        private Bitfield heldOf(int piece) {
            return held.computeIfAbsent(piece, p -> new Bitfield(sizes.blocks(p)));
        }

        private static List<Block> blocks(Lease lease) {
            List<Block> blocks = new ArrayList<>();
            for (int block = lease.firstBlock(); block < lease.endBlock(); block++) {
                blocks.add(new Block(lease.piece(), block));
            }
            return blocks;
        }
    }
}
