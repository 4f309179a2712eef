package io.bittern.interop;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Two machines on one cable, as far as programs can tell: network namespaces of Linux, which need its superuser. */
final class Namespaces implements AutoCloseable {

    /** Addresses of the two. */
    static final List<String> ADDRESSES = List.of("10.77.77.1", "10.77.77.2");

    private final List<String> names;

    private Namespaces(String prefix) {
        names = List.of(prefix + "-a", prefix + "-b");
    }

    /** Lays the cable, if this process may. */
    static Optional<Namespaces> open() {
        Namespaces two = new Namespaces("bittern-" + ProcessHandle.current().pid());
        if (two.build()) {
            return Optional.of(two);
        }
        two.close();
        return Optional.empty();
    }

    private boolean build() {
        String first = names.get(0);
        String second = names.get(1);
        return ip("netns", "add", first)
                && ip("netns", "add", second)
                && ip("-n", first, "link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns", second)
                && plug(0)
                && plug(1);
    }

    private boolean plug(int machine) {
        String name = names.get(machine);
        return ip("-n", name, "link", "set", "lo", "up")
                && ip("-n", name, "address", "add", ADDRESSES.get(machine) + "/24", "dev", "cable")
                && ip("-n", name, "link", "set", "cable", "up");
    }

    /** What starts a program on one of them. */
    List<String> on(int machine) {
        return List.of("ip", "netns", "exec", names.get(machine));
    }

    /** Whatever one of them has for elsewhere goes to the other, as to a router. */
    boolean routes(int machine, int router) {
        return ip("-n", names.get(machine), "route", "add", "default", "via", ADDRESSES.get(router));
    }

    /** The cable goes with its ends. */
    @Override
    public void close() {
        names.forEach(name -> ip("netns", "delete", name));
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
