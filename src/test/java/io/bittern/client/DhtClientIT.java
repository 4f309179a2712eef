package io.bittern.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.Alone;
import io.bittern.bencode.BString;
import io.bittern.dht.Ed25519;
import io.bittern.dht.Item;
import io.bittern.metainfo.InfoHash;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DhtClientIT {

    @TempDir
    private Path home = Path.of("");

    private Settings settings(List<String> routers) throws SettingsException {
        Map<String, Object> flags = new HashMap<>();
        flags.put("bind-address", "127.0.0.1");
        flags.put("port", 0);
        flags.put("discovery.dht", true);
        flags.put("discovery.dht-routers", routers);
        return Settings.load(Alone.environment(home), Optional.empty(), flags);
    }

    private static <T> T join(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(40, TimeUnit.SECONDS);
    }

    @Test
    void asksTheNodeOfAClient() throws Exception {
        try (Bittern client = BitternClient.start(settings(List.of()));
                DhtClient dht = DhtClient.start(settings(List.of("127.0.0.1:" + client.port())))) {
            DhtClient.Neighbourhood around = join(dht.nodes());
            assertThat(around.answered()).isEqualTo(1);
            assertThat(around.nodes())
                    .extracting(node -> node.address().getPort())
                    .containsExactly(client.port());

            Item item = Item.Mutable.sign(
                    Ed25519.fromSeed(new byte[32]), BString.of("salt"), 3, BString.of("what is kept"));
            assertThat(join(dht.put(item, Optional.empty())).stored()).isEqualTo(1);
            Queue<Item> found = new ConcurrentLinkedQueue<>();
            join(dht.get(item.target(), BString.of("salt"), found::add));
            assertThat(found).containsExactly(item);

            DhtClient.Outcome nobody = join(dht.peers(InfoHash.fromHex("ab".repeat(20)), peers -> found.clear()));
            assertThat(nobody.answered()).isEqualTo(1);
            assertThat(found).hasSize(1);
        }
    }

    @Test
    void aQuestionWithoutAnyNodeIsOverAtOnce() throws Exception {
        try (DhtClient dht = DhtClient.start(settings(List.of()))) {
            assertThat(join(dht.nodes()).answered()).isZero();
        }
    }
}
