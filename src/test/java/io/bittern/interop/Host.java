package io.bittern.interop;

import java.util.ArrayList;
import java.util.List;

/**
 * A machine, as far as its programs can tell.
 *
 * @param around what starts a program there
 * @param dhtNodes HOST:PORT of nodes of the DHT to begin with; a client without any takes no part in it
 * @param neighbours whether clients tell those on the same network what they have
 */
record Host(List<String> around, String address, List<String> dhtNodes, boolean neighbours) {

    /** This machine, where all programs share one address. */
    static final Host HERE = new Host(List.of(), "127.0.0.1", List.of(), false);

    /** The same with other nodes to begin with. */
    Host knowing(List<String> nodes) {
        return new Host(around, address, nodes, neighbours);
    }

    /** The same with clients that tell their neighbours. */
    Host amongNeighbours() {
        return new Host(around, address, dhtNodes, true);
    }

    /** A command that is run there. */
    List<String> run(List<String> command) {
        List<String> all = new ArrayList<>(around);
        all.addAll(command);
        return all;
    }
}
