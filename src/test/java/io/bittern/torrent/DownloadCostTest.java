package io.bittern.torrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.Cost;
import io.bittern.TestPayload;
import io.bittern.metainfo.PieceSizes;
import io.bittern.torrent.Members.Member;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a download costs between link and files, counted in messages and in bytes of heap, for each block of 16 KiB.
 *
 * <p>With eight blocks in a read a message for each block, or a copy of each, takes it far over its bound, while the
 * speed of the machine changes nothing. The bounds are about one and a half times what it takes.
 */
@Timeout(120)
class DownloadCostTest {

    /* 0.67: for each read Read, Received, Write and Stored, which are 0.5, then requests, grants and ends of pieces. */
    private static final double MESSAGES = 1.0;

    /* 0.045: one for each piece of 64 blocks from the store, and what a peer says of its leases. */
    private static final double MESSAGES_TO_TORRENT = 0.07;

    /* 2500: 2048 for the one block in eight that spans two reads and is copied. What the link allocates, which is one
     * read for each read, is the sender's here and not counted. */
    private static final long BYTES = 4000;

    private static final int SIZE = 32 << 20;
    private static final int PIECE = 1 << 20;

    @TempDir
    private Path home = Path.of("");

    private final ActorTestKit testKit = ActorTestKit.create(Cost.COUNTED);

    @AfterEach
    void shutDown() {
        testKit.shutdownTestKit();
    }

    @Test
    void aBlockCostsItsShareOfAReadAndNoMessageOfItsOwn() throws IOException {
        TestPayload payload = TestPayload.of(SIZE, PIECE, 1);
        ActorRef<Object> seed = testKit.spawn(ReadySeed.create(payload), DispatcherSelector.fromConfig("test.aside"));
        Members members = new Members(
                testKit,
                payload,
                System::nanoTime,
                (remote, timeout, owner) -> seed.tell(new ReadySeed.Dialled(remote, owner)));
        // the first download pays for what is done once: classes, threads, buffers, what the compiler has not seen yet
        download(members, payload, 1);

        Member member = join(members, 2);
        Cost before = Cost.now();
        download(member);
        Cost cost = Cost.now().since(before);
        member.stop();

        long blocks = SIZE / PieceSizes.BLOCK;
        String torrent = member.torrent.path().toStringWithoutAddress();
        assertThat(cost.messages(path -> true)).isPositive().isLessThan((long) (MESSAGES * blocks));
        assertThat(cost.messages(torrent::equals)).isPositive().isLessThan((long) (MESSAGES_TO_TORRENT * blocks));
        assertThat(cost.allocated(DownloadCostTest::pays)).isPositive().isLessThan(BYTES * blocks);
        assertThat(payload.in(folder(2))).hasBinaryContent(payload.bytes());
    }

    private void download(Members members, TestPayload payload, int number) throws IOException {
        Member member = join(members, number);
        download(member);
        member.stop();
        assertThat(payload.in(folder(number))).hasBinaryContent(payload.bytes());
    }

    private Member join(Members members, int number) throws IOException {
        BitSet all = new BitSet();
        all.set(0, SIZE / PIECE);
        return members.join(number, members.inFolder(folder(number)), all, false);
    }

    private static void download(Member member) {
        member.torrent.tell(new TorrentActor.Meet(List.of(Members.address(0))));
        member.expect(TorrentActor.Completed.class);
    }

    /** The seed allocates what it sends on a thread of its own, and the test waits on its own. */
    private static boolean pays(String thread) {
        return !thread.contains(Cost.ASIDE)
                && !thread.equals(Thread.currentThread().getName());
    }

    private Path folder(int number) throws IOException {
        return Files.createDirectories(home.resolve("" + number));
    }
}
