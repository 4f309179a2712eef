package io.bittern.interop;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** aria2. */
record Aria2Client(Host host) implements OtherClient {

    @Override
    public String[] needs() {
        return new String[] {"opentracker", "aria2c"};
    }

    @Override
    public Program seed(Area area, Path torrent, Path data, int port) {
        return start(area, torrent.toString(), data, port, "--check-integrity=true", "--seed-ratio=0.0");
    }

    @Override
    public Download leech(Area area, String torrent, Path data, int port) {
        Program program = start(area, torrent, data, port, "--seed-time=0");
        return () -> !program.running() && program.exit(Duration.ofSeconds(1)) == 0;
    }

    private Program start(Area area, String torrent, Path data, int port, String... more) {
        List<String> command = new ArrayList<>(List.of(
                "aria2c",
                "--no-conf",
                "--enable-dht=" + !host.dhtNodes().isEmpty(),
                "--enable-dht6=false",
                "--dht-listen-port=" + port,
                "--dht-file-path=" + area.folder().resolve("aria2-" + host.address() + ".dht"),
                "--disable-ipv6=true",
                "--bt-enable-lpd=" + host.neighbours(),
                "--enable-peer-exchange=false",
                "--file-allocation=none",
                "--console-log-level=notice",
                "--show-console-readout=false",
                "--summary-interval=0",
                "--listen-port=" + port,
                "--dir=" + data));
        host.dhtNodes().stream().limit(1).forEach(node -> command.add("--dht-entry-point=" + node));
        command.addAll(List.of(more));
        command.add(torrent);
        return area.start("aria2", host.run(command));
    }
}
