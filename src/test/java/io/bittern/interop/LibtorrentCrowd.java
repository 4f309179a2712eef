package io.bittern.interop;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Several libtorrent peers that know nothing of each other, by the script {@code interop/libtorrent_crowd.py}. */
final class LibtorrentCrowd {

    private static final String SCRIPT = "libtorrent_crowd.py";

    /** Bytes of payload that all of them have sent or received, at a time of the crowd's own clock. */
    record Moved(double seconds, long bytes) {}

    private final Program program;
    private final int column;

    private LibtorrentCrowd(Program program, int column) {
        this.program = program;
        this.column = column;
    }

    /** Seeders of what is in a folder. */
    static LibtorrentCrowd seed(Area area, Path torrent, Path data, int count) {
        return new LibtorrentCrowd(start(area, List.of("--seed"), torrent, data, count), 2);
    }

    /** Leechers that connect to one address of loopback. */
    static LibtorrentCrowd leech(Area area, Path torrent, Path data, int count, int port) {
        return new LibtorrentCrowd(start(area, List.of("--dial", "127.0.0.1:" + port), torrent, data, count), 3);
    }

    private static Program start(Area area, List<String> options, Path torrent, Path data, int count) {
        Path script = area.folder().resolve(SCRIPT);
        try (InputStream source = LibtorrentCrowd.class.getResourceAsStream("/interop/" + SCRIPT)) {
            if (!Files.exists(script) && source != null) {
                Files.copy(source, script);
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        List<String> command = new ArrayList<>(List.of("/usr/bin/python3", script.toString()));
        command.addAll(options);
        command.addAll(List.of(torrent.toString(), data.toString(), "" + count));
        return area.start("crowd", command);
    }

    /** Where they listen; none before they do. */
    List<InetSocketAddress> addresses() {
        return lines("ports")
                .flatMap(line -> Arrays.stream(line).skip(1))
                .map(port -> new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port)))
                .toList();
    }

    /** What has moved, from the start, at each time when that had changed. */
    List<Moved> moved() {
        List<Moved> changes = new ArrayList<>();
        lines("moved")
                .map(line -> new Moved(Double.parseDouble(line[1]), Long.parseLong(line[column])))
                .filter(moved -> changes.isEmpty()
                        || moved.bytes() > changes.get(changes.size() - 1).bytes())
                .forEachOrdered(changes::add);
        return changes;
    }

    /** Bytes until now. */
    long bytes() {
        List<Moved> all = moved();
        return all.isEmpty() ? 0 : all.get(all.size() - 1).bytes();
    }

    /** Whole lines that begin with a word, in words. */
    private Stream<String[]> lines(String word) {
        String output = program.output();
        return output.substring(0, output.lastIndexOf('\n') + 1)
                .lines()
                .filter(line -> line.startsWith(word + " "))
                .map(line -> line.split(" "));
    }
}
