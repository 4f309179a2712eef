package io.bittern.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bittern.metainfo.PieceSizes;
import io.bittern.net.ByteBudget;
import io.bittern.net.Bytes;
import io.bittern.wire.ExtendedHandshake;
import io.bittern.wire.Extension;
import io.bittern.wire.FrameEncoder;
import io.bittern.wire.PeerMessage;
import io.bittern.wire.PexMessage;
import io.bittern.wire.PexMessage.Contact;
import io.bittern.wire.WireException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PeerExchangeTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final int OUR_PORT = 6881;
    private static final InetSocketAddress OTHER = new InetSocketAddress("198.51.100.1", 7001);

    private final Conversation talk = with("203.0.113.9", true);

    @Test
    void tellsTheTorrentWhatThePeerSaysOfItself() throws WireException {
        talk.hear(
                handshake(Map.of(Extension.PEX, 5), OptionalInt.of(7000)),
                handshake(Map.of(Extension.PEX, 0), OptionalInt.empty()));

        assertThat(talk.events(PeerActor.Introduced.class))
                .containsExactly(new PeerActor.Introduced(7, 7000, true), new PeerActor.Introduced(7, 0, false));
    }

    @Test
    void tellsThePeerOfOthers() throws WireException {
        talk.hear(handshake(Map.of(Extension.PEX, 5), OptionalInt.empty()));
        talk.said.clear();
        PexMessage message = new PexMessage(List.of(new Contact(OTHER, 0)), List.of());

        talk.told(new PeerActor.Exchange(message));

        assertThat(talk.said(PeerMessage.Extended.class)).singleElement().satisfies(said -> {
            assertThat(said.id()).isEqualTo(5);
            assertThat(PexMessage.decode(said.payload())).isEqualTo(message);
        });
    }

    @Test
    void hearsOfOthersOnceAMinuteAndOnceMore() throws WireException {
        for (int second = 0; second < 180; second++) {
            talk.hear(pex(new InetSocketAddress("198.51.100.1", 7000 + second)));
            talk.now += SECOND;
        }

        assertThat(found()).extracting(InetSocketAddress::getPort).containsExactly(7000, 7001, 7060, 7120);
    }

    @Test
    void hearsOfFiftyAtATime() throws WireException {
        InetSocketAddress[] many = new InetSocketAddress[2000];
        for (int i = 0; i < many.length; i++) {
            many[i] = new InetSocketAddress("198.51.100." + i % 250, 7000 + i);
        }
        talk.hear(pex(many));

        assertThat(found()).hasSize(50);
    }

    @Test
    void passesOverWhereNobodyIsOrWeAre() throws WireException {
        talk.hear(handshake(Map.of(), OptionalInt.empty()));
        talk.hear(pex(
                new InetSocketAddress("198.51.100.1", 0),
                new InetSocketAddress("0.0.0.0", 7000),
                new InetSocketAddress("224.0.0.251", 7000),
                new InetSocketAddress("255.255.255.255", 7000),
                new InetSocketAddress("ff02::1", 7000),
                new InetSocketAddress("::", 7000),
                new InetSocketAddress("192.0.2.77", OUR_PORT),
                OTHER,
                OTHER));

        assertThat(found()).containsExactly(OTHER);
    }

    @Test
    void letsNoStrangerSendUsToOurNeighbours() throws WireException {
        InetSocketAddress machine = new InetSocketAddress("127.0.0.2", 7001);
        InetSocketAddress neighbour = new InetSocketAddress("192.168.1.7", 7001);

        assertThat(foundBy("203.0.113.9", machine, neighbour, OTHER)).containsExactly(OTHER);
        assertThat(foundBy("10.0.0.1", machine, neighbour, OTHER)).containsExactly(neighbour, OTHER);
        assertThat(foundBy("127.0.0.1", machine, neighbour, OTHER)).containsExactly(machine, neighbour, OTHER);
    }

    @Test
    void knowsNothingOfItInAPrivateTorrent() throws WireException {
        Conversation secret = with("203.0.113.9", false);
        assertThat(ExtendedHandshake.decode(
                                secret.said(PeerMessage.Extended.class).get(0).payload())
                        .extensions())
                .doesNotContainKey(Extension.PEX)
                .containsKey(Extension.METADATA);

        secret.hear(handshake(Map.of(Extension.PEX, 5), OptionalInt.of(7000)), pex(OTHER));

        assertThat(secret.events(PeerActor.Introduced.class)).containsExactly(new PeerActor.Introduced(7, 7000, false));
        assertThat(secret.events(PeerActor.Found.class)).isEmpty();
    }

    @Test
    void endsWithAPeerWhoseListsAreNotWhole() {
        byte[] cut = {'d', '5', ':', 'a', 'd', 'd', 'e', 'd', '1', ':', 'x', 'e'};
        assertThatThrownBy(() -> talk.hear(new PeerMessage.Extended(Extension.PEX.id(), cut)))
                .isInstanceOf(WireException.class);
    }

    @Test
    void hearsOfOthersWhileItLearns() throws WireException {
        Outgoing out = new Outgoing(7);
        MetadataSession session = new MetadataSession(encounter("203.0.113.9", true), out);
        session.start(500);

        session.received(Bytes.of(FrameEncoder.encode(List.of(pex(OTHER)))), 0);

        assertThat(out.takeEvents()).contains(new PeerActor.Found(7, List.of(OTHER)));
    }

    private List<InetSocketAddress> foundBy(String teller, InetSocketAddress... told) throws WireException {
        Conversation other = with(teller, true);
        other.hear(pex(told));
        return found(other);
    }

    private List<InetSocketAddress> found() {
        return found(talk);
    }

    private static List<InetSocketAddress> found(Conversation talk) {
        List<InetSocketAddress> found = new ArrayList<>();
        talk.events(PeerActor.Found.class).forEach(event -> found.addAll(event.others()));
        return found;
    }

    private static Conversation with(String remote, boolean exchange) {
        Conversation talk = new Conversation(
                new PieceSizes(1 << 20, 1 << 18), new ByteBudget(1 << 30), encounter(remote, exchange));
        talk.start();
        return talk;
    }

    private static Encounter encounter(String remote, boolean exchange) {
        return new Encounter(
                7,
                new InetSocketAddress(remote, 1).getAddress(),
                true,
                true,
                false,
                Conversation.TORRENT,
                new Introduction("Bittern test", OUR_PORT, new byte[0], exchange, Optional.empty()));
    }

    private static PeerMessage pex(InetSocketAddress... others) {
        List<Contact> added = new ArrayList<>();
        for (InetSocketAddress other : others) {
            added.add(new Contact(other, 0));
        }
        return new PeerMessage.Extended(Extension.PEX.id(), new PexMessage(added, List.of()).encode());
    }

    private static PeerMessage handshake(Map<Extension, Integer> ids, OptionalInt port) {
        return new PeerMessage.Extended(
                0,
                new ExtendedHandshake(
                                ids,
                                Optional.empty(),
                                OptionalInt.empty(),
                                port,
                                Optional.of(new InetSocketAddress("192.0.2.77", 1).getAddress()),
                                Optional.empty(),
                                OptionalInt.empty())
                        .encode());
    }
}
