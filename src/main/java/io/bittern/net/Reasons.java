package io.bittern.net;

import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.io.Tcp;
import org.jspecify.annotations.Nullable;

/** Why a socket failed, in a few words that a user can read, whatever the system called it. */
final class Reasons {

    static final String TIMED_OUT = "timed out";
    static final String ABORTED = "aborted";
    static final String CLOSED = "closed";
    static final String CLOSED_BY_PEER = "closed by peer";

    private static final int LONGEST = 100;

    /* What the kernel says, in part and in lower case, and what we say. */
    private static final List<Map.Entry<String, String>> KNOWN = List.of(
            Map.entry("refused", "connection refused"),
            Map.entry("reset", "reset by peer"),
            Map.entry("broken pipe", "reset by peer"),
            Map.entry("software caused connection abort", "reset by peer"),
            Map.entry("timed out", TIMED_OUT),
            Map.entry("no route to host", "no route to host"),
            Map.entry("host is unreachable", "no route to host"),
            Map.entry("network is unreachable", "network unreachable"),
            Map.entry("too many open files", "too many open files"),
            Map.entry("permission denied", "no permission"),
            Map.entry("operation not permitted", "no permission"),
            Map.entry("already in use", "port taken"),
            Map.entry("cannot assign requested address", "not an address of this machine"));

    private Reasons() {}

    /** The reason behind an exception. */
    static String of(@Nullable Throwable cause) {
        if (cause instanceof NoRouteToHostException) {
            return "no route to host";
        }
        if (cause instanceof UnsupportedAddressTypeException) {
            return "address family not supported";
        }
        if (cause instanceof UnresolvedAddressException) {
            return "address not resolved";
        }
        String message = cause == null ? null : cause.getMessage();
        Optional<String> known = known(message);
        if (known.isEmpty() && cause instanceof ConnectException) {
            return "connection refused"; // the kernel's words may be in the user's language; the types are not
        }
        if (known.isEmpty() && cause instanceof BindException) {
            return "cannot use this address: " + say(message);
        }
        return known.orElseGet(() -> say(message));
    }

    /** The reason behind the end of a connection that we did not close. */
    static String ofEnd(Tcp.ConnectionClosed closed) {
        if (closed.isErrorClosed()) {
            return say(closed.getErrorCause());
        }
        return closed.isPeerClosed() ? CLOSED_BY_PEER : ABORTED;
    }

    /** The reason behind a message of the system. */
    static String say(@Nullable String message) {
        if (message == null || message.isBlank()) {
            return "network error";
        }
        return known(message).orElseGet(() -> clean(message));
    }

    private static Optional<String> known(@Nullable String message) {
        String lower = message == null ? "" : message.toLowerCase(Locale.ROOT);
        return KNOWN.stream()
                .filter(known -> lower.contains(known.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** A message of the system or of a stranger on one short line. */
    static String clean(String message) {
        String line = message.replaceAll("[\\p{Cntrl}\\p{Cf}\\s]+", " ").strip();
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST);
    }
}
