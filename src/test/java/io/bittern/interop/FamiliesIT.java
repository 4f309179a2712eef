package io.bittern.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Downloads by IPv6 alone, and by both families from one seed. */
@Tag("interop")
class FamiliesIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final byte[] LOOPBACK = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    @RegisterExtension
    private final Area area = new Area();

    private final int port = Area.freePort();
    private Payload payload;

    @BeforeEach
    void open() {
        Needs.that(hasIpv6(), "IPv6 on loopback");
        payload = Payload.single(area, 2 << 20, "256KiB", List.of());
    }

    private static boolean hasIpv6() {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), 0));
            return true;
        } catch (IOException missing) {
            return false;
        }
    }

    @Test
    void byIpv6Alone() {
        Map<String, String> settings = Map.of("BITTERN_BIND_ADDRESS", "::1");
        seed(settings);

        downloads(settings, "[::1]:" + port);
    }

    @Test
    void byBothFamiliesFromOneSeed() {
        seed(Map.of());

        downloads(Map.of(), "[::1]:" + port);
        downloads(Map.of(), "127.0.0.1:" + port);
    }

    private void seed(Map<String, String> settings) {
        Program seed = start(settings, "seed", payload.folder(), port, List.of());
        area.await("it seeds", LIMIT, () -> seed.output().contains("peers"));
    }

    private void downloads(Map<String, String> settings, String peer) {
        Path downloads = area.folder("from-" + peer.length());

        Program bittern = start(settings, "download", downloads, Area.freePort(), List.of("--peer", peer));

        assertThat(bittern.exit(LIMIT)).as(bittern.tail()).isZero();
        assertThat(Payload.digests(downloads)).isEqualTo(payload.digests());
    }

    private Program start(Map<String, String> settings, String task, Path data, int at, List<String> more) {
        List<String> arguments = new ArrayList<>(List.of(
                task,
                payload.torrent().toString(),
                "-d",
                data.toString(),
                "-p",
                "" + at,
                "--no-dht",
                "--no-lsd",
                "--state-dir",
                area.folder("state-" + at).toString()));
        arguments.addAll(more);
        return BitternProgram.start(area, List.of(), settings, arguments);
    }
}
