package io.bittern.torrent;

import io.bittern.choke.Turn;
import io.bittern.metainfo.PieceSizes;
import io.bittern.peer.PeerActor;
import io.bittern.peer.Standing;
import io.bittern.piece.Bitfield;
import io.bittern.piece.Lease;
import io.bittern.piece.PiecePicker;
import io.bittern.piece.SuperSeeding;
import io.bittern.store.PieceStoreActor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A peer of a {@link SimSwarm}: a real download and a real choke policy, a store that is never wrong, and a line. */
final class SimPeer implements Download.World {

    private static final long ROUND = 10 * SimSwarm.SECOND;
    private static final long PAUSE = SimSwarm.SECOND / 10;

    private final SimSwarm swarm;
    private final int number;
    private final boolean rider;
    private final SimLine line;
    private final PiecePicker picker;
    private final Download download;
    private final SimSwarm.Choker choker;
    private final RandomGenerator random;
    private final Map<Integer, SimLink> links = new TreeMap<>();
    private final Bitfield[] held = new Bitfield[SimSwarm.SIZES.count()];
    private final SimLeases leases = new SimLeases(held);
    private final @Nullable SimSuperSeed superSeed;
    private boolean present;
    private boolean pausing;
    private boolean nudged;
    private long received;
    private long finishedAt;
    private boolean everUnchoked;

    SimPeer(SimSwarm swarm, int number, SimSwarm.Kind kind, SimSwarm.Choker choker, RandomGenerator random) {
        this.swarm = swarm;
        this.number = number;
        this.rider = kind.rider();
        this.line = new SimLine(swarm, kind.upload());
        this.choker = choker;
        this.random = random;
        this.picker = new PiecePicker(SimSwarm.SIZES, random);
        this.download = new Download(picker, this);
        Arrays.setAll(held, piece -> new Bitfield(SimSwarm.SIZES.blocks(piece)));
        picker.open(kind.seed() ? SimSwarm.all() : new Bitfield(SimSwarm.SIZES.count()), Map.of());
        superSeed = kind.superSeed() ? new SimSuperSeed(swarm, new SuperSeeding(SimSwarm.SIZES, random), links) : null;
    }

    int number() {
        return number;
    }

    /** Each lives in a network of its own. */
    InetAddress address() {
        return new InetSocketAddress("10.0." + number + ".1", 1).getAddress();
    }

    SimLine line() {
        return line;
    }

    boolean rider() {
        return rider;
    }

    boolean superSeeds() {
        return superSeed != null;
    }

    boolean present() {
        return present;
    }

    Bitfield verified() {
        return picker.verified();
    }

    /** Bytes of blocks that came, twice or not. */
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
        if (superSeed != null) {
            superSeed.tick();
        }
    }

    void leave() {
        present = false;
        for (SimLink link : links.values()) {
            link.other().left(number);
        }
        links.clear();
    }

    private void left(int peer) {
        links.remove(peer);
        leases.left(peer);
        download.left(peer);
        if (superSeed != null) {
            superSeed.left(peer);
        }
    }

    /** A free rider hides at first what it has, so that it allows nothing to anybody. */
    void joined(SimLink link) {
        int peer = link.other().number();
        links.put(peer, link);
        download.joined(peer);
        swarm.soon(() -> {
            if (superSeed == null) {
                link.start(
                        rider
                                ? new Bitfield(SimSwarm.SIZES.count())
                                : verified().copy());
            } else {
                superSeed.joined(link);
            }
        });
    }

    // What the torrent does about what its peers tell.

    /** Whether it matters what a peer tells. */
    boolean listens(PeerActor.Event event) {
        return superSeed != null || !(event instanceof PeerActor.Traffic);
    }

    void on(PeerActor.Event event) {
        if (superSeed != null) {
            superSeed.on(event);
        }
        if (event instanceof PeerActor.Wants wants) {
            download.wants(wants.peer(), wants.blocks(), wants.fast());
        } else if (event instanceof PeerActor.WantsOf wants) {
            download.wantsOf(wants.peer(), wants.blocks(), wants.fast(), wants.pieces(), wants.only());
        } else if (event instanceof PeerActor.Fetched fetched) {
            leases.drop(fetched.peer(), fetched.lease());
            download.fetched(fetched.peer(), fetched.lease());
        } else if (event instanceof PeerActor.Returned returned) {
            returned.leases().forEach(lease -> leases.giveBack(returned.peer(), lease));
            download.returned(returned.peer(), returned.leases());
        } else if (event instanceof PeerActor.Has has) {
            download.has(has.peer(), has.pieces());
        } else if (event instanceof PeerActor.HasAll has) {
            download.hasAll(has.peer(), has.pieces());
        } else if (event instanceof PeerActor.Interested interested && interested.interested()) {
            nudge();
        }
    }

    @Override
    public void grant(int peer, List<Lease> granted) {
        granted.forEach(lease -> leases.lease(peer, lease));
        tell(peer, new PeerActor.Grant(granted));
    }

    @Override
    public void revoke(int peer, Lease lease) {
        leases.drop(peer, lease);
        tell(peer, new PeerActor.Revoke(List.of(lease)));
    }

    @Override
    public void interest(int peer, boolean interested) {
        tell(peer, new PeerActor.Interest(interested));
    }

    @Override
    public void askHeld(int piece, int attempt) {
        leases.asked(piece);
        swarm.soon(() -> {
            Bitfield blocks = held[piece];
            leases.answered(piece);
            download.held(piece, attempt, blocks.copy());
        });
    }

    /** Nobody sends anything wrong here. */
    @Override
    public boolean onParole(int peer) {
        return false;
    }

    private void tell(int peer, PeerActor.Command command) {
        SimLink link = links.get(peer);
        if (link != null) {
            link.hear(command);
        }
    }

    // The store.

    /** Takes blocks; the torrent hears of the pieces that are whole with them. */
    PieceStoreActor.Stored store(List<PieceStoreActor.Block> blocks) {
        long duplicate = 0;
        long all = 0;
        for (PieceStoreActor.Block block : blocks) {
            all += block.length();
            duplicate += store(block.piece(), block.begin() / PieceSizes.BLOCK) ? 0 : block.length();
        }
        received += all;
        return new PieceStoreActor.Stored(blocks.size(), all - duplicate, duplicate, 0);
    }

    private boolean store(int piece, int block) {
        Bitfield blocks = held[piece];
        boolean fresh = blocks.set(block);
        if (fresh && blocks.isFull()) {
            swarm.soon(() -> complete(piece));
        }
        return fresh;
    }

    private void complete(int piece) {
        leases.verified(piece);
        download.verified(piece);
        links.values().forEach(link -> link.have(piece));
        if (picker.complete()) {
            finishedAt = swarm.now();
        }
        swarm.verified(this, piece);
    }

    // The choker.

    private void round() {
        if (present) {
            choke(true);
            swarm.after(ROUND, this::round);
        }
    }

    /** One quick round at once, then a pause: whoever nudges meanwhile shares the next. */
    private void nudge() {
        if (pausing) {
            nudged = true;
            return;
        }
        pausing = true;
        choke(false);
        swarm.after(PAUSE, () -> {
            pausing = false;
            if (nudged && present) {
                nudged = false;
                nudge();
            }
        });
    }

    private void choke(boolean regular) {
        List<Standing> standings = new ArrayList<>();
        links.values().forEach(link -> standings.add(link.standing()));
        Set<Integer> chosen = choker.choose(standings, new Turn(regular, picker.complete()), swarm.now());
        for (Standing standing : standings) {
            boolean serve = chosen.contains(standing.peer());
            if (serve != standing.unchoked()) {
                tell(standing.peer(), new PeerActor.Unchoke(serve));
                swarm.peer(standing.peer()).everUnchoked |= serve;
            }
        }
    }
}
