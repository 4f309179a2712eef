package io.bittern.cli;

import io.bittern.client.AddTorrent;
import io.bittern.client.Failure;
import io.bittern.client.TorrentSnapshot;
import io.bittern.client.TorrentSnapshot.State;
import io.bittern.metainfo.Metainfo;
import io.bittern.metainfo.MetainfoException;
import io.bittern.metainfo.TorrentBuilder;
import io.bittern.tracker.SwarmSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Torrents and snapshots for tests. */
final class Samples {

    private Samples() {}

    /** The bytes of a torrent file for one file of zeros. */
    static byte[] torrent(String name, int length) {
        return hashed(TorrentBuilder.ofFile(name, length), length).build();
    }

    /** The bytes of a torrent file for a folder with three files of zeros. */
    static byte[] folder(String name) {
        List<TorrentBuilder.Entry> files = List.of(
                new TorrentBuilder.Entry(List.of("one.txt"), 10),
                new TorrentBuilder.Entry(List.of("sub", "two.bin"), 20_000),
                new TorrentBuilder.Entry(List.of("three.txt"), 5));
        return hashed(TorrentBuilder.ofFolder(name, files), 20_015)
                .tiers(List.of(List.of("http://one.test/announce"), List.of("udp://two.test:80")))
                .webSeeds(List.of("http://web.test/"))
                .comment("a comment")
                .build();
    }

    private static TorrentBuilder hashed(TorrentBuilder builder, int length) {
        int pieceLength = 16 << 10;
        byte[] hashes = new byte[(length + pieceLength - 1) / pieceLength * 20];
        byte[] zeros = new byte[length];
        for (int piece = 0; piece * pieceLength < length; piece++) {
            int end = Math.min(length, (piece + 1) * pieceLength);
            System.arraycopy(sha1(Arrays.copyOfRange(zeros, piece * pieceLength, end)), 0, hashes, piece * 20, 20);
        }
        return builder.pieceLength(pieceLength).hashes(hashes);
    }

    private static byte[] sha1(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static Metainfo metainfo(String name) {
        try {
            return Metainfo.parse(torrent(name, 1000));
        } catch (MetainfoException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Writes a torrent file and returns its path. */
    static Path write(Path folder, String fileName, byte[] torrent) throws IOException {
        return Files.write(folder.resolve(fileName), torrent);
    }

    /** A row of a session whose torrent stands as it is told. */
    static FakeBittern.FakeTorrent fake(String name) {
        return new FakeBittern.FakeTorrent(AddTorrent.download(metainfo(name), Path.of("/data")), event -> {});
    }

    static SnapshotBuilder snapshot(State state) {
        return new SnapshotBuilder(state);
    }

    /** Builds a snapshot from what matters to a test. */
    static final class SnapshotBuilder {

        private final State state;
        private long wanted = 1000;
        private long done;
        private long uploaded;
        private long down;
        private long up;
        private int peers;
        private int seeds;
        private long checked;
        private Optional<Failure> failure = Optional.empty();

        private SnapshotBuilder(State state) {
            this.state = state;
        }

        SnapshotBuilder done(long bytes, long of) {
            done = bytes;
            wanted = of;
            return this;
        }

        SnapshotBuilder checked(long bytes) {
            checked = bytes;
            return this;
        }

        SnapshotBuilder uploaded(long bytes) {
            uploaded = bytes;
            return this;
        }

        SnapshotBuilder rates(long download, long upload) {
            down = download;
            up = upload;
            return this;
        }

        SnapshotBuilder peers(int connected, int complete) {
            peers = connected;
            seeds = complete;
            return this;
        }

        SnapshotBuilder failure(Failure why) {
            failure = Optional.of(why);
            return this;
        }

        TorrentSnapshot build() {
            return new TorrentSnapshot(
                    state,
                    new TorrentSnapshot.Amounts(wanted, wanted, done, done, done, uploaded, 0),
                    new TorrentSnapshot.Rates(down, up),
                    new TorrentSnapshot.Peers(peers, seeds),
                    SwarmSize.UNKNOWN,
                    checked,
                    failure);
        }
    }
}
