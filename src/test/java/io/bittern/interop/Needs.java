package io.bittern.interop;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** What a test needs to be installed: without it the test is left out and says so, or fails where everything is required. */
final class Needs {

    private static final boolean REQUIRED = "required".equals(System.getProperty("bittern.interop"));

    private Needs() {}

    /** Goes on only if all these programs are there. */
    static void programs(String... programs) {
        List<String> missing =
                Arrays.stream(programs).filter(program -> !installed(program)).toList();
        if (!missing.isEmpty()) {
            String message = "left out: needs " + String.join(", ", missing) + " (Debian packages opentracker, "
                    + "python3-libtorrent, transmission-cli, aria2; npm ci in src/test/node)";
            if (REQUIRED) {
                Assertions.fail(message);
            }
            leaveOut(message);
        }
    }

    /** Goes on only if this machine has something that is never required. */
    static void that(boolean there, String what) {
        if (!there) {
            leaveOut("left out: needs " + what);
        }
    }

    private static void leaveOut(String message) {
        System.out.println(message);
        Assumptions.abort(message);
    }

    private static boolean installed(String program) {
        if (program.equals("python3-libtorrent")) {
            return LibtorrentClient.installed();
        }
        if (program.equals("bittorrent-dht")) {
            return NpmDht.installed();
        }
        return Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
