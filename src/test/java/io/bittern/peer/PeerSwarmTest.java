package io.bittern.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.net.ByteBudget;
import io.bittern.net.RateLimit;
import io.bittern.store.PieceStoreActor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class PeerSwarmTest {

    private static final ActorTestKit testKit = ActorTestKit.create(ManualTime.config());
    private static final ManualTime time = ManualTime.get(testKit.system());

    private final AtomicLong clock = new AtomicLong(1_000_000_000_000L);
    private final FakeSwarm swarm = new FakeSwarm();
    private final ActorRef<FakeSwarm.Spawn> spawner = testKit.spawn(FakeSwarm.spawner());
    private final ActorRef<PieceStoreActor.Command> store = testKit.spawn(swarm.store());
    private final ActorRef<PeerActor.Event> torrent = testKit.spawn(swarm.torrent());
    private final TestProbe<Standing> standings = testKit.createTestProbe();

    @AfterAll
    static void shutDown() {
        testKit.shutdownTestKit();
    }

    @Test
    void fiftyPeersUnderEightKibibytesASecondSnubNobody() {
        List<ActorRef<PeerActor.Command>> peers = spawn(50, new ByteBudget(1 << 24), RateLimit.of(8 << 10));

        for (int block = 0; block < 45; block++) {
            assertThat(standings(peers)).noneMatch(Standing::snubbed);
            clock.addAndGet(2_000_000_000L);
            time.timePasses(Duration.ofSeconds(2));
        }

        assertThat(swarm.returned).hasValue(0);
        assertThat(swarm.gone).hasValue(0);
        assertThat(swarm.storedBytes.get()).isBetween(42L * (16 << 10), 46L * (16 << 10));
    }

    @Test
    void nothingOfTheBudgetIsTakenWhenNoPeerIsLeft() {
        ByteBudget budget = new ByteBudget(1 << 21);
        for (int round = 0; round < 3; round++) {
            List<ActorRef<PeerActor.Command>> peers = spawn(20, budget, RateLimit.unlimited());
            standings(peers);
            for (int i = 0; i < peers.size(); i++) {
                peers.get(i).tell(end(i));
            }
            peers.forEach(peer -> standings.expectTerminated(peer, FakeSwarm.patience()));
        }

        assertThat(budget.taken()).isZero();
        assertThat(swarm.storedBytes.get()).isPositive();
    }

    /** Every tenth crashes. */
    private static PeerActor.Command end(int index) {
        return index % 10 == 0 ? new PeerActor.Have(-1) : new PeerActor.Disconnect("churn", index % 2 == 0);
    }

    private List<ActorRef<PeerActor.Command>> spawn(int count, ByteBudget budget, RateLimit download) {
        PeerActor.Limits limits = new PeerActor.Limits(budget, download, RateLimit.unlimited());
        PeerActor.Environment env = swarm.environment(spawner, store, limits, clock::get);
        int before = swarm.joined.get();
        List<ActorRef<PeerActor.Command>> peers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            peers.add(testKit.spawn(PeerActor.dial(before + i, FakeSwarm.REMOTE, env, torrent)));
        }
        standings.awaitAssert(FakeSwarm.patience(), () -> {
            assertThat(swarm.joined).hasValue(before + count);
            return peers;
        });
        return peers;
    }

    /** Asks each of them, who answers when it has seen all that was told before. */
    private List<Standing> standings(List<ActorRef<PeerActor.Command>> peers) {
        peers.forEach(peer -> peer.tell(new PeerActor.TellStanding(standings.ref())));
        return standings.receiveSeveralMessages(peers.size(), FakeSwarm.patience());
    }
}
