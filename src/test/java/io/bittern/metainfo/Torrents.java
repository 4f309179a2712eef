package io.bittern.metainfo;

import io.bittern.bencode.BDictionary;
import io.bittern.bencode.BList;
import io.bittern.bencode.BString;
import io.bittern.bencode.Bencode;
import io.bittern.bencode.BencodeWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Torrents for tests: right ones from a payload, and wrong ones from whatever a dictionary can hold. */
public final class Torrents {

    private Torrents() {}

    /** A torrent of one file with its right hashes. */
    public static Metainfo ofFile(String name, int pieceLength, byte[] payload) {
        return parsed(TorrentBuilder.ofFile(name, payload.length)
                .pieceLength(pieceLength)
                .hashes(hashes(payload, pieceLength))
                .build());
    }

    /** A torrent of a folder with its right hashes; keys are paths with slashes, in the order of the payload. */
    public static Metainfo ofFolder(String name, int pieceLength, Map<String, byte[]> files) {
        List<TorrentBuilder.Entry> entries = new ArrayList<>();
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        files.forEach((path, bytes) -> {
            entries.add(new TorrentBuilder.Entry(List.of(path.split("/")), bytes.length));
            payload.writeBytes(bytes);
        });
        return parsed(TorrentBuilder.ofFolder(name, entries)
                .pieceLength(pieceLength)
                .hashes(hashes(payload.toByteArray(), pieceLength))
                .build());
    }

    /** The SHA-1 hashes of all pieces of a payload. */
    public static byte[] hashes(byte[] payload, int pieceLength) {
        ByteArrayOutputStream hashes = new ByteArrayOutputStream();
        for (int at = 0; at < payload.length; at += pieceLength) {
            hashes.writeBytes(sha1(Arrays.copyOfRange(payload, at, Math.min(payload.length, at + pieceLength))));
        }
        return hashes.toByteArray();
    }

    public static byte[] sha1(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** An {@code info} dictionary of one file of 16 bytes in pieces of 16, to be changed. */
    static BDictionary.Builder info() {
        return BDictionary.builder()
                .put("name", "file")
                .put("length", 16)
                .put("piece length", 16)
                .put("pieces", new byte[20]);
    }

    /** An {@code info} dictionary of several files with 16 bytes in all, in pieces of 16. */
    static BDictionary.Builder folder(BDictionary... files) {
        return BDictionary.builder()
                .put("name", "folder")
                .put("files", BList.of(files))
                .put("piece length", 16)
                .put("pieces", new byte[20]);
    }

    static BDictionary entry(long length, String... path) {
        return entry(length, Arrays.stream(path).map(BString::of).toArray(BString[]::new));
    }

    static BDictionary entry(long length, BString... path) {
        return BDictionary.builder()
                .put("length", length)
                .put("path", BList.of((Bencode[]) path))
                .build();
    }

    static byte[] torrent(BDictionary.Builder info) {
        return BencodeWriter.write(
                BDictionary.builder().put("info", info.build()).build());
    }

    static BString latin1(String text) {
        return BString.of(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** What a folder with files of these paths is laid out as, the first with all the bytes, the others empty. */
    static List<String> paths(BString[]... paths) throws MetainfoException {
        BDictionary[] files = new BDictionary[paths.length];
        for (int i = 0; i < paths.length; i++) {
            files[i] = entry(i == 0 ? 16 : 0, paths[i]);
        }
        return Metainfo.parse(torrent(folder(files))).layout().files().stream()
                .map(FileLayout.TorrentFile::pathText)
                .toList();
    }

    /** As {@link #paths(BString[][])}, with slashes between elements. */
    static List<String> paths(String... paths) throws MetainfoException {
        return paths(Arrays.stream(paths)
                .map(path -> Arrays.stream(path.split("/", -1)).map(BString::of).toArray(BString[]::new))
                .toArray(BString[][]::new));
    }

    private static Metainfo parsed(byte[] torrent) {
        try {
            return Metainfo.parse(torrent);
        } catch (MetainfoException wrong) {
            throw new AssertionError(wrong);
        }
    }
}
