package io.bittern.peer;

import io.bittern.wire.ExtendedHandshake;
import io.bittern.wire.Extension;
import io.bittern.wire.MetadataMessage;
import io.bittern.wire.PeerMessage;
import io.bittern.wire.PexMessage;
import io.bittern.wire.WireException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;

/** What we and a peer say to each other in the extension protocol (BEP 10), and where our nodes of the DHT are (BEP 5). */
final class Extensions {

    /** Requests for metadata that wait for their turn. */
    private static final int MOST_ASKED = 64;

    private static final int HANDSHAKE = 0;

    private final Encounter with;
    private final Outgoing out;
    private final IntConsumer limit;
    private final PeerExchange exchange;
    private final Map<Extension, Integer> theirs = new EnumMap<>(Extension.class);
    private final ArrayDeque<Integer> asked = new ArrayDeque<>();
    private boolean uploadOnly;
    private boolean toldUploadOnly;
    private boolean theyUploadOnly;
    private boolean saidWhoWeAre;
    private boolean saidPort;

    /** @param limit hears how many requests the peer queues */
    Extensions(Encounter with, Outgoing out, IntConsumer limit) {
        this.with = with;
        this.out = out;
        this.limit = limit;
        exchange = new PeerExchange(with);
    }

    /**
     * Says what we are.
     *
     * @param nothingWanted whether we want nothing of anybody
     * @param requests how many requests we queue
     */
    void greet(boolean nothingWanted, int requests) {
        uploadOnly = nothingWanted;
        toldUploadOnly = nothingWanted;
        if (with.extended()) {
            say(HANDSHAKE, handshake(requests).encode());
        }
        dht().ifPresent(node -> out.say(new PeerMessage.Port(node.port())));
    }

    /** Our node of the DHT, if both of us have one. */
    private Optional<Introduction.DhtNode> dht() {
        return with.introduction().dht().filter(node -> with.dht());
    }

    /** The peer says at which port its node of the DHT is (BEP 5); the first time counts. */
    void port(PeerMessage.Port said) {
        if (!saidPort && said.port() > 0) {
            saidPort = true;
            dht().ifPresent(node -> node.others().accept(new InetSocketAddress(with.remote(), said.port())));
        }
    }

    private ExtendedHandshake handshake(int requests) {
        Introduction ours = with.introduction();
        Map<Extension, Integer> ids = new EnumMap<>(Extension.class);
        for (Extension extension : Extension.values()) {
            ids.put(extension, extension.id());
        }
        if (!ours.exchange()) {
            ids.remove(Extension.PEX);
        }
        return new ExtendedHandshake(
                ids,
                Optional.of(ours.client()),
                OptionalInt.of(requests),
                ours.port() > 0 ? OptionalInt.of(ours.port()) : OptionalInt.empty(),
                Optional.of(with.remote()),
                uploadOnly ? Optional.of(true) : Optional.empty(),
                ours.info().length > 0 ? OptionalInt.of(ours.info().length) : OptionalInt.empty());
    }

    /** We want nothing of anybody any more, or something again. */
    void uploadOnly(boolean nothingWanted) {
        uploadOnly = nothingWanted;
        tellUploadOnly();
    }

    /** The peer has sent its handshake, maybe not its first, which says this. */
    ExtendedHandshake handshake(byte[] payload) throws WireException {
        ExtendedHandshake said = ExtendedHandshake.decode(payload);
        said.extensions().forEach((extension, id) -> {
            if (id == 0) {
                theirs.remove(extension);
            } else {
                theirs.put(extension, id);
            }
        });
        said.requests().ifPresent(limit);
        if (!saidWhoWeAre) {
            saidWhoWeAre = true;
            said.yourIp().ifPresent(us -> out.tell(new PeerActor.SeesUs(out.peer(), us)));
        }
        said.uploadOnly().ifPresent(this::theyUploadOnly);
        exchange.met(said);
        boolean exchanges = with.introduction().exchange() && speaks(Extension.PEX);
        out.tell(new PeerActor.Introduced(out.peer(), said.port().orElse(0), exchanges));
        tellUploadOnly();
        return said;
    }

    /** Whether the peer wants to hear of an extension. */
    boolean speaks(Extension extension) {
        return theirs.containsKey(extension);
    }

    /** The peer says whether it wants anything of anybody, in one byte. */
    void theyUploadOnly(byte[] payload) {
        theyUploadOnly(payload.length > 0 && payload[0] != 0);
    }

    private void theyUploadOnly(boolean nothingWanted) {
        if (nothingWanted != theyUploadOnly) {
            theyUploadOnly = nothingWanted;
            out.tell(new PeerActor.NothingWanted(out.peer(), nothingWanted));
        }
    }

    /** The peer says something about the metadata: requests wait until the link has taken all else. */
    void metadata(byte[] payload) throws WireException {
        Optional<MetadataMessage> message = MetadataMessage.decode(payload);
        if (message.isEmpty() || !(message.get() instanceof MetadataMessage.Request request)) {
            return; // we have asked for nothing
        }
        boolean ours =
                MetadataMessage.length(request.piece(), with.introduction().info().length) > 0;
        if (ours && asked.size() < MOST_ASKED) {
            asked.add(request.piece());
        } else {
            say(Extension.METADATA, new MetadataMessage.Reject(request.piece()).encode());
        }
    }

    /** Whether the peer has asked for metadata. */
    boolean owesMetadata() {
        return !asked.isEmpty();
    }

    /**
     * Says one piece of the metadata that was asked for, if any.
     *
     * @param may whether so many bytes may be said now
     */
    void sayMetadata(IntPredicate may) {
        Integer piece = asked.peek();
        byte[] info = with.introduction().info();
        if (piece != null && may.test(MetadataMessage.length(piece, info.length))) {
            asked.remove();
            int from = piece * MetadataMessage.PIECE;
            byte[] bytes = Arrays.copyOfRange(info, from, from + MetadataMessage.length(piece, info.length));
            say(Extension.METADATA, new MetadataMessage.Data(piece, info.length, bytes).encode());
        }
    }

    /** The peer tells of others; false if we do not want to hear it, or not so often. */
    boolean exchange(byte[] payload, long now) throws WireException {
        if (!with.introduction().exchange() || exchange.tooOften(now)) {
            return false;
        }
        List<InetSocketAddress> others = exchange.heard(payload);
        if (!others.isEmpty()) {
            out.tell(new PeerActor.Found(out.peer(), others));
        }
        return true;
    }

    /** Whom else we are connected to. */
    void exchange(PexMessage message) {
        say(Extension.PEX, message.encode());
    }

    /** We have a piece no more (BEP 54). */
    void lost(int piece) {
        say(
                Extension.DONT_HAVE,
                ByteBuffer.allocate(Integer.BYTES).putInt(piece).array());
    }

    /** The piece that the peer no longer has; a fault if it names none. */
    static int lost(byte[] payload, int pieces) throws WireException {
        int piece = payload.length == Integer.BYTES ? ByteBuffer.wrap(payload).getInt() : -1;
        if (piece < 0 || piece >= pieces) {
            throw new WireException("lost a piece that there is not");
        }
        return piece;
    }

    private void tellUploadOnly() {
        if (uploadOnly != toldUploadOnly && speaks(Extension.UPLOAD_ONLY)) {
            toldUploadOnly = uploadOnly;
            say(Extension.UPLOAD_ONLY, new byte[] {(byte) (uploadOnly ? 1 : 0)});
        }
    }

    /** Says nothing to a peer that does not know the extension. */
    void say(Extension extension, byte[] payload) {
        Integer id = theirs.get(extension);
        if (id != null) {
            say(id, payload);
        }
    }

    private void say(int id, byte[] payload) {
        out.say(new PeerMessage.Extended(id, payload));
    }
}
