package io.bittern.peer;

import io.bittern.metainfo.PieceSizes;
import io.bittern.net.Bytes;
import io.bittern.wire.ExtendedHandshake;
import io.bittern.wire.Extension;
import io.bittern.wire.FrameDecoder;
import io.bittern.wire.MetadataMessage;
import io.bittern.wire.PeerMessage;
import io.bittern.wire.WireException;
import java.util.Optional;

/** The conversation with a peer of whom we want nothing but the metadata (BEP 9), without a socket or an actor. */
final class MetadataSession {

    /** Messages that are passed over, whatever they are. */
    private static final int MOST_OTHER = 100_000;

    private final Encounter with;
    private final Outgoing out;
    private final FrameDecoder decoder = new FrameDecoder(FrameDecoder.UNKNOWN_PIECES, PieceSizes.BLOCK);
    private final Extensions extensions;
    private int other;

    MetadataSession(Encounter with, Outgoing out) {
        this.with = with;
        this.out = out;
        extensions = new Extensions(with, out, limit -> {});
    }

    /** Says who we are; false if the peer does not speak the extension protocol, so that there is nothing to be had. */
    boolean start(int requests) {
        if (with.fast()) {
            out.say(PeerMessage.HaveNone.INSTANCE);
        }
        extensions.greet(false, requests);
        return with.extended();
    }

    void received(Bytes bytes, long now) throws WireException {
        decoder.feed(bytes.array(), bytes.offset(), bytes.length());
        for (PeerMessage message = decoder.next(); message != null; message = decoder.next()) {
            if (message instanceof PeerMessage.Extended extended) {
                hear(extended, now);
            } else if (message instanceof PeerMessage.Port port) {
                extensions.port(port);
            } else if (++other > MOST_OTHER) {
                throw new WireException("talks of everything but the metadata");
            }
        }
    }

    /** Asks for a piece, if the peer has said that it has them. */
    void ask(int piece) {
        extensions.say(Extension.METADATA, new MetadataMessage.Request(piece).encode());
    }

    private void hear(PeerMessage.Extended message, long now) throws WireException {
        Optional<Extension> extension = Extension.of(message.id());
        if (message.id() == 0) {
            handshake(extensions.handshake(message.payload()));
        } else if (extension.isPresent() && extension.get() == Extension.METADATA) {
            MetadataMessage.decode(message.payload()).ifPresent(this::hear);
        } else if (extension.isPresent()
                && extension.get() == Extension.PEX
                && extensions.exchange(message.payload(), now)) {
            return;
        } else if (++other > MOST_OTHER) {
            throw new WireException("talks of everything but the metadata");
        }
    }

    private void handshake(ExtendedHandshake said) {
        if (extensions.speaks(Extension.METADATA) && said.metadataSize().isPresent()) {
            out.tell(new PeerActor.KnowsMetadata(out.peer(), said.metadataSize().getAsInt()));
        }
    }

    private void hear(MetadataMessage message) {
        if (message instanceof MetadataMessage.Data data) {
            out.tell(new PeerActor.GaveMetadata(out.peer(), data.piece(), data.size(), data.bytes()));
        } else if (message instanceof MetadataMessage.Reject reject) {
            out.tell(new PeerActor.RefusedMetadata(out.peer(), reject.piece()));
        } else if (message instanceof MetadataMessage.Request request) {
            extensions.say(Extension.METADATA, new MetadataMessage.Reject(request.piece()).encode());
        }
    }
}
