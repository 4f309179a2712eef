package io.bittern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.bencode.BString;
import io.bittern.client.DhtClient;
import io.bittern.dht.Contact;
import io.bittern.dht.DhtEvent;
import io.bittern.dht.Ed25519;
import io.bittern.dht.Item;
import io.bittern.dht.NodeId;
import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.TorrentBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class DhtCommandTest {

    private static final InfoHash HASH = InfoHash.fromHex("0123456789abcdef0123456789abcdef01234567");
    private static final String SEED = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
    private static final KeyPair KEYS = Ed25519.fromSeed(HexFormat.of().parseHex(SEED));
    private static final String PUBLIC_KEY = HexFormat.of().formatHex(Ed25519.publicKey(KEYS));

    @TempDir
    private Path folder = Path.of("");

    private TestShell shell = new TestShell(folder);
    private FakeDht dht = new FakeDht();

    @BeforeEach
    void setUp() {
        shell = new TestShell(folder);
        dht = new FakeDht();
        dht.outcome = new DhtClient.Outcome(5, 3, Optional.empty());
        shell.dht = dht;
    }

    private void assertOneLine(String text) {
        assertThat(shell.err().lines())
                .hasSize(1)
                .allMatch(line -> line.startsWith("bittern: ") && line.contains(text));
    }

    private void nobodyAnswers() {
        dht.outcome = new DhtClient.Outcome(0, 0, Optional.empty());
    }

    @Test
    void hasHelpForEachQuestion() {
        for (String question : List.of("peers", "nodes", "get", "put")) {
            shell.out.reset();

            assertThat(shell.run("dht", question, "--help")).isZero();
            assertThat(shell.out()).contains("Usage: bittern dht " + question, "--dht-router", "Exit codes:");
        }
        assertThat(shell.run("dht")).isEqualTo(2);
        assertOneLine("no question");
    }

    @Nested
    class Peers {

        @Test
        void goToStandardOutputALineEach() {
            dht.peers.put(
                    HASH, List.of(new InetSocketAddress("10.0.0.1", 6881), new InetSocketAddress("10.0.0.2", 6882)));
            dht.outcome = new DhtClient.Outcome(5, 0, Optional.of(new DhtEvent.SwarmSize(2.2, 7)));

            assertThat(shell.run("dht", "peers", HASH)).isZero();
            assertThat(shell.out()).isEqualTo("10.0.0.1:6881\n10.0.0.2:6882\n");
            assertThat(shell.err()).isEqualTo("2 peers from 5 nodes; about 2 seeders and 7 leechers in all\n");

            shell.out.reset();
            assertThat(shell.run("dht", "peers", "magnet:?xt=urn:btih:" + HASH, "--json"))
                    .isZero();
            assertThat(shell.out())
                    .isEqualTo("{\"hash\":\"" + HASH + "\",\"peers\":[\"10.0.0.1:6881\",\"10.0.0.2:6882\"],"
                            + "\"nodes\":5,\"seeders\":2,\"leechers\":7}\n");
        }

        @Test
        void thatNobodyKnowsAreNotFound() {
            assertThat(shell.run("dht", "peers", HASH)).isEqualTo(3);
            assertOneLine("the DHT has no peers of " + HASH + "; 5 nodes answered");
        }

        @Test
        void cannotBeAskedForWhenNoNodeAnswers() {
            nobodyAnswers();

            assertThat(shell.run("dht", "peers", HASH)).isEqualTo(6);
            assertOneLine("no node of the DHT answered; ");
        }

        @Test
        void thatCameInTimeAreEnough() {
            dht.endless = true;
            assertThat(shell.run("dht", "peers", HASH, "--timeout", "10ms")).isEqualTo(6);
            assertOneLine("--timeout");

            dht.peers.put(HASH, List.of(new InetSocketAddress("10.0.0.1", 6881)));
            assertThat(shell.run("dht", "peers", HASH, "--timeout", "10ms")).isZero();
            assertThat(shell.out()).isEqualTo("10.0.0.1:6881\n");
        }

        @Test
        void ofAPrivateTorrentAreNotAskedFor() throws IOException {
            byte[] torrent = TorrentBuilder.ofFile("it", 10)
                    .pieceLength(16 << 10)
                    .hashes(new byte[20])
                    .isPrivate(true)
                    .build();

            assertThat(shell.run("dht", "peers", Samples.write(folder, "p.torrent", torrent)))
                    .isEqualTo(2);
            assertOneLine("private");
        }
    }

    @Nested
    class AroundUs {

        @Test
        void nodesAreALineEach() {
            NodeId id = NodeId.fromHex("ab".repeat(20));
            dht.around = new DhtClient.Neighbourhood(
                    List.of(new Contact(id, new InetSocketAddress("10.0.0.1", 6881))), 1, Optional.empty(), 0);

            assertThat(shell.run("dht", "nodes")).isZero();
            assertThat(shell.run("dht", "nodes", "--json")).isZero();
            assertThat(shell.out())
                    .isEqualTo(id + " 10.0.0.1:6881\n{\"nodes\":[{\"id\":\"" + id
                            + "\",\"address\":\"10.0.0.1:6881\"}],\"answered\":1,\"seen_as\":null}\n");
        }

        @Test
        void nobodyIs() {
            assertThat(shell.run("dht", "nodes")).isEqualTo(6);
            assertOneLine("no node of the DHT answered");
        }
    }

    @Nested
    class Values {

        private Path file = Path.of("");

        @BeforeEach
        void write() throws IOException {
            file = Files.writeString(folder.resolve("value"), "hello\u001b[31m");
        }

        @Test
        void comeBackUnderTheNameThatPutSays() throws IOException {
            assertThat(shell.run("dht", "put", file)).isZero();
            String name = shell.out().strip();
            assertThat(name).hasSize(40);
            Path copy = folder.resolve("copy");

            assertThat(shell.run("dht", "get", name, "-o", copy)).isZero();
            assertThat(copy).hasSameBinaryContentAs(file);
            assertThat(shell.out()).isEqualTo(name + "\n");
            assertThat(shell.run("dht", "get", name, "-o", copy)).isEqualTo(13);
        }

        @Test
        void areShownWithoutControlCharacters() {
            String name =
                    new Item.Immutable(BString.of("hello\u001b[31m")).target().toString();
            shell.run("dht", "put", file);
            shell.out.reset();

            assertThat(shell.run("dht", "get", name)).isZero();
            assertThat(shell.out()).startsWith("hello").doesNotContain("\u001b").hasLineCount(1);

            shell.out.reset();
            assertThat(shell.run("dht", "get", name, "--json")).isZero();
            assertThat(shell.out()).contains("\"seq\":null", "\"bytes\":\"68656c6c6f1b5b33316d\"");
        }

        @Test
        void ofAKeyHaveVersions() throws IOException {
            Path key = Files.writeString(folder.resolve("key"), SEED + "\n");
            String name = PUBLIC_KEY + ":so:it";

            assertThat(shell.run("dht", "put", file, "--key", key, "--salt", "so:it"))
                    .isZero();
            assertThat(shell.run("dht", "put", file, "--key", key, "--salt", "so:it", "--cas", "1"))
                    .isZero();
            assertThat(shell.out()).isEqualTo((name + "\n").repeat(2));
            assertThat(dht.cas).containsExactly(Optional.empty(), Optional.of(1L));

            shell.out.reset();
            assertThat(shell.run("dht", "get", name, "--json")).isZero();
            assertThat(shell.out()).contains("\"seq\":2");

            assertThat(shell.run("dht", "put", file, "--key", key, "--seq", "9"))
                    .isZero();
            assertThat(dht.items.values())
                    .hasSize(2)
                    .allMatch(item -> item instanceof Item.Mutable mutable && mutable.isGenuine());
        }

        @Test
        void thatAreNotThereAreNotFound() {
            assertThat(shell.run("dht", "get", "ab".repeat(20))).isEqualTo(3);
            assertOneLine("the DHT has no value under abab");
        }

        @Test
        void thatNobodyKeepsAreSaidToBeLost() {
            dht.outcome = new DhtClient.Outcome(5, 0, Optional.empty());
            assertThat(shell.run("dht", "put", file)).isEqualTo(6);
            assertOneLine("5 nodes answered and none keeps it");

            shell.err.reset();
            nobodyAnswers();
            assertThat(shell.run("dht", "put", file)).isEqualTo(6);
            assertOneLine("no node of the DHT answered");
        }

        @Test
        void andNamesThatCannotBeAreRefused() throws IOException {
            Path large = Files.write(folder.resolve("large"), new byte[997]);

            assertThat(shell.run("dht", "put", large)).isEqualTo(2);
            assertThat(shell.run("dht", "put", file, "--seq", "1")).isEqualTo(2);
            assertThat(shell.run("dht", "put", file, "--key", file)).isEqualTo(2);
            assertThat(shell.run("dht", "put", folder.resolve("none"))).isEqualTo(3);
            assertThat(shell.run("dht", "get", "abc")).isEqualTo(2);
            assertThat(shell.run("dht", "get", PUBLIC_KEY + ":" + "x".repeat(65)))
                    .isEqualTo(2);

            assertThat(shell.err().lines()).hasSize(6).allMatch(line -> line.startsWith("bittern: "));
            Files.write(large, new byte[996]);
            assertThat(shell.run("dht", "put", large)).isZero();
        }
    }

    @Nested
    class AKeyFile {

        private static final String HEAD = "302e020100300506032b657004220420";

        private static String pem(String der) {
            return "-----BEGIN PRIVATE KEY-----\n"
                    + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(der))
                    + "\n-----END PRIVATE KEY-----\n";
        }

        private static byte[] ascii(String text) {
            return text.getBytes(StandardCharsets.US_ASCII);
        }

        @Test
        void isBytesOrDigitsOrPem() {
            for (byte[] file : List.of(HexFormat.of().parseHex(SEED), ascii(SEED), ascii(pem(HEAD + SEED)))) {
                assertThat(KeyFile.parse(file).map(Ed25519::publicKey)).hasValue(Ed25519.publicKey(KEYS));
            }
        }

        @Test
        void isOfNoOtherKind() {
            for (String file : List.of("", SEED + "00", pem(SEED), pem(HEAD.replace("70", "71") + SEED))) {
                assertThat(KeyFile.parse(ascii(file))).isEmpty();
            }
        }
    }
}
