package io.bittern.peer;

import static io.bittern.peer.Conversation.BLOCK;
import static io.bittern.peer.Conversation.lease;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bittern.piece.Bitfield;
import io.bittern.wire.ExtendedHandshake;
import io.bittern.wire.Extension;
import io.bittern.wire.MetadataMessage;
import io.bittern.wire.PeerMessage;
import io.bittern.wire.WireException;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExtensionsTest {

    private final Conversation talk = Conversation.fast();

    @Test
    void introducesItselfAfterItsPieces() throws WireException {
        talk.start(3);

        assertThat(talk.said.get(0)).isInstanceOf(PeerMessage.Bits.class);
        PeerMessage.Extended extended = talk.said(PeerMessage.Extended.class).get(0);
        assertThat(extended.id()).isZero();
        ExtendedHandshake said = ExtendedHandshake.decode(extended.payload());
        assertThat(said.extensions().keySet()).containsExactlyInAnyOrder(Extension.values());
        assertThat(said.client()).contains("Bittern test");
        assertThat(said.requests()).hasValue(500);
        assertThat(said.port()).hasValue(6881);
        assertThat(said.yourIp()).contains(Conversation.REMOTE);
        assertThat(said.uploadOnly()).isEmpty();
        assertThat(said.metadataSize()).hasValue(2 * BLOCK + 10);
    }

    @Test
    void saysNothingOfItToWhoDoesNotSpeakIt() {
        Conversation plain = Conversation.usual();
        assertThat(plain.said).isEmpty();
    }

    @Test
    void saysThatItOnlyUploads() throws WireException {
        talk.start(IntStream.range(0, 64).boxed().toArray(Integer[]::new));
        PeerMessage.Extended extended = talk.said(PeerMessage.Extended.class).get(0);
        assertThat(ExtendedHandshake.decode(extended.payload()).uploadOnly()).contains(true);
    }

    @Test
    void saysSoTooWhenItHasFinished() throws WireException {
        talk.start();
        talk.hear(handshake(OptionalInt.empty(), Map.of(Extension.UPLOAD_ONLY, 9)));
        talk.said.clear();

        talk.told(new PeerActor.UploadOnly(true));

        assertThat(talk.said(PeerMessage.Extended.class)).singleElement().satisfies(said -> {
            assertThat(said.id()).isEqualTo(9);
            assertThat(said.payload()).containsExactly(1);
        });
    }

    @Test
    void hearsWhatThePeerHasAfterItsIntroduction() throws WireException {
        talk.start();
        talk.hear(handshake(OptionalInt.empty(), Map.of()), PeerMessage.HaveAll.INSTANCE);
        assertThat(talk.standing().uploadOnly()).isTrue();
    }

    @Test
    void asksAsMuchAsThePeerTakes() throws WireException {
        talk.start();
        talk.hear(handshake(OptionalInt.of(3), Map.of()));
        talk.granted(lease(0, 0, 16));
        assertThat(talk.session.asked()).isEqualTo(3);
    }

    @Test
    void tellsTheTorrentOnceHowThePeerSeesUs() throws WireException {
        talk.start();
        InetAddress other = InetAddress.getLoopbackAddress();
        talk.hear(
                handshake(OptionalInt.empty(), Map.of(), Optional.of(Conversation.REMOTE)),
                handshake(OptionalInt.empty(), Map.of(), Optional.of(other)));

        assertThat(talk.events(PeerActor.SeesUs.class)).containsExactly(new PeerActor.SeesUs(7, Conversation.REMOTE));
    }

    @Test
    void tellsTheTorrentWhetherThePeerWantsAnything() throws WireException {
        talk.start();
        talk.hear(extended(Extension.UPLOAD_ONLY, 1));
        talk.hear(extended(Extension.UPLOAD_ONLY, 1));
        talk.hear(extended(Extension.UPLOAD_ONLY, 0));

        assertThat(talk.events(PeerActor.NothingWanted.class))
                .containsExactly(new PeerActor.NothingWanted(7, true), new PeerActor.NothingWanted(7, false));
    }

    @Test
    void forgetsAPieceThatThePeerLost() throws WireException {
        talk.start();
        talk.hear(new PeerMessage.Have(3));
        talk.granted(lease(3, 0, 4), lease(4, 0, 1));

        talk.hear(extended(Extension.DONT_HAVE, 0, 0, 0, 3));

        assertThat(talk.events(PeerActor.Lacks.class)).containsExactly(new PeerActor.Lacks(7, List.of(3)));
        assertThat(talk.events(PeerActor.Returned.class))
                .containsExactly(new PeerActor.Returned(7, List.of(lease(3, 0, 4))));
        assertThat(talk.session.asked()).isEqualTo(1);
    }

    @Test
    void saysOnceWhichPieceWeLost() throws WireException {
        talk.start();
        talk.hear(handshake(OptionalInt.empty(), Map.of(Extension.DONT_HAVE, 8)));
        talk.have(3);
        Bitfield lost = new Bitfield(talk.sizes.count());
        lost.set(3);
        lost.set(4);

        talk.told(new PeerActor.Lost(lost));
        talk.told(new PeerActor.Lost(lost));

        assertThat(talk.said(PeerMessage.Extended.class))
                .filteredOn(said -> said.id() == 8)
                .singleElement()
                .satisfies(said -> assertThat(said.payload()).containsExactly(0, 0, 0, 3));
    }

    @Test
    void endsWithAPeerThatLosesPiecesThatThereAreNot() {
        talk.start();
        assertThatThrownBy(() -> talk.hear(extended(Extension.DONT_HAVE, 0, 0, 0, 64)))
                .isInstanceOf(WireException.class);
        talk.reading = true;
        assertThatThrownBy(() -> talk.hear(extended(Extension.DONT_HAVE, 0))).isInstanceOf(WireException.class);
    }

    @Test
    void servesMetadataPieceByPiece() throws WireException {
        talk.start();
        talk.hear(handshake(OptionalInt.empty(), Map.of(Extension.METADATA, 5)));
        talk.said.clear();

        talk.hear(metadata(new MetadataMessage.Request(2)), metadata(new MetadataMessage.Request(3)));

        List<PeerMessage.Extended> said = talk.said(PeerMessage.Extended.class);
        assertThat(said).extracting(PeerMessage.Extended::id).containsExactly(5, 5);
        assertThat(MetadataMessage.decode(said.get(0).payload())).contains(new MetadataMessage.Reject(3));
        assertThat(MetadataMessage.decode(said.get(1).payload()).orElseThrow())
                .isInstanceOfSatisfying(MetadataMessage.Data.class, data -> {
                    assertThat(data.piece()).isEqualTo(2);
                    assertThat(data.size()).isEqualTo(2 * BLOCK + 10);
                    assertThat(data.bytes()).hasSize(10);
                });
    }

    @Test
    void keepsFewRequestsForMetadataOfAPeerThatDoesNotRead() throws WireException {
        talk.start();
        talk.hear(handshake(OptionalInt.empty(), Map.of(Extension.METADATA, 5)));
        talk.linkFlows = false;
        talk.hear(metadata(new MetadataMessage.Request(0)));
        talk.said.clear();
        for (int i = 0; i < 100; i++) {
            talk.hear(metadata(new MetadataMessage.Request(0)));
        }
        talk.linkTakes();

        assertThat(talk.said(PeerMessage.Extended.class))
                .hasSize(36)
                .allSatisfy(said ->
                        assertThat(MetadataMessage.decode(said.payload())).contains(new MetadataMessage.Reject(0)));
    }

    @Test
    void ignoresMessagesWithoutMeaningButNotForEver() throws WireException {
        talk.start();
        for (int i = 0; i < 1000; i++) {
            talk.hear(new PeerMessage.Extended(200, new byte[3]));
        }
        assertThatThrownBy(() -> talk.hear(new PeerMessage.Extended(200, new byte[3])))
                .isInstanceOf(WireException.class);
    }

    @Test
    void endsWithAPeerWhoseHandshakeCannotBeRead() {
        talk.start();
        assertThatThrownBy(() -> talk.hear(new PeerMessage.Extended(0, new byte[] {'l'})))
                .isInstanceOf(WireException.class);
    }

    private static PeerMessage handshake(OptionalInt requests, Map<Extension, Integer> ids) {
        return handshake(requests, ids, Optional.empty());
    }

    private static PeerMessage handshake(
            OptionalInt requests, Map<Extension, Integer> ids, Optional<InetAddress> yourIp) {
        return new PeerMessage.Extended(
                0,
                new ExtendedHandshake(
                                ids,
                                Optional.empty(),
                                requests,
                                OptionalInt.empty(),
                                yourIp,
                                Optional.empty(),
                                OptionalInt.empty())
                        .encode());
    }

    private static PeerMessage metadata(MetadataMessage message) {
        return new PeerMessage.Extended(Extension.METADATA.id(), message.encode());
    }

    private static PeerMessage extended(Extension extension, int... payload) {
        byte[] bytes = new byte[payload.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) payload[i];
        }
        return new PeerMessage.Extended(extension.id(), bytes);
    }
}
