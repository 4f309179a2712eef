package io.bittern.interop;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Bittern as users run it: the launcher, in a process of its own. */
final class BitternProgram {

    /** The folder of the project. */
    static final Path HOME = Path.of(System.getProperty("bittern.home", ".")).toAbsolutePath();

    private static final Path LAUNCHER = HOME.resolve("bittern");

    private BitternProgram() {}

    static String launcher() {
        return LAUNCHER.toString();
    }

    static Program start(Area area, String... arguments) {
        return start(area, List.of(), Map.of(), List.of(arguments));
    }

    /**
     * Starts with settings of its own.
     *
     * @param around a program that starts the launcher, with its arguments; nothing if none does
     */
    static Program start(Area area, List<String> around, Map<String, String> settings, List<String> arguments) {
        List<String> command = new ArrayList<>(around);
        command.add(LAUNCHER.toString());
        command.addAll(arguments);
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("HOME", area.folder("home").toString());
        return area.start("bittern-" + arguments.get(0), environment, command);
    }

    /** Runs to the end and expects exit code 0. */
    static String run(Area area, Duration limit, String... arguments) {
        Program program = start(area, arguments);
        int code = program.exit(limit);
        if (code != 0) {
            throw new AssertionError("exit " + code + ": " + program.tail());
        }
        return program.output();
    }

    static Program download(Area area, Path torrent, Path data, int port, String... more) {
        return download(area, torrent.toString(), data, port, more);
    }

    /** Downloads what a file or a link names. */
    static Program download(Area area, String torrent, Path data, int port, String... more) {
        return start(
                area,
                with(
                        more,
                        "download",
                        torrent,
                        "-d",
                        data.toString(),
                        "-p",
                        "" + port,
                        "--state-dir",
                        state(area, port)));
    }

    static Program seed(Area area, Path torrent, Path data, int port, String... more) {
        return start(
                area,
                with(
                        more,
                        "seed",
                        torrent.toString(),
                        "-d",
                        data.toString(),
                        "-p",
                        "" + port,
                        "--state-dir",
                        state(area, port)));
    }

    private static String state(Area area, int port) {
        return area.folder("state-" + port).toString();
    }

    private static String[] with(String[] more, String... first) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }
}
