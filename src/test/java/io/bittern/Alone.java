package io.bittern;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Keeps the clients of a test to themselves: they look for nobody outside of it. Child processes have it from the build. */
public final class Alone {

    private Alone() {}

    /** The environment of a client with this home folder. */
    public static Map<String, String> environment(Path home) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("HOME", home.toString());
        environment.put("BITTERN_DISCOVERY_LOCAL", "false");
        environment.put("BITTERN_DISCOVERY_DHT", "false");
        environment.put("BITTERN_DISCOVERY_PORT_MAPPING", "false");
        return environment;
    }
}
