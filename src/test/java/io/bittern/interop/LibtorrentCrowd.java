package io.bittern.interop;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Several libtorrent peers that know nothing of each other, by the script {@code interop/libtorrent_crowd.py}. */
final class LibtorrentCrowd {

    /** Bytes of payload that all of them have sent or received, at a time of the crowd's own clock. */
    record Moved(double seconds, long bytes) {}

    private final Program program;
    private final int column;

    private LibtorrentCrowd(Program program, int column) {
        this.program = program;
        this.column = column;
    }

    /** Seeders of what is in a folder, one at each of these hosts. */
    static LibtorrentCrowd seed(Area area, Path torrent, Path data, List<String> hosts) {
        return new LibtorrentCrowd(start(area, List.of("--seed"), torrent, data, hosts), 2);
    }

    /** Leechers that connect to one address of loopback. */
    static LibtorrentCrowd leech(Area area, Path torrent, Path data, List<String> hosts, int port) {
        return new LibtorrentCrowd(start(area, List.of("--dial", "127.0.0.1:" + port), torrent, data, hosts), 3);
    }

    private static Program start(Area area, List<String> options, Path torrent, Path data, List<String> hosts) {
        List<String> command = new ArrayList<>(List.of(
                LibtorrentClient.PYTHON,
                LibtorrentClient.script(area, "libtorrent_crowd.py").toString()));
        command.addAll(options);
        command.addAll(List.of(torrent.toString(), data.toString()));
        command.addAll(hosts);
        return area.start("crowd", command);
    }

    /** Where they listen; none before all do. */
    List<InetSocketAddress> addresses() {
        return lines("listening")
                .flatMap(line -> Arrays.stream(line).skip(1))
                .map(address -> address.split(":"))
                .map(parts -> new InetSocketAddress(parts[0], Integer.parseInt(parts[1])))
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
