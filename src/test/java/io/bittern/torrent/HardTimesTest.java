package io.bittern.torrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.TestPayload;
import io.bittern.peer.PeerActor;
import io.bittern.peer.Standing;
import io.bittern.torrent.Members.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class HardTimesTest {

    private static final TestPayload PAYLOAD = TestPayload.of(256 * TestPayload.PIECE, 1, "http://127.0.0.1:1/a");

    private final ActorTestKit testKit = ActorTestKit.create(ManualTime.config());
    private final ManualTime time = ManualTime.get(testKit.system());
    private int killed;
    private final AtomicLong now = new AtomicLong();
    private final Members members = new Members(testKit, PAYLOAD, now::get);

    @AfterEach
    void shutDown() {
        testKit.shutdownTestKit();
    }

    @Test
    void nothingOfTheBudgetsIsTakenAfterPeersWereKilledAtRandom() {
        Random random = new Random(7);
        List<Member> all = new ArrayList<>();
        for (int number = 0; number < 6; number++) {
            var nature = number == 0 ? MemoryStore.Nature.FULL : MemoryStore.Nature.EMPTY;
            all.add(members.join(number, members.inMemory(nature)));
        }
        for (int round = 0; round < 6; round++) {
            for (Member member : all) {
                member.peers.removeIf(peer -> random.nextInt(3) == 0 && kill(peer, random.nextInt(10)));
            }
            pass(Duration.ofMillis(200));
            pass(Duration.ofSeconds(31));
        }

        for (Member member : all) {
            member.peers.forEach(peer -> kill(peer, random.nextInt(1, 3)));
        }

        for (Member member : all) {
            member.events.awaitAssert(Members.PATIENCE, () -> {
                assertThat(member.budget.taken()).isZero();
                return member;
            });
        }
        assertThat(killed).isGreaterThan(20);
    }

    @Test
    void fiftyPeersAndADiskThatStallsForNinetySecondsSnubNobody() {
        for (int number = 1; number <= 50; number++) {
            members.join(number, members.inMemory(MemoryStore.Nature.FULL));
        }
        CountDownLatch disk = new CountDownLatch(1);
        Member leecher = members.join(0, members.inMemory(new MemoryStore.Nature(false, false, disk)));
        leecher.events.awaitAssert(Members.PATIENCE, () -> {
            assertThat(leecher.budget.taken()).isPositive();
            assertThat(leecher.peers).hasSizeGreaterThanOrEqualTo(50);
            assertThat(standings(leecher, Duration.ofSeconds(1))).hasSize(50);
            return leecher;
        });

        for (int seconds = 0; seconds < 90; seconds += 5) {
            assertThat(standings(leecher, Members.PATIENCE)).hasSize(50).noneMatch(Standing::snubbed);
            pass(Duration.ofSeconds(5));
        }
        disk.countDown();
        for (int seconds = 0; seconds < 10; seconds++) {
            pass(Duration.ofSeconds(1));
        }

        leecher.expect(TorrentActor.Completed.class);
        assertThat(leecher.peers).hasSize(50);
    }

    private boolean kill(ActorRef<PeerActor.Command> peer, int how) {
        peer.tell(how == 0 ? new PeerActor.Have(-1) : new PeerActor.Disconnect("churn", how % 2 == 0));
        killed++;
        return true;
    }

    private List<Standing> standings(Member member, Duration patience) {
        TestProbe<Standing> standings = testKit.createTestProbe();
        member.peers.forEach(peer -> peer.tell(new PeerActor.TellStanding(standings.ref())));
        List<Standing> all = standings.receiveSeveralMessages(member.peers.size(), patience);
        standings.stop();
        return all;
    }

    private void pass(Duration duration) {
        now.addAndGet(duration.toNanos());
        time.timePasses(duration);
    }
}
