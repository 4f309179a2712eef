package io.bittern.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bittern on a machine behind a router, which is asked to let peers in and does. */
@Tag("interop")
class PortMappingIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Map<String, String> SETTINGS = Map.of("BITTERN_DISCOVERY_PORT_MAPPING", "true");

    @RegisterExtension
    private final Area area = new Area();

    private Host gateway = Host.HERE;
    private Host behind = Host.HERE;

    @BeforeEach
    void open() {
        Namespaces machines = Namespaces.open(area);
        gateway = machines.add();
        behind = machines.addBehind(gateway);
    }

    private Program router(String language) {
        List<String> command = new ArrayList<>(gateway.around());
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.bittern.portmap.GatewayProgram",
                gateway.address(),
                language));
        Program router = area.start("router", command);
        area.await("the router is ready", LIMIT, () -> router.output().contains("ready"));
        return router;
    }

    @ParameterizedTest
    @ValueSource(strings = {"PCP", "UPNP"})
    void mapsItsPortAndTakesThatBack(String language) {
        Payload payload = Payload.single(area, 1 << 20, "256KiB", List.of());
        Program router = router(language);

        Program seed = BitternProgram.start(
                area,
                behind.around(),
                SETTINGS,
                List.of(
                        "seed",
                        payload.torrent().toString(),
                        "-d",
                        payload.folder().toString(),
                        "-p",
                        "6881",
                        "--json",
                        "--state-dir",
                        area.folder("state").toString()));
        area.await("it is mapped", LIMIT, () -> router.output().contains("mapped [TCP 6881, UDP 6881]"));
        area.await(
                "it says so",
                LIMIT,
                () -> seed.output().contains("TCP and UDP are open from outside at 203.0.113.5:6881"));
        assertThat(seed.output()).contains("\"event\":\"port_mapping\"");
        seed.terminate();

        assertThat(seed.exit(LIMIT)).as(seed.tail()).isZero();
        area.await("it is taken back", LIMIT, () -> router.output().endsWith("mapped []\n"));
    }

    @Test
    void theDoctorSaysWhereItIsOpen() {
        Program router = router("NAT_PMP");

        Program doctor = BitternProgram.start(
                area,
                behind.around(),
                SETTINGS,
                List.of(
                        "doctor",
                        "--no-dht",
                        "-p",
                        "6881",
                        "-d",
                        area.folder("data").toString()));

        assertThat(doctor.exit(LIMIT)).as(doctor.tail()).isZero();
        assertThat(doctor.output())
                .contains("ok       router      TCP and UDP are open from outside at 203.0.113.5:6881, by NAT-PMP");
        area.await("it is taken back", LIMIT, () -> router.output().endsWith("mapped []\n"));
    }
}
