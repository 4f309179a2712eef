package io.bittern.peer;

import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.PeerId;
import io.bittern.net.Bytes;
import io.bittern.wire.Handshake;
import io.bittern.wire.HandshakeDecoder;
import io.bittern.wire.WireException;
import org.jspecify.annotations.Nullable;

/** The exchange of handshakes on one connection: ours goes out at once, theirs comes in whatever pieces (BEP 3). */
final class Greeting {

    private static final Bytes NOTHING = Bytes.of(new byte[0]);

    private final Handshake ours;
    private final HandshakeDecoder decoder = new HandshakeDecoder();
    private @Nullable Handshake theirs;
    private Bytes rest = NOTHING;
    private boolean written;

    /** @param dht whether we are a node of the DHT */
    Greeting(InfoHash infoHash, PeerId self, boolean dht) {
        long extensions = Handshake.EXTENSIONS | Handshake.FAST | (dht ? Handshake.DHT : 0);
        ours = new Handshake(extensions, infoHash, self);
    }

    Bytes ours() {
        return Bytes.of(ours.encode());
    }

    /** Takes bytes of theirs and keeps what follows it. */
    void received(Bytes bytes) throws WireException {
        int taken = decoder.feed(bytes.array(), bytes.offset(), bytes.length());
        theirs = decoder.handshake();
        rest = new Bytes(bytes.array(), bytes.offset() + taken, bytes.length() - taken);
        if (theirs != null && !theirs.infoHash().equals(ours.infoHash())) {
            throw new WireException("the handshake is for another torrent");
        }
    }

    /** Ours has gone out. */
    void written() {
        written = true;
    }

    boolean complete() {
        return theirs != null;
    }

    /** Who they are, null until both handshakes are over. */
    @Nullable
    PeerId peerId() {
        return theirs == null || !written ? null : theirs.peerId();
    }

    /** Whether both sides know the Fast extension (BEP 6). */
    boolean fast() {
        return theirs != null && theirs.fast();
    }

    /** Whether both sides speak the extension protocol (BEP 10). */
    boolean extended() {
        return theirs != null && theirs.extensions();
    }

    /** Whether both sides are nodes of the DHT (BEP 5). */
    boolean dht() {
        return theirs != null && theirs.dht() && ours.dht();
    }

    boolean withOurselves() {
        return theirs != null && theirs.peerId().equals(ours.peerId());
    }

    /** What came after their handshake. */
    Bytes rest() {
        return rest;
    }
}
