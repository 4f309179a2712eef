package io.bittern.interop;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Machines on one switch, as far as programs can tell: network namespaces of Linux, which need its superuser. */
final class Namespaces {

    private static final String CABLE = "cable";

    private final String prefix = "bittern-" + ProcessHandle.current().pid() + "-";
    private final String hub = prefix + "hub";
    private final List<String> names = new ArrayList<>();
    private int addresses;

    private Namespaces() {}

    /** Sets the switch up until the test is over; leaves the test out if this process may not. */
    static Namespaces open(Area area) {
        Namespaces namespaces = new Namespaces();
        area.atEnd(namespaces::close);
        boolean built = ip("netns", "add", namespaces.hub)
                && ip("-n", namespaces.hub, "link", "add", CABLE, "type", "bridge", "mcast_snooping", "0")
                && ip("-n", namespaces.hub, "link", "set", CABLE, "up");
        Needs.that(built, "network namespaces, which are the superuser's (Debian package iproute2)");
        return namespaces;
    }

    /** Another machine, which begins with no node of the DHT. */
    Host add() {
        String name = prefix + names.size();
        String plug = "plug" + names.size();
        names.add(name);
        Host host = new Host(List.of("ip", "netns", "exec", name), nextAddress(), List.of());
        boolean plugged = ip("netns", "add", name)
                && ip("-n", name, "link", "add", CABLE, "type", "veth", "peer", "name", plug, "netns", hub)
                && ip("-n", hub, "link", "set", plug, "master", CABLE, "up")
                && ip("-n", name, "link", "set", "lo", "up")
                && assign(name, host.address())
                && ip("-n", name, "link", "set", CABLE, "up");
        if (!plugged) {
            throw new AssertionError("cannot set up " + name);
        }
        return host;
    }

    /** Gives the latest machine so many more addresses. */
    List<String> moreAddresses(int count) {
        String name = names.get(names.size() - 1);
        List<String> more = Stream.generate(this::nextAddress).limit(count).toList();
        if (!more.stream().allMatch(address -> assign(name, address))) {
            throw new AssertionError("cannot give " + name + " an address");
        }
        return more;
    }

    private static boolean assign(String name, String address) {
        return ip("-n", name, "address", "add", address + "/24", "dev", CABLE);
    }

    private String nextAddress() {
        addresses++;
        return "10.77.77." + addresses;
    }

    /** Cables go with their ends. */
    private void close() {
        names.forEach(name -> ip("netns", "delete", name));
        ip("netns", "delete", hub);
    }

    private static boolean ip(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(Arrays.asList(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException missing) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
