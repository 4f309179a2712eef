package io.bittern.interop;

import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.Metainfo;
import io.bittern.metainfo.MetainfoException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Content to share, and its .torrent as Bittern makes it. */
record Payload(Path folder, Path content, Path torrent) {

    /** Kinds of payload that clients differ in. */
    enum Kind {
        /** One file whose last piece has one byte. */
        SINGLE,
        /** Nested folders, names that are not ASCII, empty files, pieces across files. */
        MULTI,
        /** Pieces of 16 MiB, the last of one byte. */
        LARGE_PIECES
    }

    /** @param more arguments of {@code bittern create} */
    static Payload make(Area area, Kind kind, List<String> trackers, String... more) {
        Path folder = area.folder("source");
        return switch (kind) {
            case SINGLE -> {
                Path file = folder.resolve("single.bin");
                write(file, (4 << 20) + 1, 1);
                yield create(area, folder, file, "16KiB", trackers, more);
            }
            case LARGE_PIECES -> {
                Path file = folder.resolve("large pieces.bin");
                write(file, (32 << 20) + 1, 2);
                yield create(area, folder, file, "16MiB", trackers, more);
            }
            case MULTI -> {
                Path root = folder.resolve("multi");
                write(root.resolve("a.txt"), 100_003, 3);
                write(root.resolve("b/empty"), 0, 4);
                write(root.resolve("b/c/deep.bin"), 1_500_000, 5);
                write(root.resolve("b/c/one"), 1, 6);
                write(root.resolve("z/\u00e4\u00f6 \u2603.bin"), 700_001, 7);
                write(root.resolve("zz empty"), 0, 8);
                yield create(area, folder, root, "64KiB", trackers, more);
            }
        };
    }

    /** One file of a size, with pieces of a length. */
    static Payload single(Area area, long size, String pieceLength, List<String> trackers) {
        Path folder = area.folder("source");
        Path file = folder.resolve("payload.bin");
        write(file, size, 9);
        return create(area, folder, file, pieceLength, trackers);
    }

    /** One file of a name, in a folder that may have others, and no tracker. */
    static Payload small(Area area, String folder, String name) {
        byte[] bytes = new byte[(1 << 20) + 1];
        new Random(name.hashCode()).nextBytes(bytes);
        Path content = area.folder(folder).resolve(name);
        Path torrent = area.folder("torrents").resolve(name + ".torrent");
        try {
            Files.write(content, bytes);
            Files.write(torrent, SmallTorrent.of(name, bytes));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        return new Payload(area.folder(folder), content, torrent);
    }

    private static Payload create(
            Area area, Path folder, Path content, String pieceLength, List<String> trackers, String... more) {
        Path torrent = area.folder("torrents").resolve(content.getFileName() + ".torrent");
        List<String> arguments = new ArrayList<>(
                List.of("create", content.toString(), "-o", torrent.toString(), "--piece-length", pieceLength));
        trackers.forEach(tracker -> arguments.addAll(List.of("-a", tracker)));
        arguments.addAll(List.of(more));
        BitternProgram.run(area, Duration.ofSeconds(60), arguments.toArray(String[]::new));
        return new Payload(folder, content, torrent);
    }

    /** The link with nothing but the info hash. */
    String link() {
        return "magnet:?xt=urn:btih:" + infoHash();
    }

    InfoHash infoHash() {
        try {
            return Metainfo.parse(Files.readAllBytes(torrent)).infoHash();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (MetainfoException wrong) {
            throw new AssertionError(wrong);
        }
    }

    /** The SHA-1 of each file with its path. */
    Map<String, String> digests() {
        return digests(folder);
    }

    /** The SHA-1 of each file below a folder with its path. */
    static Map<String, String> digests(Path folder) {
        Map<String, String> digests = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                digests.put(folder.relativize(file).toString(), sha1(file));
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        return digests;
    }

    private static String sha1(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            byte[] buffer = new byte[1 << 20];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static void write(Path file, long size, long seed) {
        Random random = new Random(seed);
        byte[] buffer = new byte[1 << 20];
        try {
            Files.createDirectories(file.getParent());
            try (OutputStream out = Files.newOutputStream(file)) {
                for (long left = size; left > 0; left -= buffer.length) {
                    random.nextBytes(buffer);
                    out.write(buffer, 0, (int) Math.min(left, buffer.length));
                }
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
