package io.bittern.piece;

import io.bittern.metainfo.PieceSizes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Which pieces the only seed of a swarm shows to whom (BEP 16), so that it uploads each hardly more than once.
 *
 * <p>It looks like a peer that has nothing, and shows each peer one piece at a time: one that is rarest and that nobody
 * else is fetching. The next comes once another peer has that piece, too. Only what was shown may be requested. For one
 * thread.
 */
public final class SuperSeeding {

    /* A peer that does not pass on what it got, or that finds nothing rare which nobody is fetching, is left without for
     * a while and then gets a piece all the same: others may be unable to reach it, or hold up a piece that they do not
     * fetch. The while doubles each time, and is short again once a piece of it was seen elsewhere. */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);
    private static final long MOST_PATIENCE = TimeUnit.MINUTES.toNanos(10);

    /** The only peer has nobody to pass pieces on to: it is shown several at a time. */
    private static final int AT_ONCE_ALONE = 16;

    /** So many peers have every piece when it is over. */
    private static final int ENOUGH = 2;

    /** A piece to be shown to a peer. */
    public record Show(int peer, int piece) {}

    private final PieceSizes sizes;
    private final RandomGenerator random;
    private final Map<Integer, Guest> guests = new LinkedHashMap<>();
    private final int[] copies;
    private final int[] fetchers;
    private boolean over;

    /** Nobody has anything yet. */
    public SuperSeeding(PieceSizes sizes, RandomGenerator random) {
        this.sizes = sizes;
        this.random = random;
        this.copies = new int[sizes.count()];
        this.fetchers = new int[sizes.count()];
    }

    /** A peer; {@code open} are the pieces that it neither has nor was shown. */
    private static final class Guest {
        private final Bitfield has;
        private final Bitfield open;
        private final Set<Integer> fetching = new LinkedHashSet<>();
        private int awaited = -1;
        private long patience = PATIENCE;
        private long dryAt;
        private long credit;

        private Guest(int pieces, long now) {
            has = new Bitfield(pieces);
            open = new Bitfield(pieces);
            open.setAll();
            dryAt = now;
        }
    }

    /** A peer is there, which is to be told that we have nothing. */
    public void join(int peer, long now) {
        guests.putIfAbsent(peer, new Guest(sizes.count(), now));
    }

    /** A peer is gone. */
    public void leave(int peer) {
        Guest guest = guests.remove(peer);
        if (guest != null) {
            guest.has.forEach(piece -> copies[piece]--);
            guest.fetching.forEach(piece -> fetchers[piece]--);
        }
    }

    /** What a peer had when it came. */
    public void hasAll(int peer, Bitfield pieces, long now) {
        Guest guest = guests.get(peer);
        if (guest != null) {
            pieces.forEach(piece -> {
                noteFetched(guest, piece, now);
                noteCopy(guest, piece);
            });
        }
    }

    /** A peer has got a piece. */
    public void has(int peer, int piece, long now) {
        Guest guest = guests.get(peer);
        if (guest != null && !guest.has.get(piece)) {
            if (noteFetched(guest, piece, now)) {
                guest.awaited = piece;
            }
            noteCopy(guest, piece);
        }
    }

    /** We have uploaded bytes to a peer, which need not say when it has a piece that we have, too. */
    public void uploaded(int peer, long bytes, long now) {
        Guest guest = guests.get(peer);
        if (guest == null) {
            return;
        }
        guest.credit += bytes;
        for (int piece : List.copyOf(guest.fetching)) {
            if (guest.credit >= sizes.lengthOf(piece)) {
                has(peer, piece, now);
            }
        }
        guest.credit = guest.fetching.isEmpty() ? 0 : guest.credit;
    }

    private boolean noteFetched(Guest guest, int piece, long now) {
        if (!guest.fetching.remove(piece)) {
            return false;
        }
        fetchers[piece]--;
        guest.credit = Math.max(0, guest.credit - sizes.lengthOf(piece));
        guest.dryAt = now;
        return true;
    }

    private void noteCopy(Guest guest, int piece) {
        guest.open.clear(piece);
        if (guest.has.set(piece)) {
            copies[piece]++;
            over |= guest.has.isFull();
        }
    }

    /**
     * What is to be shown now, which counts as done.
     *
     * <p>To be called after any of the others, and a few times a second besides.
     */
    public List<Show> next(long now) {
        guests.values().forEach(guest -> seenElsewhere(guest, now));
        List<Show> next = new ArrayList<>();
        Bitfield rare = rare();
        int most = guests.size() == 1 ? AT_ONCE_ALONE : 1;
        guests.forEach((peer, guest) -> {
            int piece = 0;
            while (!over && piece >= 0 && guest.fetching.size() < most) {
                piece = most > 1 ? any(rare, guest) : choose(guest, rare, now);
                if (piece >= 0) {
                    guest.open.clear(piece);
                    guest.fetching.add(piece);
                    fetchers[piece]++;
                    rare.clear(piece);
                    next.add(new Show(peer, piece));
                }
            }
        });
        return next;
    }

    /** Whether the swarm can do without: another peer has everything, or two have each piece. Peers may know all then. */
    public boolean over() {
        return over;
    }

    private void seenElsewhere(Guest guest, long now) {
        if (guest.awaited >= 0 && copies[guest.awaited] > 1) {
            guest.awaited = -1;
            guest.patience = PATIENCE;
        }
        for (int piece : List.copyOf(guest.fetching)) {
            if (copies[piece] > 0) {
                noteFetched(guest, piece, now);
            }
        }
    }

    private int choose(Guest guest, Bitfield rare, long now) {
        int piece = guest.awaited < 0 ? any(rare, guest) : -1;
        if (piece >= 0 || now - guest.dryAt < guest.patience) {
            return piece;
        }
        guest.awaited = -1;
        guest.dryAt = now;
        guest.patience = Math.min(2 * guest.patience, MOST_PATIENCE);
        return rarest(guest);
    }

    private int any(Bitfield of, Guest guest) {
        int found = of.nextCommon(guest.open, random.nextInt(sizes.count()));
        return found >= 0 ? found : of.nextCommon(guest.open, 0);
    }

    private int rarest(Guest guest) {
        int best = -1;
        for (int piece = guest.open.nextSet(0); piece >= 0; piece = guest.open.nextSet(piece + 1)) {
            if (best < 0 || copies[piece] + fetchers[piece] < copies[best] + fetchers[best]) {
                best = piece;
            }
        }
        return best;
    }

    /** Pieces that nobody is fetching and of which there are no more copies than of any other. */
    private Bitfield rare() {
        int least = Arrays.stream(copies).min().orElse(0);
        over |= least >= ENOUGH;
        Bitfield rare = new Bitfield(sizes.count());
        for (int piece = 0; piece < sizes.count(); piece++) {
            if (copies[piece] + fetchers[piece] == least) {
                rare.set(piece);
            }
        }
        return rare;
    }
}
