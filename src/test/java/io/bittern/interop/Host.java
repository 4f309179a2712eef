package io.bittern.interop;

import java.util.ArrayList;
import java.util.List;

/**
 * A machine, as far as its programs can tell.
 *
 * @param around what starts a program there
 * @param dhtNodes HOST:PORT of nodes of the DHT to begin with; a client without any takes no part in it
 */
record Host(List<String> around, String address, List<String> dhtNodes) {

    /** This machine, where all programs share one address. */
    static final Host HERE = new Host(List.of(), "127.0.0.1", List.of());

    /** The same with other nodes to begin with. */
    Host knowing(List<String> nodes) {
        return new Host(around, address, nodes);
    }

    /** A command that is run there. */
    List<String> run(List<String> command) {
        List<String> all = new ArrayList<>(around);
        all.addAll(command);
        return all;
    }
}
