package io.bittern.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** transmission-daemon: torrents come in by its watch folder, a script of its own tells of the end. */
final class TransmissionClient implements OtherClient {

    @Override
    public String[] needs() {
        return new String[] {"opentracker", "transmission-daemon"};
    }

    @Override
    public Program seed(Area area, Path torrent, Path data, int port) {
        return start(area, torrent, data, port, area.folder("transmission-" + port));
    }

    @Override
    public Download leech(Area area, Path torrent, Path data, int port) {
        Path home = area.folder("transmission-" + port);
        start(area, torrent, data, port, home);
        return () -> Files.exists(home.resolve("done"));
    }

    private static Program start(Area area, Path torrent, Path data, int port, Path home) {
        try {
            Path watched = Files.createDirectories(home.resolve("watched"));
            Files.copy(torrent, watched.resolve(torrent.getFileName()));
            Path hook = home.resolve("done.sh");
            Files.writeString(hook, "#!/bin/sh\n: > '" + home.resolve("done") + "'\n");
            if (!hook.toFile().setExecutable(true)) {
                throw new IOException("cannot make executable: " + hook);
            }
            Files.writeString(home.resolve("settings.json"), settings(data, port, watched, hook));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        return area.start(
                "transmission",
                java.util.List.of("transmission-daemon", "--foreground", "--config-dir", home.toString()));
    }

    private static String settings(Path data, int port, Path watched, Path hook) {
        return """
                {
                    "bind-address-ipv4": "127.0.0.1",
                    "bind-address-ipv6": "::1",
                    "peer-port": %d,
                    "rpc-enabled": false,
                    "dht-enabled": false,
                    "lpd-enabled": false,
                    "pex-enabled": false,
                    "utp-enabled": false,
                    "port-forwarding-enabled": false,
                    "encryption": 0,
                    "download-dir": "%s",
                    "watch-dir-enabled": true,
                    "watch-dir": "%s",
                    "start-added-torrents": true,
                    "script-torrent-done-enabled": true,
                    "script-torrent-done-filename": "%s"
                }
                """.formatted(port, data, watched, hook);
    }
}
