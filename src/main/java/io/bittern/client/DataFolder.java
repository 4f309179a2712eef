package io.bittern.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A folder of data, the same one whatever path leads to it. */
final class DataFolder {

    private static final int NAME_BYTES = 8;

    private DataFolder() {}

    /** The path without links, also of a folder that is not there yet. */
    static Path real(Path folder) throws IOException {
        Path full = folder.toAbsolutePath().normalize();
        Path existing = full;
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        return existing.toRealPath().resolve(existing.relativize(full)).normalize();
    }

    /**
     * A short name for it, by which its resume states are kept apart from those of the same torrents in other folders:
     * what is verified in one says nothing of another.
     */
    static String name(Path folder) {
        byte[] hash = digest().digest(realOrGiven(folder).toString().getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(hash, 0, NAME_BYTES);
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Path realOrGiven(Path folder) {
        try {
            return real(folder);
        } catch (IOException unreadable) {
            return folder.toAbsolutePath().normalize();
        }
    }
}
