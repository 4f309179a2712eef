package io.bittern.torrent;

import io.bittern.metainfo.InfoHash;
import io.bittern.wire.MetadataMessage;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The {@code info} dictionary as it comes from peers, in pieces (BEP 9).
 *
 * <p>Whoever claims the same size works on it together. If it turns out wrong, the next is fetched from one peer alone, who
 * is then known to lie if it is wrong again. Times are monotonic nanoseconds.
 */
final class MetadataAssembly {

    /** A piece to ask a peer for. */
    record Ask(int peer, int piece) {}

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);
    private static final long LONGEST_ATTEMPT = TimeUnit.SECONDS.toNanos(30);
    private static final int MOST_ASKED = 8;

    private static final class Source {
        private final int size;
        private final Map<Integer, Long> asked = new HashMap<>();
        private boolean suspect;
        private long notBefore = Long.MIN_VALUE;

        private Source(int size) {
            this.size = size;
        }
    }

    private record Piece(byte[] bytes) {}

    private final InfoHash wanted;
    private final Map<Integer, Source> sources = new LinkedHashMap<>();
    private @Nullable Piece[] pieces = {};
    private final Set<Integer> givers = new HashSet<>();
    private int size;
    private int have;
    private boolean alone;
    private int only = -1;
    private long since;

    MetadataAssembly(InfoHash wanted) {
        this.wanted = wanted;
    }

    /** A peer says how large the dictionary is; false if that cannot be. */
    boolean knows(int peer, int bytes) {
        if (bytes < 1 || bytes > MetadataMessage.LARGEST) {
            return false;
        }
        Source known = sources.get(peer);
        if (known == null) {
            sources.put(peer, new Source(bytes));
        }
        return known == null || known.size == bytes;
    }

    void left(int peer) {
        sources.remove(peer);
    }

    /** What to ask for now. */
    List<Ask> asks(long now) {
        sources.values().forEach(source -> passOverIfSilent(source, now));
        choose(now);
        List<Ask> asks = new ArrayList<>();
        for (int piece = 0; piece < pieces.length; piece++) {
            if (pieces[piece] == null && !isAsked(piece)) {
                Optional<Map.Entry<Integer, Source>> free = sources.entrySet().stream()
                        .filter(entry -> usable(entry.getKey(), entry.getValue(), now)
                                && entry.getValue().asked.size() < MOST_ASKED)
                        .min(Comparator.comparingInt(
                                entry -> entry.getValue().asked.size()));
                if (free.isEmpty()) {
                    break;
                }
                free.get().getValue().asked.put(piece, now);
                asks.add(new Ask(free.get().getKey(), piece));
            }
        }
        return asks;
    }

    /** A peer will not give a piece: others are asked for a while. */
    void refused(int peer, int piece, long now) {
        Source source = sources.get(peer);
        if (source != null && source.asked.remove(piece) != null) {
            source.notBefore = now + PATIENCE;
        }
    }

    /** A piece came; it counts only if the peer was asked for it. */
    void came(int peer, int piece, int bytes, byte[] content) {
        Source source = sources.get(peer);
        if (source == null || source.asked.remove(piece) == null) {
            return;
        }
        if (bytes == size && source.size == size && pieces[piece] == null) {
            pieces[piece] = new Piece(content);
            have++;
            givers.add(peer);
        }
    }

    /** Whether every piece is there, right or wrong. */
    boolean whole() {
        return size > 0 && have == pieces.length;
    }

    /** The dictionary if its hash is right; else everything begins anew, and {@link #startAnew} knows whose fault it is. */
    Optional<byte[]> take() {
        byte[] all = new byte[size];
        for (int piece = 0; piece < pieces.length; piece++) {
            Piece one = pieces[piece];
            if (one != null) {
                System.arraycopy(one.bytes(), 0, all, piece * MetadataMessage.PIECE, one.bytes().length);
            }
        }
        if (InfoHash.of(sha1(all)).equals(wanted)) {
            return Optional.of(all);
        }
        return Optional.empty();
    }

    /** After a dictionary that was wrong: the peer that alone gave it, if it was one. Others are suspects from now on. */
    Set<Integer> startAnew() {
        Set<Integer> liars = givers.size() == 1 ? Set.copyOf(givers) : Set.of();
        for (int giver : givers) {
            Source source = sources.get(giver);
            if (source != null) {
                source.suspect = true;
            }
        }
        liars.forEach(sources::remove);
        alone = true;
        begin(0);
        return liars;
    }

    /** Pieces that are there, and of how many; 0 of 0 while nobody has said how many. */
    int have() {
        return have;
    }

    int pieces() {
        return pieces.length;
    }

    int knowing() {
        return sources.size();
    }

    private void passOverIfSilent(Source source, long now) {
        if (source.asked.values().removeIf(at -> now - at >= PATIENCE)) {
            source.notBefore = now + PATIENCE;
        }
    }

    /** Settles on the size that most peers claim, and stays with it while it gets on; alone, on one peer after the other. */
    private void choose(long now) {
        boolean stuck = sources.entrySet().stream().noneMatch(entry -> usable(entry.getKey(), entry.getValue(), now));
        boolean late = size > 0 && now - since >= LONGEST_ATTEMPT && sizes().size() > 1;
        if (size > 0 && !stuck && !late) {
            return;
        }
        int before = late || stuck ? size : 0;
        Optional<Map.Entry<Integer, Source>> next = sources.entrySet().stream()
                .filter(entry -> entry.getValue().notBefore <= now)
                .max(Comparator.<Map.Entry<Integer, Source>>comparingInt(
                                entry -> entry.getValue().size == before ? 0 : 1)
                        .thenComparingInt(entry -> entry.getValue().suspect ? 0 : 1)
                        .thenComparingLong(entry -> claims(entry.getValue().size)));
        if (next.isPresent() && (next.get().getValue().size != size || alone)) {
            only = alone ? next.get().getKey() : -1;
            begin(next.get().getValue().size);
            since = now;
        }
    }

    private Set<Integer> sizes() {
        Set<Integer> sizes = new HashSet<>();
        sources.values().forEach(source -> sizes.add(source.size));
        return sizes;
    }

    private long claims(int bytes) {
        return sources.values().stream().filter(source -> source.size == bytes).count();
    }

    private boolean usable(int peer, Source source, long now) {
        return source.size == size && source.notBefore <= now && (only < 0 || only == peer);
    }

    private boolean isAsked(int piece) {
        return sources.values().stream().anyMatch(source -> source.asked.containsKey(piece));
    }

    private void begin(int bytes) {
        size = bytes;
        have = 0;
        pieces = new @Nullable Piece[(bytes + MetadataMessage.PIECE - 1) / MetadataMessage.PIECE];
        givers.clear();
        sources.values().forEach(source -> source.asked.clear());
    }

    private static byte[] sha1(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-1", impossible);
        }
    }
}
