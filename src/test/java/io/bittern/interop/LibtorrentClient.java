package io.bittern.interop;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** libtorrent, by its Python binding and the script {@code interop/libtorrent_peer.py}. */
record LibtorrentClient(Host host) implements OtherClient {

    static final String PYTHON = "/usr/bin/python3";

    LibtorrentClient() {
        this(Host.HERE);
    }

    static boolean installed() {
        try {
            return new ProcessBuilder(PYTHON, "-c", "import libtorrent")
                            .redirectErrorStream(true)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException missing) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public String[] needs() {
        return new String[] {"opentracker", "python3-libtorrent"};
    }

    @Override
    public Program seed(Area area, Path torrent, Path data, int port) {
        return run(area, List.of("--seed"), torrent.toString(), data, port);
    }

    /** Seeds piece by piece (BEP 16). */
    Program superSeed(Area area, Path torrent, Path data, int port) {
        return start(area, List.of("--seed", "--super-seed"), torrent.toString(), data, port);
    }

    @Override
    public Download leech(Area area, String torrent, Path data, int port) {
        Program program = run(area, List.of(), torrent, data, port);
        return () -> finished(program);
    }

    /** Downloads, and says what it uploads. */
    Program leecher(Area area, Path torrent, Path data, int port) {
        return start(area, List.of(), torrent.toString(), data, port);
    }

    static boolean finished(Program program) {
        return program.output().contains("finished");
    }

    /** Downloads with options of the script, and without a tracker; says "uploaded" when it has begun, and "finished". */
    static Program start(Area area, Path torrent, Path data, int port, String... options) {
        return start(area, List.of(options), torrent.toString(), data, port);
    }

    /** Starts a node of the DHT at each of these addresses of a machine, all in one process, which says "serving" when they have met. */
    static Program nodes(Area area, Host host, int port, List<String> addresses) {
        List<String> command = new ArrayList<>(
                List.of(PYTHON, script(area, "libtorrent_nodes.py").toString(), Integer.toString(port)));
        command.addAll(addresses);
        return area.start("libtorrent-nodes", host.run(command));
    }

    /** The same of a file or a link. */
    static Program start(Area area, List<String> options, String torrent, Path data, int port) {
        return new LibtorrentClient().run(area, options, torrent, data, port);
    }

    private Program run(Area area, List<String> options, String torrent, Path data, int port) {
        List<String> command = new ArrayList<>(
                List.of(PYTHON, script(area, "libtorrent_peer.py").toString(), "--address", host.address()));
        if (host.neighbours()) {
            command.add("--lsd");
        }
        command.addAll(options);
        command.addAll(List.of(torrent, data.toString(), Integer.toString(port)));
        return area.start("libtorrent", host.run(command));
    }

    /** A script among the resources, as a file. */
    static Path script(Area area, String name) {
        Path script = area.folder().resolve(name);
        try (InputStream source = LibtorrentClient.class.getResourceAsStream("/interop/" + name)) {
            if (!Files.exists(script) && source != null) {
                Files.copy(source, script);
            }
            return script;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
