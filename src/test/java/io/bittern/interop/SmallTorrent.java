package io.bittern.interop;

import io.bittern.metainfo.TorrentBuilder;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/** A .torrent of content in memory. */
final class SmallTorrent {

    private static final int PIECE = 16 << 10;

    private SmallTorrent() {}

    static byte[] of(String name, byte[] content, String... trackers) {
        ByteArrayOutputStream hashes = new ByteArrayOutputStream();
        for (int from = 0; from < content.length; from += PIECE) {
            hashes.writeBytes(sha1(content, from, Math.min(PIECE, content.length - from)));
        }
        return TorrentBuilder.ofFile(name, content.length)
                .pieceLength(PIECE)
                .hashes(hashes.toByteArray())
                .tiers(trackers.length == 0 ? List.of() : List.of(List.of(trackers)))
                .build();
    }

    private static byte[] sha1(byte[] content, int from, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            digest.update(content, from, length);
            return digest.digest();
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
