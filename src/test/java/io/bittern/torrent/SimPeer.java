package io.bittern.torrent;

import io.bittern.choke.Turn;
import io.bittern.metainfo.PieceSizes;
import io.bittern.peer.Standing;
import io.bittern.piece.Bitfield;
import io.bittern.piece.Lease;
import io.bittern.piece.PiecePicker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** A peer of a {@link SimSwarm}: a real download and a real choke policy, a store that is never wrong, and a link. */
final class SimPeer implements Download.World {

    private static final long ROUND = 10 * SimSwarm.SECOND;
    private static final long PAUSE = 3 * SimSwarm.SECOND;
    private static final int DOWN_FOR_UP = 8;

    private final SimSwarm swarm;
    private final int number;
    private final double upload;
    private final boolean rider;
    private final PiecePicker picker;
    private final Download download;
    private final SimSwarm.Choker choker;
    private final RandomGenerator random;
    private final Map<Integer, SimLink> links = new TreeMap<>();
    private final Map<Integer, Bitfield> held = new HashMap<>();
    private final SimLeases leases = new SimLeases(held::get);
    private final ArrayDeque<SimLink> line = new ArrayDeque<>();
    private boolean present;
    private boolean sending;
    private boolean nudged;
    private long downFree;
    private long sent;
    private long received;
    private long finishedAt;
    private boolean everUnchoked;

    SimPeer(
            SimSwarm swarm,
            int number,
            double upload,
            boolean rider,
            boolean seed,
            SimSwarm.Choker choker,
            RandomGenerator random) {
        this.swarm = swarm;
        this.number = number;
        this.upload = upload;
        this.rider = rider;
        this.choker = choker;
        this.random = random;
        this.picker = new PiecePicker(SimSwarm.SIZES, random);
        this.download = new Download(picker, this);
        picker.open(seed ? SimSwarm.all() : new Bitfield(SimSwarm.SIZES.count()), Map.of());
    }

    SimSwarm swarm() {
        return swarm;
    }

    int number() {
        return number;
    }

    double upload() {
        return upload;
    }

    boolean rider() {
        return rider;
    }

    boolean present() {
        return present;
    }

    Download download() {
        return download;
    }

    Bitfield verified() {
        return picker.verified();
    }

    long sent() {
        return sent;
    }

    long received() {
        return received;
    }

    long finishedAt() {
        return finishedAt;
    }

    boolean everUnchoked() {
        return everUnchoked;
    }

    /** Blocks that were leased to a second peer while others were free. */
    int doubles() {
        return leases.doubles();
    }

    void enter() {
        present = true;
        swarm.after(random.nextLong(ROUND), this::round);
    }

    void leave() {
        present = false;
        for (SimLink link : links.values()) {
            link.other().left(number);
        }
        links.clear();
        line.clear();
    }

    private void left(int peer) {
        links.remove(peer);
        leases.left(peer);
        download.left(peer);
    }

    void joined(SimLink link) {
        links.put(link.other().number(), link);
        download.joined(link.other().number());
    }

    /** Does something later at the same time, so that nothing calls itself. */
    void soon(Runnable what) {
        swarm.after(0, () -> {
            if (present) {
                what.run();
            }
        });
    }

    // Choking.

    private void round() {
        if (present) {
            choke(true);
            swarm.after(ROUND, this::round);
        }
    }

    void nudge() {
        if (!nudged) {
            nudged = true;
            swarm.after(PAUSE, () -> {
                nudged = false;
                choke(false);
            });
        }
    }

    private void choke(boolean regular) {
        List<Standing> standings = new ArrayList<>();
        links.values().forEach(link -> standings.add(link.standing()));
        Set<Integer> chosen = choker.choose(standings, new Turn(regular, picker.complete()), swarm.now());
        links.forEach((peer, link) -> link.serve(chosen.contains(peer)));
    }

    void noteUnchoked(boolean now) {
        everUnchoked |= now;
    }

    // The link up: one block after another, one of each peer in turn.

    void line(SimLink link) {
        if (!line.contains(link)) {
            line.add(link);
        }
        send();
    }

    private void send() {
        SimLink next = sending ? null : line.poll();
        while (next != null && !next.waiting()) {
            next = line.poll();
        }
        if (next == null) {
            return;
        }
        sending = true;
        SimLink to = next;
        SimLink.Request request = to.next();
        swarm.after((long) (PieceSizes.BLOCK / upload * SimSwarm.SECOND), () -> {
            sending = false;
            sent += PieceSizes.BLOCK;
            to.sent(request);
            if (to.waiting()) {
                line.add(to);
            }
            send();
        });
    }

    /** When a block that leaves now will have come through the link down. */
    long arrival() {
        long free = Math.max(downFree, swarm.now() + SimSwarm.LATENCY);
        downFree = free + (long) (PieceSizes.BLOCK / (upload * DOWN_FOR_UP) * SimSwarm.SECOND);
        return downFree;
    }

    // The store, and what the download hears of it.

    /** A block came; true if its piece is whole with it. */
    boolean store(SimLink.Request block) {
        received += PieceSizes.BLOCK;
        swarm.log('b', number, 0, block.piece(), block.block());
        if (verified().get(block.piece())) {
            return false;
        }
        Bitfield blocks = held.computeIfAbsent(block.piece(), p -> new Bitfield(SimSwarm.SIZES.blocks(p)));
        return blocks.set(block.block()) && blocks.isFull();
    }

    void fetched(SimLink link, Lease lease) {
        leases.drop(link.other().number(), lease);
        download.fetched(link.other().number(), lease);
    }

    void complete(int piece) {
        download.verified(piece);
        held.remove(piece);
        leases.verified(piece);
        swarm.log('v', number, 0, piece, 0);
        swarm.verified(this, piece);
        finishedAt = picker.complete() ? swarm.now() : 0;
        swarm.after(SimSwarm.LATENCY, () -> tellHave(piece));
    }

    /** Those who lack it, as the real one does. */
    private void tellHave(int piece) {
        for (SimLink link : links.values()) {
            SimPeer other = link.other();
            if (present && !other.verified().get(piece)) {
                other.download.has(number, List.of(piece));
                Objects.requireNonNull(other.links.get(number)).changed();
            }
        }
    }

    void returned(SimLink link, List<Lease> back) {
        back.forEach(lease -> leases.giveBack(link.other().number(), lease));
        soon(() -> download.returned(link.other().number(), back));
    }

    @Override
    public void grant(int peer, List<Lease> granted) {
        granted.forEach(lease -> leases.lease(peer, lease));
        SimLink link = Objects.requireNonNull(links.get(peer));
        soon(() -> link.grant(granted));
    }

    @Override
    public void revoke(int peer, Lease lease) {
        leases.drop(peer, lease);
        SimLink link = links.get(peer);
        if (link != null) {
            soon(() -> link.revoke(lease));
        }
    }

    @Override
    public void interest(int peer, boolean interested) {
        SimLink link = Objects.requireNonNull(links.get(peer));
        soon(() -> link.interest(interested));
    }

    @Override
    public void askHeld(int piece, int attempt) {
        soon(() -> {
            Bitfield blocks = held.getOrDefault(piece, new Bitfield(SimSwarm.SIZES.blocks(piece)));
            leases.answered(piece);
            download.held(piece, attempt, blocks.copy());
        });
    }
}
