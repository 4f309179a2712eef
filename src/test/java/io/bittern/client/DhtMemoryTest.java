package io.bittern.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.dht.Contact;
import io.bittern.dht.Family;
import io.bittern.dht.NodeId;
import io.bittern.dht.SavedNodes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DhtMemoryTest {

    private static final Random random = new Random(1);
    private static final SavedNodes FOUR = nodes(new InetSocketAddress("192.0.2.1", 1));
    private static final SavedNodes SIX = nodes(new InetSocketAddress("2001:db8::1", 1));

    @TempDir
    private Path folder = Path.of("");

    private static SavedNodes nodes(InetSocketAddress address) {
        return new SavedNodes(NodeId.random(random), List.of(new Contact(NodeId.random(random), address)));
    }

    private DhtMemory memory(Family family) {
        return new DhtMemory(folder.resolve("state"), family, Runnable::run);
    }

    private Optional<SavedNodes> known(Family family) {
        return memory(family).load().toCompletableFuture().join();
    }

    @Test
    void knowsTheNodesOfBothFamiliesAgain() {
        memory(Family.IPV4).keep(FOUR);
        memory(Family.IPV6).keepNow(SIX);

        assertThat(known(Family.IPV4)).contains(FOUR);
        assertThat(known(Family.IPV6)).contains(SIX);
    }

    @Test
    void knowsNobodyAtTheFirstStart() {
        assertThat(known(Family.IPV4)).isEmpty();
    }

    @Test
    void aDamagedFileCountsAsNone() throws IOException {
        memory(Family.IPV4).keepNow(FOUR);
        memory(Family.IPV6).keepNow(SIX);
        Path file = folder.resolve("state").resolve("dht-ipv4.nodes");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);

        assertThat(known(Family.IPV4)).isEmpty();
        assertThat(known(Family.IPV6)).contains(SIX);
    }

    @Test
    void aFileThatIsTooLargeOrNoneCountsAsNone() throws IOException {
        Files.createDirectories(folder.resolve("state").resolve("dht-ipv4.nodes"));
        Files.write(folder.resolve("state").resolve("dht-ipv6.nodes"), new byte[1 << 20]);

        assertThat(known(Family.IPV4)).isEmpty();
        assertThat(known(Family.IPV6)).isEmpty();
    }

    @Test
    void whoHasMetNobodyKeepsWhomHeKnew() {
        memory(Family.IPV4).keepNow(FOUR);
        memory(Family.IPV4).keepNow(new SavedNodes(FOUR.id(), List.of()));

        assertThat(known(Family.IPV4)).contains(FOUR);
    }

    @Test
    void leavesNothingElseBehind() throws IOException {
        memory(Family.IPV4).keepNow(FOUR);

        try (Stream<Path> files = Files.list(folder.resolve("state"))) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactly("dht-ipv4.nodes");
        }
    }
}
