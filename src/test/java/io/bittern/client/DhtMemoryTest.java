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
import java.util.Map;
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

    private DhtMemory memory() {
        return new DhtMemory(folder.resolve("state"), Runnable::run);
    }

    private static Map<Family, SavedNodes> known(DhtMemory memory) {
        return memory.load().toCompletableFuture().join();
    }

    @Test
    void knowsTheNodesOfBothFamiliesAgain() {
        memory().save(Family.IPV4, FOUR);
        memory().save(Family.IPV6, SIX);

        assertThat(known(memory())).isEqualTo(Map.of(Family.IPV4, FOUR, Family.IPV6, SIX));
    }

    @Test
    void knowsNobodyAtTheFirstStart() {
        assertThat(known(memory())).isEmpty();
    }

    @Test
    void aDamagedFileCountsAsNone() throws IOException {
        memory().save(Family.IPV4, FOUR);
        memory().save(Family.IPV6, SIX);
        Path file = folder.resolve("state").resolve("dht-ipv4.nodes");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);

        assertThat(known(memory())).isEqualTo(Map.of(Family.IPV6, SIX));
    }

    @Test
    void whoHasMetNobodyKeepsWhomHeKnew() {
        memory().save(Family.IPV4, FOUR);
        memory().save(Family.IPV4, new SavedNodes(FOUR.id(), List.of()));

        assertThat(known(memory())).isEqualTo(Map.of(Family.IPV4, FOUR));
    }

    @Test
    void leavesNothingElseBehind() throws IOException {
        memory().save(Family.IPV4, FOUR);

        try (Stream<Path> files = Files.list(folder.resolve("state"))) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactly("dht-ipv4.nodes");
        }
    }
}
