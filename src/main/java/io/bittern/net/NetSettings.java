package io.bittern.net;

import java.net.InetAddress;
import java.time.Duration;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What the network may use.
 *
 * @param maxConnections connections at once, half-open ones too
 * @param reservedFiles descriptors that connections leave to files, names and state
 * @param from the local address to dial from; null for any
 * @param closePatience how long a link that is closed in order may take before it is aborted
 */
public record NetSettings(
        int maxConnections, int reservedFiles, @Nullable InetAddress from, Duration closePatience) {

    /** The defaults: 200 connections, 8 descriptors left, from any address, 5 s. */
    public static NetSettings defaults() {
        return new NetSettings(200, 8, null, Duration.ofSeconds(5));
    }

    /** Slots, given the descriptors that the process may still open. */
    int slots(OptionalInt freeFiles) {
        int bearable = freeFiles.isEmpty() ? maxConnections : freeFiles.getAsInt() - reservedFiles;
        return Math.max(1, Math.min(maxConnections, bearable));
    }
}
