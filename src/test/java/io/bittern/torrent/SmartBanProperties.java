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
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Liars of every kind among honest peers: each piece comes in the end, no honest peer is banned, and lies stay few. */
class SmartBanProperties {

    private static final int PIECES = 40;
    private static final int BLOCKS = 8;

    @Test
    void bansNobodyWhoIsHonestAndFinishesWhateverTheLiarsDo() {
        Forall.seeds(200, random -> mixed(random).run());
    }

    @ParameterizedTest
    @EnumSource(names = {"ONE_IN_EACH_PIECE", "SLY"})
    void withoutParoleLiesCostManyTimesMore(Manner manner) {
        int without = failures(manner, false);

        assertThat(failures(manner, true)).isLessThan(without / 20);
    }

    /** Pieces that fail in some swarms of slow peers, who share pieces, and of whom most lie. */
    private static int failures(Manner manner, boolean withParole) {
        int failures = 0;
        for (int seed = 0; seed < 5; seed++) {
            failures += new Model(new Random(seed), withParole, 2, 6, () -> manner, false).run();
        }
        return failures;
    }

    private static Model mixed(RandomGenerator random) {
        Manner[] all = Manner.values();
        return new Model(
                random,
                true,
                1 + random.nextInt(4),
                1 + random.nextInt(8),
                () -> all[1 + random.nextInt(all.length - 1)],
                true);
    }

    /** How a peer lies; all but the honest ones have no other aim. */
    private enum Manner {
        HONEST,
        /** Spoils the first block of each piece that it begins to send. */
        ONE_IN_EACH_PIECE,
        ONE_IN_FIVE,
        /** Spoils only what others have a part in. */
        SLY,
        /** Spoils one in five, and is gone and back under another number at once. */
        FLEETING
    }

    private record Sent(int peer, boolean spoilt) {}

    /** Peers that answer in no order, around a download and a store that hashes; as the crew of a torrent does it. */
    private static final class Model implements Download.World {

        private static final class Peer {
            final Manner manner;
            final String party;
            final List<Lease> jobs = new ArrayList<>();
            int lastPiece = -1;

            Peer(Manner manner, String party) {
                this.manner = manner;
                this.party = party;
            }
        }

        private final RandomGenerator random;
        private final boolean withParole;
        private final boolean fast;
        private final PiecePicker picker;
        private final Download download;
        private final SmartBan smartBan = new SmartBan(this::party, this::ban);
        private final Map<Integer, Peer> peers = new TreeMap<>();
        private final Map<Integer, String> parties = new HashMap<>();
        private final Map<Integer, Map<Integer, Sent>> pieces = new HashMap<>();
        private final Map<Integer, List<Sent>> failed = new HashMap<>();
        private final Queue<Runnable> answers = new ArrayDeque<>();
        private int numbers;
        private int failures;

        Model(
                RandomGenerator random,
                boolean withParole,
                int honest,
                int liars,
                Supplier<Manner> manner,
                boolean fast) {
            this.random = random;
            this.withParole = withParole;
            this.fast = fast;
            PieceSizes sizes = new PieceSizes((long) PIECES * BLOCKS * PieceSizes.BLOCK, BLOCKS * PieceSizes.BLOCK);
            this.picker = new PiecePicker(sizes, random);
            this.download = new Download(picker, this);
            picker.open(new Bitfield(PIECES), Map.of());
            for (int i = 0; i < honest + liars; i++) {
                join(new Peer(i < honest ? Manner.HONEST : manner.get(), "party " + i));
            }
        }

        /** Gives how many pieces failed. */
        int run() {
            for (int step = 0; !picker.complete(); step++) {
                assertThat(step).as("steps").isLessThan(100_000);
                while (!answers.isEmpty()) {
                    answers.remove().run();
                }
                List<Integer> all = List.copyOf(peers.keySet());
                int number = all.get(random.nextInt(all.size()));
                Peer peer = peer(number);
                if (peer.jobs.isEmpty()) {
                    boolean whole = fast && random.nextBoolean();
                    download.wants(number, 1 + random.nextInt(whole ? 12 : 3), whole);
                } else {
                    bring(number, peer);
                }
            }
            return failures;
        }

        private void join(Peer peer) {
            int number = numbers++;
            peers.put(number, peer);
            parties.put(number, peer.party);
            download.joined(number);
            Bitfield everything = new Bitfield(PIECES);
            everything.setAll();
            download.hasAll(number, everything);
        }

        private void leave(int number) {
            if (peers.containsKey(number)) {
                download.left(number);
                peers.remove(number);
            }
        }

        private void bring(int number, Peer peer) {
            Lease lease = peer.jobs.remove(0);
            if (lease.blocks() > 1) {
                peer.jobs.add(0, part(lease, lease.firstBlock() + 1, lease.endBlock()));
            }
            boolean spoilt = spoils(number, peer, lease.piece());
            peer.lastPiece = lease.piece();
            if (lease.attempt() == picker.attempt(lease.piece())) {
                Map<Integer, Sent> blocks = pieces.computeIfAbsent(lease.piece(), none -> new TreeMap<>());
                blocks.putIfAbsent(lease.firstBlock(), new Sent(number, spoilt));
                download.fetched(number, part(lease, lease.firstBlock(), lease.firstBlock() + 1));
                if (blocks.size() == BLOCKS) {
                    judge(lease.piece(), lease.attempt(), List.copyOf(blocks.values()));
                }
            }
            if (spoilt && peer.manner == Manner.FLEETING && peers.containsKey(number)) {
                leave(number);
                join(new Peer(peer.manner, peer.party));
            }
        }

        private boolean spoils(int number, Peer peer, int piece) {
            return switch (peer.manner) {
                case HONEST -> false;
                case ONE_IN_EACH_PIECE -> peer.lastPiece != piece;
                case ONE_IN_FIVE, FLEETING -> random.nextInt(5) == 0;
                case SLY ->
                    pieces.getOrDefault(piece, Map.of()).values().stream().anyMatch(sent -> sent.peer() != number);
            };
        }

        private void judge(int piece, int attempt, List<Sent> copy) {
            pieces.remove(piece);
            if (copy.stream().anyMatch(Sent::spoilt)) {
                failures++;
                failed.computeIfAbsent(piece, none -> new ArrayList<>()).addAll(copy);
                smartBan.failed(piece, numbers(copy, sent -> true));
                download.rejected(piece, attempt);
            } else {
                Set<Integer> liars = numbers(failed.getOrDefault(piece, List.of()), Sent::spoilt);
                if (!liars.isEmpty()) {
                    smartBan.lied(piece, liars);
                }
                smartBan.passed(piece);
                download.verified(piece);
            }
        }

        private void ban(int liar) {
            String party = party(liar);
            assertThat(party).as("honest").isNotIn(honest());
            List.copyOf(peers.keySet()).stream()
                    .filter(one -> party(one).equals(party))
                    .forEach(this::leave);
        }

        private Set<String> honest() {
            Set<String> honest = new HashSet<>();
            peers.values().stream()
                    .filter(peer -> peer.manner == Manner.HONEST)
                    .forEach(peer -> honest.add(peer.party));
            return honest;
        }

        private static Set<Integer> numbers(List<Sent> sent, Predicate<Sent> which) {
            Set<Integer> numbers = new TreeSet<>();
            sent.stream().filter(which).forEach(one -> numbers.add(one.peer()));
            return numbers;
        }

        private static Lease part(Lease lease, int from, int end) {
            return new Lease(lease.piece(), lease.attempt(), from, end - from);
        }

        private Peer peer(int number) {
            return Objects.requireNonNull(peers.get(number));
        }

        private String party(int number) {
            return Objects.requireNonNull(parties.get(number));
        }

        @Override
        public void grant(int peer, List<Lease> leases) {
            peer(peer).jobs.addAll(leases);
        }

        @Override
        public void revoke(int number, Lease lease) {
            Peer peer = peers.get(number);
            if (peer != null) {
                List<Lease> left = new ArrayList<>();
                for (Lease job : peer.jobs) {
                    for (int block = job.firstBlock(); block < job.endBlock(); block++) {
                        boolean over =
                                job.piece() == lease.piece() && block >= lease.firstBlock() && block < lease.endBlock();
                        if (!over) {
                            left.add(part(job, block, block + 1));
                        }
                    }
                }
                peer.jobs.clear();
                peer.jobs.addAll(left);
            }
        }

        @Override
        public void interest(int peer, boolean interested) {}

        @Override
        public void askHeld(int piece, int attempt) {
            Bitfield held = new Bitfield(BLOCKS);
            pieces.getOrDefault(piece, Map.of()).keySet().forEach(held::set);
            answers.add(() -> download.held(piece, attempt, held));
        }

        @Override
        public boolean onParole(int peer) {
            return withParole && smartBan.onParole(peer);
        }
    }
}
