package io.bittern.interop;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** transmission-cli: a script of its own tells of the end. */
record TransmissionClient(Host host) implements OtherClient {

    @Override
    public String[] needs() {
        return new String[] {"opentracker", "transmission-cli"};
    }

    @Override
    public Program seed(Area area, Path torrent, Path data, int port) {
        return start(area, torrent.toString(), data, port, home(area, port));
    }

    @Override
    public Download leech(Area area, String torrent, Path data, int port) {
        Path home = home(area, port);
        start(area, torrent, data, port, home);
        return () -> Files.exists(home.resolve("done"));
    }

    private Path home(Area area, int port) {
        return area.folder("transmission-" + host.address() + "-" + port);
    }

    private Program start(Area area, String torrent, Path data, int port, Path home) {
        try {
            Path hook = home.resolve("done.sh");
            Files.writeString(hook, "#!/bin/sh\n: > '" + home.resolve("done") + "'\n");
            if (!hook.toFile().setExecutable(true)) {
                throw new IOException("cannot make executable: " + hook);
            }
            Files.writeString(home.resolve("settings.json"), settings(data, port, hook));
            Files.write(home.resolve("dht.dat"), nodes());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        return area.start(
                "transmission", host.run(List.of("transmission-cli", "--config-dir", home.toString(), torrent)));
    }

    private String settings(Path data, int port, Path hook) {
        return """
                {
                    "bind-address-ipv4": "%s",
                    "bind-address-ipv6": "::1",
                    "peer-port": %d,
                    "rpc-enabled": false,
                    "dht-enabled": %b,
                    "lpd-enabled": %b,
                    "pex-enabled": false,
                    "utp-enabled": false,
                    "port-forwarding-enabled": false,
                    "encryption": 0,
                    "download-dir": "%s",
                    "script-torrent-done-enabled": true,
                    "script-torrent-done-filename": "%s"
                }
                """.formatted(host.address(), port, !host.dhtNodes().isEmpty(), host.neighbours(), data, hook);
    }

    /** The file of the nodes that it met the last time: those it pings every two seconds, others every fifteen. */
    private byte[] nodes() {
        ByteArrayOutputStream compact = new ByteArrayOutputStream();
        for (String node : host.dhtNodes()) {
            int colon = node.lastIndexOf(':');
            int port = Integer.parseInt(node.substring(colon + 1));
            compact.writeBytes(new InetSocketAddress(node.substring(0, colon), port)
                    .getAddress()
                    .getAddress());
            compact.writeBytes(ByteBuffer.allocate(2).putShort((short) port).array());
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(("d5:nodes" + compact.size() + ":").getBytes(StandardCharsets.US_ASCII));
        file.writeBytes(compact.toByteArray());
        file.write('e');
        return file.toByteArray();
    }
}
