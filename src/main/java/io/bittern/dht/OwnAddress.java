package io.bittern.dht;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where we are, as other nodes see us (BEP 42): believed when enough networks say the same. */
final class OwnAddress {

    private static final int ENOUGH = 5;
    private static final int VOTERS = 20;

    /* The last word of each of the latest networks. */
    private final Map<Object, InetAddress> votes = new LinkedHashMap<>();
    private @Nullable InetAddress believed;

    /** What a node says; the address, if it is now believed and was not before. */
    Optional<InetAddress> said(InetSocketAddress by, InetAddress ours) {
        Object voter = Origin.network(by);
        votes.remove(voter);
        votes.put(voter, ours);
        if (votes.size() > VOTERS) {
            votes.remove(votes.keySet().iterator().next());
        }
        long agreeing = votes.values().stream().filter(ours::equals).count();
        if (ours.equals(believed) || agreeing < ENOUGH || 2 * agreeing <= votes.size()) {
            return Optional.empty();
        }
        believed = ours;
        return Optional.of(ours);
    }

    Optional<InetAddress> believed() {
        return Optional.ofNullable(believed);
    }
}
