package io.bittern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.client.Bittern;
import io.bittern.client.ClientException;
import io.bittern.client.DhtClient;
import io.bittern.client.Failure;
import io.bittern.client.PortMapping;
import io.bittern.metainfo.InfoHash;
import io.bittern.tracker.ScrapeResponse;
import io.bittern.tracker.SwarmSize;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class DoctorCommandTest {

    private static final InfoHash HASH = InfoHash.fromHex("0123456789abcdef0123456789abcdef01234567");
    private static final String TRACKER = "http://up.test/announce";
    private static final String LINK = "magnet:?xt=urn:btih:" + HASH + "&dn=it&tr=" + TRACKER;

    @TempDir
    private Path folder = Path.of("");

    private TestShell shell = new TestShell(folder);
    private FakeBittern client = new FakeBittern();
    private FakeDht dht = new FakeDht();
    private Optional<Instant> date = Optional.empty();

    @BeforeEach
    void setUp() {
        shell = new TestShell(folder);
        client = new FakeBittern();
        dht = new FakeDht();
        dht.around = new DhtClient.Neighbourhood(List.of(), 40, Optional.empty(), 0);
        shell.starter = client;
        shell.dht = dht;
        shell.environment.put("BITTERN_DISCOVERY_DHT", "true");
    }

    private void knows(int seeders) {
        client.scrapes.put(
                TRACKER,
                CompletableFuture.completedFuture(new ScrapeResponse(Map.of(HASH, SwarmSize.of(seeders, 0, 0)), date)));
    }

    @Test
    void saysALineForEachTopic() {
        assertThat(shell.run("doctor", "-d", folder)).isZero();

        assertThat(shell.out().lines().map(line -> line.substring(9, 16).strip()))
                .containsExactly("port", "router", "reach", "dht", "address", "clock", "state", "data", "files");
        assertThat(shell.out()).contains("ok       port        port 6881 can be had", "40 nodes of the DHT answered");
        assertThat(shell.err()).isEmpty();
    }

    @Test
    void startsAClientThatFindsNobodyByItself() {
        shell.run("doctor", "-d", folder);

        assertThat(client.settings.orElseThrow().discovery().dht()).isFalse();
        assertThat(client.settings.orElseThrow().discovery().local()).isFalse();
    }

    @Test
    void asksTheRouterAsADownloadWould() {
        shell.environment.remove("BITTERN_DISCOVERY_PORT_MAPPING");
        client.mapping = Optional.of(new PortMapping(List.of(), 1, "the gateway is asleep"));

        assertThat(shell.run("doctor", "-d", folder)).isZero();
        assertThat(client.settings.orElseThrow().discovery().portMapping()).isTrue();
        assertThat(shell.out()).contains("warning  router      no port is open from outside: the gateway is asleep;");

        assertThat(shell.run("doctor", "-d", folder, "--no-port-mapping")).isZero();
        assertThat(client.settings.orElseThrow().discovery().portMapping()).isFalse();
    }

    @Test
    void saysWhoSharesATorrent() {
        knows(3);
        dht.peers.put(HASH, List.of(new InetSocketAddress("10.0.0.1", 1)));

        assertThat(shell.run("doctor", LINK, "-d", folder)).isZero();
        assertThat(shell.out())
                .contains(
                        "ok       tracker     " + TRACKER + ": 3 seeders",
                        "ok       peers       trackers know of 3 seeders and 0 leechers, the DHT of 1 peer");
    }

    @Test
    void comparesTheClockWithThatOfTheTrackers() {
        date = Optional.of(Instant.ofEpochSecond(1_700_003_601));
        knows(3);

        assertThat(shell.run("doctor", LINK, "-d", folder)).isZero();
        assertThat(shell.out()).containsPattern("warning  clock .* 1h00m behind that of the tracker; set it");
    }

    @Test
    void exitsWithACodeOfItsOwnWhenThereIsAProblem() {
        knows(0);

        assertThat(shell.run("doctor", LINK, "-d", folder)).isEqualTo(33);
        assertThat(shell.out()).contains("problem  peers       who answers knows nobody that shares it; wait");
    }

    @Test
    void saysItAsJson() {
        assertThat(shell.run("doctor", "-d", folder, "--no-dht", "--json")).isZero();

        assertThat(shell.out())
                .hasLineCount(1)
                .startsWith("{\"findings\":[{\"level\":\"ok\",\"topic\":\"port\",")
                .contains("{\"level\":\"warning\",\"topic\":\"dht\",\"text\":\"the DHT is off\"");
    }

    @Test
    void doesNotWaitLongerForTheDhtThanItIsTold() {
        dht.endless = true;

        assertThat(shell.run("doctor", "-d", folder, "--timeout", "10ms")).isEqualTo(33);
        assertThat(shell.out()).contains("problem  dht         no node of the DHT answers");
    }

    @Test
    void saysWhyNoClientStarts() {
        Bittern.Starter broken = settings -> {
            throw new ClientException(new Failure(Failure.Kind.NETWORK, "no port could be had"));
        };
        shell.starter = broken;

        assertThat(shell.run("doctor", LINK, "-d", folder)).isEqualTo(33);
        assertThat(shell.out()).contains("problem  port        no port could be had");
        assertThat(shell.err()).isEmpty();
    }
}
