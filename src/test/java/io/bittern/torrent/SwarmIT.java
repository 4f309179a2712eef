package io.bittern.torrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.TestPayload;
import io.bittern.torrent.Members.Member;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class SwarmIT {

    private static final TestPayload PAYLOAD = TestPayload.of(64 * TestPayload.PIECE + 1, 1, "http://127.0.0.1:1/a");

    @TempDir
    private Path home = Path.of("");

    private final ActorTestKit testKit = ActorTestKit.create();
    private final Members members = new Members(testKit, PAYLOAD, System::nanoTime);

    @AfterEach
    void shutDown() {
        testKit.shutdownTestKit();
    }

    @Test
    void threeLeechersFetchEverythingFromOneSeedAndGiveTheirBudgetsBack() throws IOException {
        PAYLOAD.create(home.resolve("0"));
        List<Member> all = new ArrayList<>();
        for (int number = 0; number < 4; number++) {
            all.add(members.join(number, members.inFolder(folder(number))));
        }

        for (Member member : all) {
            member.expect(TorrentActor.Completed.class);
        }

        all.forEach(Member::stop);
        for (int number = 0; number < 4; number++) {
            assertThat(PAYLOAD.in(home.resolve("" + number))).hasBinaryContent(PAYLOAD.bytes());
        }
        assertThat(all).allSatisfy(member -> assertThat(member.budget.taken()).isZero());
    }

    @Test
    void aSeedThatGivesWrongBytesIsBannedAndTheOthersFinishFromTheHonestOne() throws IOException {
        PAYLOAD.create(home.resolve("0"));
        Member liar = members.join(9, members.inMemory(MemoryStore.Nature.CORRUPT));
        List<Member> leechers =
                List.of(members.join(1, members.inFolder(folder(1))), members.join(2, members.inFolder(folder(2))));
        for (Member leecher : leechers) {
            leecher.expect(TorrentActor.PieceRejected.class);
            assertThat(leecher.expect(TorrentActor.Banned.class).peer()).isEqualTo(liar.address);
        }

        Member honest = members.join(0, members.inFolder(folder(0)));
        leechers.forEach(leecher -> leecher.meet(honest));

        for (Member leecher : leechers) {
            leecher.expect(TorrentActor.Completed.class);
            leecher.stop();
        }
        assertThat(PAYLOAD.in(folder(1))).hasBinaryContent(PAYLOAD.bytes());
        assertThat(PAYLOAD.in(folder(2))).hasBinaryContent(PAYLOAD.bytes());
    }

    @Test
    void aCorruptSecondCopyThatComesAfterTheVerdictChangesNothingOnTheDisk() throws IOException {
        PAYLOAD.create(folder(0));
        BitSet first = new BitSet();
        first.set(0);
        TestProbe<LateSeed.Asked> asked = testKit.createTestProbe();
        ActorRef<Object> late = testKit.spawn(LateSeed.create(PAYLOAD, 0, asked.ref()));
        members.network.listen(Members.address(9), remote -> late.unsafeUpcast());
        Member leecher = members.join(1, members.inFolder(folder(1)), first, false);
        leecher.torrent.tell(new TorrentActor.Meet(List.of(Members.address(9))));
        while (asked.receiveMessage(Members.PATIENCE).blocks() < 2) {
            // until all of the piece is asked of the one that is late
        }

        leecher.meet(members.join(0, members.inFolder(folder(0)), first, false));
        leecher.expect(TorrentActor.Completed.class);
        late.tell(LateSeed.Answer.INSTANCE);

        Report report = leecher.expect(TorrentActor.Reported.class).report();
        while (report.total().wasted() < TestPayload.PIECE) {
            report = leecher.expect(TorrentActor.Reported.class).report();
        }
        leecher.stop();
        byte[] onDisk = Files.readAllBytes(PAYLOAD.in(folder(1)));
        assertThat(Arrays.copyOf(onDisk, TestPayload.PIECE))
                .isEqualTo(Arrays.copyOf(PAYLOAD.bytes(), TestPayload.PIECE));
    }

    private Path folder(int number) throws IOException {
        return Files.createDirectories(home.resolve("" + number));
    }
}
