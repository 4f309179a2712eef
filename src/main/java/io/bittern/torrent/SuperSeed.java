package io.bittern.torrent;

import io.bittern.peer.PeerActor;
import io.bittern.piece.Bitfield;
import io.bittern.piece.SuperSeeding;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What peers are told of the pieces that we have when they come: all, or while we seed alone nothing at first (BEP 16). */
final class SuperSeed {

    private final TorrentParts parts;
    private final Bitfield verified;
    private final BiConsumer<Integer, PeerActor.Command> peer;
    private final Consumer<PeerActor.Command> everybody;
    private @Nullable SuperSeeding rules;

    /**
     * @param verified the live set of what we have
     * @param peer tells one peer something
     * @param everybody tells all who have joined
     */
    SuperSeed(
            TorrentParts parts,
            Bitfield verified,
            BiConsumer<Integer, PeerActor.Command> peer,
            Consumer<PeerActor.Command> everybody) {
        this.parts = parts;
        this.verified = verified;
        this.peer = peer;
        this.everybody = everybody;
    }

    /** Begins, if that is our way and everything is there; nobody has joined. */
    void begin() {
        boolean alone = parts.setup().way().superSeed() && verified.isFull();
        rules = alone
                ? new SuperSeeding(
                        parts.setup().metainfo().sizes(), parts.settings().random())
                : null;
    }

    /** Whether it is on. */
    boolean on() {
        return rules != null;
    }

    /** A peer is there and hears what we have. */
    void joined(int number, long now) {
        if (rules == null) {
            peer.accept(number, new PeerActor.Start(verified.copy()));
        } else {
            peer.accept(number, new PeerActor.Start(new Bitfield(verified.size())));
            rules.join(number, now);
            tick(now);
        }
    }

    /** Listens to what a peer tells. */
    void on(PeerActor.Event event, long now) {
        if (rules == null) {
            return;
        }
        if (event instanceof PeerActor.HasAll has) {
            rules.hasAll(has.peer(), has.pieces(), now);
        } else if (event instanceof PeerActor.Has has) {
            has.pieces().forEach(piece -> rules.has(has.peer(), piece, now));
        } else if (event instanceof PeerActor.Traffic traffic) {
            rules.uploaded(traffic.peer(), traffic.up(), now);
        } else {
            return;
        }
        tick(now);
    }

    void left(int number) {
        if (rules != null) {
            rules.leave(number);
        }
    }

    /** Shows what is to be shown by now, everything if the swarm can do without us. */
    void tick(long now) {
        if (rules != null) {
            rules.next(now).forEach(show -> peer.accept(show.peer(), new PeerActor.Have(show.piece())));
            if (rules.over()) {
                end();
            }
        }
    }

    /** Everybody may know what we have, and that we want nothing. */
    void end() {
        if (rules != null) {
            rules = null;
            everybody.accept(new PeerActor.Haves(verified.copy()));
            everybody.accept(new PeerActor.UploadOnly(true));
        }
    }
}
