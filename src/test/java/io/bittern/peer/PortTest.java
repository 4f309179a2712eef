package io.bittern.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.metainfo.PeerId;
import io.bittern.metainfo.PieceSizes;
import io.bittern.net.ByteBudget;
import io.bittern.net.Bytes;
import io.bittern.wire.FrameEncoder;
import io.bittern.wire.Handshake;
import io.bittern.wire.PeerMessage;
import io.bittern.wire.WireException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Where our nodes of the DHT are (BEP 5). */
class PortTest {

    private static final PieceSizes SIZES = new PieceSizes(1 << 20, 1 << 18);
    private static final PeerId US = PeerId.random(new Random(1));
    private static final PeerId THEM = PeerId.random(new Random(2));

    private final List<InetSocketAddress> nodes = new ArrayList<>();
    private final Optional<Introduction.DhtNode> ours = Optional.of(new Introduction.DhtNode(6969, nodes::add));

    private Conversation talk(boolean bothHave, Optional<Introduction.DhtNode> node) {
        Conversation talk =
                new Conversation(SIZES, new ByteBudget(1 << 30), Conversation.encounter(true, true, bothHave, node));
        talk.start(0);
        return talk;
    }

    private static InetSocketAddress theirs(int port) {
        return new InetSocketAddress(Conversation.REMOTE, port);
    }

    @Test
    void isSaidAfterThePieces() {
        Conversation talk = talk(true, ours);

        assertThat(talk.said.get(0)).isInstanceOf(PeerMessage.Bits.class);
        assertThat(talk.said(PeerMessage.Port.class)).containsExactly(new PeerMessage.Port(6969));
    }

    @Test
    void isNotSaidToAPeerWithoutANode() {
        assertThat(talk(false, ours).said(PeerMessage.Port.class)).isEmpty();
    }

    @Test
    void leadsToTheNodeOfThePeer() throws WireException {
        talk(true, ours).hear(new PeerMessage.Port(7001));

        assertThat(nodes).containsExactly(theirs(7001));
    }

    @Test
    void leadsToTheNodeOfAPeerWhoTellsTheMetadata() throws WireException {
        MetadataSession session = new MetadataSession(Conversation.encounter(true, true, true, ours), new Outgoing(7));
        session.start(500);

        session.received(Bytes.of(FrameEncoder.encode(List.of(new PeerMessage.Port(7001)))), 0);

        assertThat(nodes).containsExactly(theirs(7001));
    }

    @Test
    void countsOnce() throws WireException {
        talk(true, ours).hear(new PeerMessage.Port(7001), new PeerMessage.Port(7002));

        assertThat(nodes).containsExactly(theirs(7001));
    }

    @Test
    void isPassedOverIfItIsNone() throws WireException {
        talk(true, ours).hear(new PeerMessage.Port(0));

        assertThat(nodes).isEmpty();
    }

    @Test
    void isPassedOverWhereTheTorrentIsPrivate() throws WireException {
        Conversation talk = talk(false, Optional.empty());

        talk.hear(new PeerMessage.Port(7001));

        assertThat(talk.said(PeerMessage.Port.class)).isEmpty();
    }

    @Test
    void isAnnouncedInTheHandshake() throws WireException {
        assertThat(greeted(true, Handshake.DHT).dht()).isTrue();
        assertThat(greeted(true, 0).dht()).isFalse();
        assertThat(greeted(false, Handshake.DHT).dht()).isFalse();
        assertThat(reserved(greeted(true, 0)) & Handshake.DHT).isNotZero();
        assertThat(reserved(greeted(false, 0)) & Handshake.DHT).isZero();
    }

    private static Greeting greeted(boolean dht, long reserved) throws WireException {
        Greeting greeting = new Greeting(Conversation.TORRENT, US, dht);
        greeting.received(Bytes.of(new Handshake(reserved, Conversation.TORRENT, THEM).encode()));
        return greeting;
    }

    /** The last of the reserved bytes of our handshake. */
    private static int reserved(Greeting greeting) {
        return greeting.ours().array()[27];
    }
}
