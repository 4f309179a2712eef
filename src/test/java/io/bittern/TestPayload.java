package io.bittern;

import io.bittern.metainfo.Metainfo;
import io.bittern.metainfo.MetainfoException;
import io.bittern.metainfo.TorrentBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Random;

/** A torrent of one small file with its bytes. */
public record TestPayload(Metainfo metainfo, byte[] bytes) {

    public static final int PIECE = 32 << 10;

    /** Random bytes; the same seed gives the same torrent. */
    public static TestPayload of(int length, long seed, String... trackers) {
        return of(length, PIECE, seed, trackers);
    }

    /** The same with pieces of another length. */
    public static TestPayload of(int length, int pieceLength, long seed, String... trackers) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        try {
            TorrentBuilder builder = TorrentBuilder.ofFile("payload-" + seed, length)
                    .pieceLength(pieceLength)
                    .hashes(hashes(bytes, pieceLength));
            return new TestPayload(
                    Metainfo.parse((trackers.length > 0 ? builder.tiers(List.of(List.of(trackers))) : builder).build()),
                    bytes);
        } catch (MetainfoException | NoSuchAlgorithmException wrong) {
            throw new AssertionError(wrong);
        }
    }

    /** The SHA-1 of each piece. */
    public static byte[] hashes(byte[] bytes, int pieceLength) throws NoSuchAlgorithmException {
        int pieces = (bytes.length + pieceLength - 1) / pieceLength;
        byte[] hashes = new byte[20 * pieces];
        MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
        for (int piece = 0; piece < pieces; piece++) {
            sha1.update(bytes, piece * pieceLength, Math.min(pieceLength, bytes.length - piece * pieceLength));
            System.arraycopy(sha1.digest(), 0, hashes, 20 * piece, 20);
        }
        return hashes;
    }

    public Path in(Path folder) {
        return folder.resolve(metainfo.name());
    }

    /** Writes the file. */
    public Path create(Path folder) throws IOException {
        Files.createDirectories(folder);
        return Files.write(in(folder), bytes);
    }
}
