package io.bittern.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.Alone;
import io.bittern.bencode.BString;
import io.bittern.client.AddTorrent;
import io.bittern.client.Bittern;
import io.bittern.client.BitternClient;
import io.bittern.client.DhtClient;
import io.bittern.client.Settings;
import io.bittern.client.SettingsException;
import io.bittern.dht.Ed25519;
import io.bittern.dht.Item;
import io.bittern.dht.NodeId;
import io.bittern.dht.PublishedItems;
import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.Metainfo;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Bittern and npm's bittorrent-dht: each answers all queries of the other (BEP 5, BEP 44). */
@Tag("interop")
class NpmDhtIT {

    private static final BString SALT = BString.of("salt");
    private static final byte[] SEED = new byte[32];

    @RegisterExtension
    private final Area area = new Area();

    private NpmDht npm;

    @BeforeEach
    void open() {
        Needs.programs("node", "bittorrent-dht");
        npm = NpmDht.start(area);
        area.atEnd(npm::close);
    }

    @Test
    void eachFindsTheOther() throws Exception {
        try (Bittern bittern = start()) {
            meet(bittern);
            assertThat(npm.ask("find")).isEqualTo("1");
            assertThat(npm.ask("nodes")).isEqualTo("" + bittern.port());

            try (DhtClient dht = ask(npm.port())) {
                DhtClient.Neighbourhood around = join(dht.nodes());

                assertThat(around.answered()).isEqualTo(2);
                assertThat(around.nodes())
                        .extracting(node -> node.address().getPort())
                        .containsExactlyInAnyOrder(npm.port(), bittern.port());
                assertThat(npm.ask("heard")).contains("ping=", "find_node=", "get=");
            }
        }
    }

    @Test
    void keepsItsPeers() throws Exception {
        InfoHash there = InfoHash.fromHex("ab".repeat(20));
        InfoHash implied = InfoHash.fromHex("cd".repeat(20));
        try (Bittern bittern = start()) {
            meet(bittern);

            assertThat(npm.ask("announce", there.toString(), "7777")).isEqualTo("1");
            assertThat(npm.ask("announce", implied.toString(), "0")).isEqualTo("1");

            assertThat(npm.ask("lookup", there.toString())).isEqualTo("127.0.0.1:7777");
            try (DhtClient dht = ask(bittern.port())) {
                assertThat(peers(dht, there)).containsExactly(local(7777));
                assertThat(peers(dht, implied)).containsExactly(local(npm.port()));
            }
        }
    }

    @Test
    void hasItKeepOurPeers() throws Exception {
        Payload payload = Payload.small(area, "source", "payload");
        Metainfo metainfo = Metainfo.parse(Files.readAllBytes(payload.torrent()));
        try (Bittern bittern = start(npm.port());
                DhtClient dht = ask(npm.port())) {
            bittern.add(AddTorrent.seed(metainfo, payload.folder()), event -> {});

            String us = "127.0.0.1:" + bittern.port();
            String torrent = payload.infoHash().toString();
            area.await("it keeps our address", () -> npm.ask("lookup", torrent).equals(us));
            assertThat(peers(dht, payload.infoHash())).containsExactly(local(bittern.port()));
            assertThat(npm.ask("heard")).contains("get_peers=", "announce_peer=");
        }
    }

    @Test
    void keepsItsItems() throws Exception {
        Item second = signed("second", 2);
        String target = second.target().toString();
        try (Bittern bittern = start()) {
            meet(bittern);

            for (Item item : published()) {
                assertThat(put(item)).isEqualTo("1");
            }
            assertThat(signAndPut("first", 1)).isEqualTo("1");
            assertThat(npm.ask("get", target, word("salt", SALT))).isEqualTo(hex("first") + " 1");
            assertThat(signAndPut("second", 2, "cas=" + hex("1"))).isEqualTo("1");
            assertThat(signAndPut("third", 3, "cas=" + hex("1"))).isEqualTo("error 301");
            assertThat(signAndPut("older", 1)).isEqualTo("error 302");

            assertThat(npm.ask("get", target, word("salt", SALT))).isEqualTo(hex("second") + " 2");
            try (DhtClient dht = ask(bittern.port())) {
                assertThat(get(dht, second)).containsExactly(second);
                for (Item item : published()) {
                    assertThat(get(dht, item)).containsExactly(item);
                }
            }
        }
    }

    @Test
    void hasItKeepOurItems() throws Exception {
        try (DhtClient dht = ask(npm.port())) {
            for (Item item : published()) {
                assertThat(join(dht.put(item, Optional.empty())).stored()).isEqualTo(1);
                assertThat(get(dht, item)).containsExactly(item);
                assertThat(npm.ask("get", item.target().toString())).startsWith(hex("Hello World!"));
            }
            assertThat(stored(dht, "first", 1, Optional.empty())).isEqualTo(1);
            assertThat(stored(dht, "second", 2, Optional.of(1L))).isEqualTo(1);
            assertThat(stored(dht, "third", 3, Optional.of(1L))).isZero();
            assertThat(stored(dht, "older", 1, Optional.empty())).isZero();

            Item second = signed("second", 2);
            assertThat(npm.ask("get", second.target().toString())).isEqualTo(hex("second") + " 2");
            assertThat(get(dht, second)).containsExactly(second);
            assertThat(npm.ask("heard")).contains("get=", "put=");
        }
    }

    private void meet(Bittern bittern) {
        assertThat(npm.ask("meet", "" + bittern.port())).hasSize(2 * NodeId.LENGTH);
    }

    private static List<Item> published() {
        return List.of(PublishedItems.IMMUTABLE, PublishedItems.MUTABLE, PublishedItems.SALTED);
    }

    private Bittern start(Integer... routers) throws Exception {
        return BitternClient.start(settings(List.of(routers)));
    }

    private DhtClient ask(int router) throws Exception {
        return DhtClient.start(settings(List.of(router)));
    }

    private Settings settings(List<Integer> routers) throws SettingsException {
        List<String> addresses =
                routers.stream().map(router -> "127.0.0.1:" + router).toList();
        Map<String, Object> flags = Map.of(
                "bind-address", "127.0.0.1", "port", 0, "discovery.dht", true, "discovery.dht-routers", addresses);
        return Settings.load(Alone.environment(area.folder("home")), Optional.empty(), flags);
    }

    private static <T> T join(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static Set<InetSocketAddress> peers(DhtClient dht, InfoHash torrent) throws Exception {
        Set<InetSocketAddress> peers = ConcurrentHashMap.newKeySet();
        join(dht.peers(torrent, peers::addAll));
        return peers;
    }

    private static Queue<Item> get(DhtClient dht, Item item) throws Exception {
        Queue<Item> found = new ConcurrentLinkedQueue<>();
        BString salt = item instanceof Item.Mutable mutable ? mutable.salt() : BString.EMPTY;
        join(dht.get(item.target(), salt, found::add));
        return found;
    }

    private static Item signed(String value, long seq) {
        return Item.Mutable.sign(Ed25519.fromSeed(SEED), SALT, seq, BString.of(value));
    }

    private static int stored(DhtClient dht, String value, long seq, Optional<Long> cas) throws Exception {
        return join(dht.put(signed(value, seq), cas)).stored();
    }

    /** Has it put an item as it is. */
    private String put(Item item) {
        List<String> words = new ArrayList<>(List.of("put", word("v", (BString) item.value())));
        if (item instanceof Item.Mutable mutable) {
            words.add(word("k", mutable.key()));
            words.add(word("sig", mutable.signature()));
            words.add("seq=" + hex("" + mutable.seq()));
            if (!mutable.salt().isEmpty()) {
                words.add(word("salt", mutable.salt()));
            }
        }
        return npm.ask(words);
    }

    /** Has it sign a value and put it. */
    private String signAndPut(String value, long seq, String... more) {
        List<String> words = new ArrayList<>(List.of(
                "put", "v=" + hex(value), word("seed", BString.of(SEED)), word("salt", SALT), "seq=" + hex("" + seq)));
        words.addAll(List.of(more));
        return npm.ask(words);
    }

    private static String word(String name, BString bytes) {
        return name + "=" + HexFormat.of().formatHex(bytes.bytes());
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static InetSocketAddress local(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }
}
