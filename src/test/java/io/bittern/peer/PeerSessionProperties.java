package io.bittern.peer;

import static io.bittern.peer.Conversation.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.Forall;
import io.bittern.metainfo.PieceSizes;
import io.bittern.net.ByteBudget;
import io.bittern.net.RateLimit;
import io.bittern.piece.Lease;
import io.bittern.store.PieceStoreActor;
import io.bittern.wire.PeerMessage;
import io.bittern.wire.WireException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class PeerSessionProperties {

    private static final int PIECES = 6;
    private static final int TRIES = 400;
    private static final int STEPS = 300;

    @Test
    void anythingThatIsSaidGivesActionsOrAProtocolFault() {
        Forall.seeds(TRIES, random -> {
            Swarm swarm = new Swarm(random);
            for (int step = 0; step < STEPS && swarm.goesOn(); step++) {
                swarm.hostileStep();
                swarm.check();
            }
            swarm.end();
        });
    }

    @Test
    void everyRequestHasOneLeaseAndTheBudgetHoldsWhatIsOnItsWay() {
        Forall.seeds(TRIES, random -> {
            Swarm swarm = new Swarm(random);
            for (int step = 0; step < STEPS; step++) {
                swarm.honestStep();
                swarm.check();
                assertThat(swarm.goesOn()).as("an honest peer breaks no rule").isTrue();
            }
            swarm.end();
        });
    }

    @Test
    void anHonestPeerEndsEveryLease() {
        Forall.seeds(TRIES / 4, random -> {
            Swarm swarm = new Swarm(random);
            for (int step = 0; step < STEPS; step++) {
                swarm.honestStep();
            }
            swarm.drain();
            assertThat(swarm.leased).as("leases that nobody ended").isEmpty();
            assertThat(swarm.talk.budget.taken()).isZero();
        });
    }

    /** A session among a torrent, a store and a peer that all do as chance will. */
    private static final class Swarm {

        private final RandomGenerator random;
        private final Conversation talk;
        private final List<PeerMessage.Request> atPeer = new ArrayList<>();
        private final boolean fast;
        private final Set<Lease> leased = new HashSet<>();
        private final Set<Lease> revoked = new HashSet<>();
        private final ArrayDeque<Long> unanswered = new ArrayDeque<>();
        private int events;
        private int said;
        private int stored;
        private int reads;
        private boolean choking = true;
        private int wanted;
        private boolean fault;
        private int attempt;

        Swarm(RandomGenerator random) {
            this.random = random;
            long budget = random.nextBoolean() ? 1 << 30 : (1 + random.nextInt(20)) * BLOCK;
            RateLimit limit = RateLimit.of(random.nextInt(3) == 0 ? 1 << 18 : 0);
            PieceSizes sizes = new PieceSizes((PIECES - 1) * 8L * BLOCK + 3 * BLOCK + 17, 8 * BLOCK);
            fast = random.nextBoolean();
            talk = fast
                    ? new Conversation(sizes, new ByteBudget(budget), Conversation.encounter(true, true))
                    : new Conversation(sizes, new ByteBudget(budget), limit, limit);
            talk.storeFlows = false;
            talk.linkFlows = random.nextBoolean();
            talk.start(0, 3);
            talk.interest(true);
        }

        boolean goesOn() {
            return !fault && !talk.silentTooLong;
        }

        void hostileStep() {
            if (random.nextBoolean()) {
                honestStep();
            } else if (talk.reading) {
                hear(anything());
            }
        }

        void honestStep() {
            switch (random.nextInt(13)) {
                case 11 -> fast();
                case 0 -> choke(!choking);
                case 1, 2, 3, 4 -> answer(random.nextInt(4));
                case 5, 6 -> storeAnswers();
                case 7, 8 -> grant();
                case 9 -> revoke();
                case 10 -> pass();
                default -> others();
            }
            take();
        }

        /** Everybody does what they should until nothing is left to do. */
        void drain() {
            choke(false);
            for (int i = 0; i < 10_000 && !(leased.isEmpty() && unanswered.isEmpty()); i++) {
                wanted = 0;
                answer(4);
                storeAnswers();
                talk.pass(Duration.ofMillis(200));
                talk.linkTakes();
                take();
            }
        }

        void check() {
            long held = unanswered.stream().mapToLong(bytes -> bytes).sum();
            long asked = talk.budget.taken() - held;
            assertThat(asked).as("bytes on the wire").isNotNegative();
            if (asked == 0) {
                assertThat(talk.session.asked()).isZero();
            }
            assertThat((asked + BLOCK - 1) / BLOCK)
                    .as("requests on the wire")
                    .isLessThanOrEqualTo(talk.session.asked());
            int free = leased.stream().mapToInt(Lease::blocks).sum();
            assertThat(talk.session.asked()).as("requests of some lease").isLessThanOrEqualTo(free);
        }

        void end() {
            talk.session.close(talk.now);
            assertThat(talk.budget.taken()).isZero();
        }

        private PeerMessage anything() {
            int piece = random.nextInt(PIECES);
            int begin = random.nextInt(10) * BLOCK + (random.nextInt(8) == 0 ? 1 : 0);
            int length = random.nextInt(8) == 0 ? 1 + random.nextInt(BLOCK) : BLOCK;
            return switch (random.nextInt(10)) {
                case 0 -> PeerMessage.Choke.INSTANCE;
                case 1 -> PeerMessage.Unchoke.INSTANCE;
                case 2 -> PeerMessage.Interested.INSTANCE;
                case 3 -> PeerMessage.NotInterested.INSTANCE;
                case 4 -> new PeerMessage.Have(piece);
                case 5 -> new PeerMessage.Bits(new byte[] {(byte) (random.nextInt(64) << 2)});
                case 6, 7 -> new PeerMessage.Request(piece, begin, length);
                case 8 -> new PeerMessage.Cancel(piece, begin, length);
                default -> new PeerMessage.Block(piece, begin, new byte[length], 0, length);
            };
        }

        private void hear(PeerMessage... messages) {
            try {
                talk.hear(messages);
            } catch (WireException wrong) {
                fault = true;
            }
            take();
        }

        private void choke(boolean on) {
            if (talk.reading) {
                choking = on;
                if (on && random.nextBoolean()) {
                    answer(2);
                }
                List<PeerMessage> said = new ArrayList<>();
                said.add(on ? PeerMessage.Choke.INSTANCE : PeerMessage.Unchoke.INSTANCE);
                if (on && fast) {
                    atPeer.forEach(request -> said.add(reject(request)));
                }
                if (on) {
                    atPeer.clear();
                }
                hear(said.toArray(PeerMessage[]::new));
            }
        }

        private void answer(int most) {
            List<PeerMessage> blocks = new ArrayList<>();
            while (blocks.size() < most && !atPeer.isEmpty() && !choking) {
                blocks.add(talk.answer(atPeer.remove(random.nextInt(atPeer.size()))));
            }
            if (talk.reading && !blocks.isEmpty()) {
                hear(blocks.toArray(PeerMessage[]::new));
            }
        }

        private static PeerMessage reject(PeerMessage.Request request) {
            return new PeerMessage.Reject(request.piece(), request.begin(), request.length());
        }

        /** A fast peer refuses what it was asked for, or allows and suggests pieces. */
        private void fast() {
            if (!fast || !talk.reading) {
                return;
            }
            int piece = random.nextInt(PIECES);
            switch (random.nextInt(6)) {
                case 0 -> hear(new PeerMessage.AllowedFast(piece));
                case 1 -> hear(new PeerMessage.Suggest(piece));
                default -> {
                    if (!atPeer.isEmpty()) {
                        hear(reject(atPeer.remove(random.nextInt(atPeer.size()))));
                    }
                }
            }
        }

        private void storeAnswers() {
            Long bytes = unanswered.poll();
            if (bytes != null) {
                talk.storeAnswers(1, bytes);
            }
        }

        private void grant() {
            if (wanted > 0) {
                wanted = 0;
                int first = random.nextInt(3);
                Lease lease = new Lease(random.nextInt(PIECES), attempt++, first, 1 + random.nextInt(4 - first));
                leased.addAll(blocks(lease));
                talk.grant(lease);
            }
        }

        /** A block, or all of a lease as far as it is out. */
        private void revoke() {
            leased.stream().findFirst().ifPresent(first -> {
                boolean whole = random.nextBoolean();
                List<Lease> gone = leased.stream()
                        .filter(block -> block.equals(first)
                                || (whole && block.piece() == first.piece() && block.attempt() == first.attempt()))
                        .toList();
                leased.removeAll(gone);
                revoked.addAll(gone);
                talk.revoke(whole ? new Lease(first.piece(), first.attempt(), 0, 8) : first);
            });
        }

        private void pass() {
            talk.pass(Duration.ofMillis(random.nextInt(10) == 0 ? 30_000 : random.nextInt(1000)));
            if (talk.reading) {
                hear(PeerMessage.KeepAlive.INSTANCE);
            }
        }

        private void others() {
            switch (random.nextInt(5)) {
                case 0 -> talk.unchoke(random.nextBoolean());
                case 1 -> talk.have(random.nextInt(PIECES));
                case 2 -> talk.linkTakes();
                case 3 -> talk.interest(random.nextInt(4) > 0);
                default -> {
                    if (reads < talk.reads.size()) {
                        talk.data(talk.reads.get(reads++));
                    }
                }
            }
        }

        /** Notes what the session has done since the last time. */
        private void take() {
            for (; said < talk.said.size(); said++) {
                PeerMessage message = talk.said.get(said);
                if (message instanceof PeerMessage.Request request) {
                    if (!choking || fast) {
                        atPeer.add(request);
                    }
                } else if (message instanceof PeerMessage.Cancel cancel && random.nextBoolean()) {
                    atPeer.remove(new PeerMessage.Request(cancel.piece(), cancel.begin(), cancel.length()));
                }
            }
            for (; stored < talk.stored.size(); stored++) {
                unanswered.add(talk.stored.get(stored).stream()
                        .mapToLong(PieceStoreActor.Block::length)
                        .sum());
            }
            for (; events < talk.events.size(); events++) {
                PeerActor.Event event = talk.events.get(events);
                if (event instanceof PeerActor.Wants wants) {
                    wanted = wants.blocks();
                } else if (event instanceof PeerActor.WantsOf wants) {
                    wanted = wants.blocks();
                } else if (event instanceof PeerActor.Fetched fetched) {
                    end(fetched.lease());
                } else if (event instanceof PeerActor.Returned returned) {
                    returned.leases().forEach(this::end);
                }
            }
        }

        private void end(Lease lease) {
            for (Lease block : blocks(lease)) {
                assertThat(leased.remove(block) || revoked.remove(block))
                        .as("a block of a lease ends once")
                        .isTrue();
            }
        }

        private static List<Lease> blocks(Lease lease) {
            List<Lease> blocks = new ArrayList<>();
            for (int block = lease.firstBlock(); block < lease.endBlock(); block++) {
                blocks.add(new Lease(lease.piece(), lease.attempt(), block, 1));
            }
            return blocks;
        }
    }
}
