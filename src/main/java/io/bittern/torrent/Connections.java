package io.bittern.torrent;

import io.bittern.metainfo.PeerId;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a torrent by their numbers, which are never used twice.
 *
 * @param <R> how a connection's actor is referred to
 */
final class Connections<R> {

    /** One connection, in or out, open or being dialled. */
    static final class Connection<R> {
        private final int number;
        private final InetSocketAddress remote;
        private final boolean dialed;
        private final R ref;
        private @Nullable PeerId id;
        private int port;
        private boolean exchanges;
        private long moved;
        private boolean seed;
        private boolean uploadOnly;
        private Swarm.@Nullable Outcome parting;

        private Connection(int number, InetSocketAddress remote, boolean dialed, R ref) {
            this.number = number;
            this.remote = remote;
            this.dialed = dialed;
            this.ref = ref;
        }

        int number() {
            return number;
        }

        InetSocketAddress remote() {
            return remote;
        }

        boolean dialed() {
            return dialed;
        }

        R ref() {
            return ref;
        }

        /** Whether the handshake is done. */
        boolean joined() {
            return id != null;
        }

        void join(PeerId peerId) {
            id = peerId;
        }

        /** What it says of itself: where it listens, of which the first word counts, and whether it takes addresses of others. */
        void introduced(int listens, boolean takesOthers) {
            port = port == 0 ? listens : port;
            exchanges = takesOthers;
        }

        /** Where others can dial it, empty if that is not known. */
        Optional<InetSocketAddress> endpoint() {
            if (dialed) {
                return Optional.of(remote);
            }
            return port == 0 ? Optional.empty() : Optional.of(new InetSocketAddress(remote.getAddress(), port));
        }

        /** Whether it wants to hear whom else we are connected to. */
        boolean exchanges() {
            return exchanges;
        }

        /** Bytes of payload that went to it or came from it. */
        long moved() {
            return moved;
        }

        void move(long bytes) {
            moved += bytes;
        }

        boolean seed() {
            return seed;
        }

        void markSeed(boolean everything) {
            seed = everything;
        }

        /** Whether it has everything, or says that it wants no more. */
        boolean content() {
            return seed || uploadOnly;
        }

        void markUploadOnly(boolean nothingWanted) {
            uploadOnly = nothingWanted;
        }

        /** Whether we have hung up for a reason that is not the peer's. */
        boolean parted() {
            return parting != null;
        }

        void part() {
            parting = Swarm.Outcome.PARTED;
        }

        /** It has to make room for others. */
        void replace() {
            parting = Swarm.Outcome.REPLACED;
        }

        /** What it has been good for; {@code complete}: whether we have everything. */
        Swarm.Outcome outcome(boolean complete) {
            if (parting != null) {
                return parting;
            }
            if (complete && content()) {
                return Swarm.Outcome.BOTH_SEEDS;
            }
            return moved > 0 ? Swarm.Outcome.USEFUL : Swarm.Outcome.USELESS;
        }
    }

    /** Remembers this many ended connections, so that a lie that is proven late still has an address. */
    private static final int REMEMBERED = 1_000;

    private Map<Integer, Connection<R>> current = Collections.emptyMap();
    private Map<Integer, InetSocketAddress> addresses = Collections.emptyMap();

    Connection<R> add(int number, InetSocketAddress remote, boolean dialed, R ref) {
        Connection<R> connection = new Connection<>(number, remote, dialed, ref);
        if (addresses.isEmpty()) {
            current = new LinkedHashMap<>();
            addresses = new LinkedHashMap<>();
        }
        current.put(number, connection);
        addresses.put(number, remote);
        if (addresses.size() > REMEMBERED + current.size()) {
            addresses.keySet().stream()
                    .filter(old -> !current.containsKey(old))
                    .findFirst()
                    .ifPresent(addresses::remove);
        }
        return connection;
    }

    @Nullable
    Connection<R> get(int number) {
        return current.get(number);
    }

    @Nullable
    Connection<R> remove(int number) {
        return current.remove(number);
    }

    /** The address of a connection, which may have ended. */
    Optional<InetSocketAddress> address(int number) {
        return Optional.ofNullable(addresses.get(number));
    }

    Collection<Connection<R>> all() {
        return current.values();
    }

    boolean isEmpty() {
        return current.isEmpty();
    }

    /** How many have a finished handshake and are not parted from. */
    int joined() {
        return (int) here().count();
    }

    /** How many of these have everything. */
    int seeds() {
        return (int) here().filter(Connection::seed).count();
    }

    /** Those with a finished handshake that are not parted from. */
    Stream<Connection<R>> here() {
        return current.values().stream().filter(one -> one.joined() && !one.parted());
    }

    /**
     * Which connection has to go when a peer has joined whom we are connected to already, if that is so.
     *
     * <p>When both have dialled each other, the one that the smaller peer id dialled stays: both ends find the same.
     */
    Optional<Connection<R>> superfluous(Connection<R> joined, PeerId id, PeerId self) {
        for (Connection<R> other : current.values()) {
            if (other != joined && !other.parted() && other.id != null && other.id.equals(id)) {
                boolean weStay = Arrays.compareUnsigned(self.bytes(), id.bytes()) < 0;
                boolean joinedStays = joined.dialed != other.dialed && joined.dialed == weStay;
                return Optional.of(joinedStays ? other : joined);
            }
        }
        return Optional.empty();
    }
}
