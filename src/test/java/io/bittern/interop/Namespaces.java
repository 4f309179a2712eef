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
    private static final String IPV4 = "10.77.77.%d/24";
    private static final String IPV6 = "fd77::%d/64";

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

    /** Another machine, without neighbours and nodes of the DHT. */
    Host add() {
        return add(IPV4);
    }

    /** Another machine that has no IPv4. */
    Host addIpv6() {
        return add(IPV6);
    }

    /** Another machine that sends what is for elsewhere to one that is there. */
    Host addBehind(Host router) {
        Host host = add();
        if (!ip("-n", names.get(names.size() - 1), "route", "add", "default", "via", router.address())) {
            throw new AssertionError("cannot set a route");
        }
        return host;
    }

    private Host add(String network) {
        String name = prefix + names.size();
        String plug = "plug" + names.size();
        names.add(name);
        String address = nextAddress(network);
        List<String> around = List.of("ip", "netns", "exec", name);
        Host host = new Host(around, address.substring(0, address.indexOf('/')), List.of(), false);
        boolean plugged = ip("netns", "add", name)
                && ip("-n", name, "link", "add", CABLE, "type", "veth", "peer", "name", plug, "netns", hub)
                && ip("-n", hub, "link", "set", plug, "master", CABLE, "up")
                && ip("-n", name, "link", "set", "lo", "up")
                && assign(name, address)
                && ip("-n", name, "link", "set", CABLE, "up")
                // which most programs need to join a multicast group
                && ip("-n", name, "route", "add", "224.0.0.0/4", "dev", CABLE);
        if (!plugged) {
            throw new AssertionError("cannot set up " + name);
        }
        return host;
    }

    /** Gives the latest machine so many more addresses. */
    List<String> moreAddresses(int count) {
        String name = names.get(names.size() - 1);
        List<String> more =
                Stream.generate(() -> nextAddress(IPV4)).limit(count).toList();
        if (!more.stream().allMatch(address -> assign(name, address))) {
            throw new AssertionError("cannot give " + name + " an address");
        }
        return more.stream()
                .map(address -> address.substring(0, address.indexOf('/')))
                .toList();
    }

    private static boolean assign(String name, String address) {
        // without looking whether somebody else has it, which takes a second
        return ip("-n", name, "address", "add", address, "dev", CABLE, "nodad");
    }

    private String nextAddress(String network) {
        addresses++;
        return network.formatted(addresses);
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
