package io.bittern.dht;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bittern.bencode.BList;
import io.bittern.bencode.BString;
import io.bittern.bencode.Bencode;
import io.bittern.dht.Message.Query;
import io.bittern.dht.Message.Refusal;
import io.bittern.dht.Message.Reply;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KrpcTest {

    private static final NodeId ID = NodeId.of("abcdefghij0123456789".getBytes(StandardCharsets.US_ASCII));
    private static final NodeId TARGET = NodeId.of("mnopqrstuvwxyz123456".getBytes(StandardCharsets.US_ASCII));
    private static final BString AA = BString.of("aa");
    private static final BString TOKEN = BString.of("aoeusnth");

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static Query query(Ask ask) {
        return new Query(AA, ID, ask, false);
    }

    /** The examples of BEP 5. */
    static Stream<Arguments> published() {
        return Stream.of(
                Arguments.of("d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe", query(Ask.Ping.INSTANCE)),
                Arguments.of(
                        "d1:ad2:id20:abcdefghij01234567896:target20:mnopqrstuvwxyz123456e1:q9:find_node1:t2:aa1:y1:qe",
                        query(new Ask.FindNode(TARGET, Set.of()))),
                Arguments.of(
                        "d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz123456e1:q9:get_peers1:t2:aa1:y1:qe",
                        query(new Ask.GetPeers(TARGET, Set.of(), false, false))),
                Arguments.of(
                        "d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz1234564:porti6881e5:token8:aoeusnthe"
                                + "1:q13:announce_peer1:t2:aa1:y1:qe",
                        query(new Ask.AnnouncePeer(TARGET, 6881, false, false, TOKEN))));
    }

    @ParameterizedTest
    @MethodSource("published")
    void readsAndWritesThePublishedQueries(String packet, Query query) throws KrpcException {
        assertThat(KrpcReader.read(bytes(packet))).isEqualTo(query);
        assertThat(text(KrpcWriter.query(query, false))).isEqualTo(packet);
    }

    static Stream<Ask> asks() {
        Bencode value = BList.of(BString.of("Hello"), BString.of("World"));
        return Stream.of(
                new Ask.FindNode(TARGET, Set.of(Family.IPV4, Family.IPV6)),
                new Ask.GetPeers(TARGET, Set.of(Family.IPV6), true, true),
                new Ask.AnnouncePeer(TARGET, 6881, true, true, TOKEN),
                new Ask.SampleInfohashes(TARGET, Set.of()),
                new Ask.Get(TARGET, Set.of(), Optional.of(7L)),
                new Ask.Put(new Item.Immutable(value), Optional.empty(), TOKEN),
                new Ask.Put(
                        Item.Mutable.sign(Ed25519.fromSeed(new byte[32]), BString.of("salt"), 4, value),
                        Optional.of(3L),
                        TOKEN));
    }

    @ParameterizedTest
    @MethodSource("asks")
    void readsWhatItWrites(Ask ask) throws KrpcException {
        Query query = new Query(AA, ID, ask, true);

        assertThat(KrpcReader.read(KrpcWriter.query(query, true))).isEqualTo(query);
    }

    @Test
    void readsThePublishedReplies() throws KrpcException {
        Reply reply = (Reply) KrpcReader.read(
                bytes("d1:rd2:id20:abcdefghij01234567895:token8:aoeusnth6:valuesl6:axje.u6:idhtnmee1:t2:aa1:y1:re"));

        assertThat(reply.id()).isEqualTo(ID);
        assertThat(reply.answer().token()).contains(TOKEN);
        assertThat(reply.answer().values())
                .containsExactly(Nodes.at("97.120.106.101", 11893), Nodes.at("105.100.104.116", 28269));
    }

    @Test
    void readsThePublishedError() throws KrpcException {
        assertThat(KrpcReader.read(bytes("d1:eli201e23:A Generic Error Ocurrede1:t2:aa1:y1:ee")))
                .isEqualTo(new Refusal(AA, 201, "A Generic Error Ocurred"));
    }

    @Test
    void writesWholeReplies() throws KrpcException {
        Answer answer = full();
        Reply reply = new Reply(AA, ID, answer, Optional.of(Nodes.at("192.0.2.1")));

        Reply read = (Reply) KrpcReader.read(KrpcWriter.reply(reply, 1024).orElseThrow());

        assertThat(read).isEqualTo(reply);
    }

    private static Answer full() {
        return Answer.EMPTY
                .withNodes(IntStream.range(1, 9)
                        .mapToObj(i -> Nodes.contact("0" + i, "192.0.2." + i))
                        .toList())
                .withToken(TOKEN)
                .withValues(IntStream.range(1, 50)
                        .mapToObj(i -> Nodes.at("198.51.100." + i))
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 70, 83, 95, 100, 120, 200, 400, 800, 1024})
    void neverWritesAReplyLongerThanAllowed(int limit) throws KrpcException {
        for (Answer answer : List.of(full(), full().withValues(List.of()), Answer.EMPTY.withNodes(full().nodes()))) {
            byte[] packet = KrpcWriter.reply(new Reply(AA, ID, answer, Optional.of(Nodes.at("192.0.2.1"))), limit)
                    .orElseThrow();

            assertThat(packet).hasSizeLessThanOrEqualTo(limit);
            assertThat(((Reply) KrpcReader.read(packet)).id()).isEqualTo(ID);
        }
    }

    @Test
    void findsRoomForAContactInAReplyAsLongAsTheQuery() throws KrpcException {
        int length = KrpcWriter.query(query(new Ask.FindNode(TARGET, Set.of())), false).length;
        Answer answer = Answer.EMPTY.withNodes(full().nodes());

        Reply read = (Reply) KrpcReader.read(KrpcWriter.reply(new Reply(AA, ID, answer, Optional.empty()), length)
                .orElseThrow());

        assertThat(read.answer().nodes()).containsExactly(full().nodes().get(0));
    }

    @Test
    void writesNothingIfNotEvenTheIdFits() {
        assertThat(KrpcWriter.reply(new Reply(AA, ID, Answer.EMPTY, Optional.empty()), 40))
                .isEmpty();
    }

    @Test
    void leavesOutTheWordsOfARefusalThatIsTooLong() {
        assertThat(KrpcWriter.refusal(new Refusal(AA, 203, "bad token"), 30).map(KrpcTest::text))
                .contains("d1:eli203e0:e1:t2:aa1:y1:ee");
        assertThat(KrpcWriter.refusal(new Refusal(AA, 203, "bad token"), 20)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "d1:ade1:q4:ping1:t2:aa1:y1:qe, 203",
        "d1:ad2:id3:abce1:q4:ping1:t2:aa1:y1:qe, 203",
        "d1:q4:ping1:t2:aa1:y1:qe, 203",
        "d1:ad2:id20:abcdefghij0123456789e1:q4:pong1:t2:aa1:y1:qe, 204",
        "d1:ad2:id20:abcdefghij0123456789e1:q9:find_node1:t2:aa1:y1:qe, 203",
        "d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz1234564:porti0e5:token8:aoeusnthe1:q13:announce_peer1:t2:aa1:y1:qe, 203",
        "d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz1234564:porti65536e5:token8:aoeusnthe1:q13:announce_peer1:t2:aa1:y1:qe, 203",
        "d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz1234564:porti1ee1:q13:announce_peer1:t2:aa1:y1:qe, 203",
        "d1:ad2:id20:abcdefghij01234567891:k2:ab5:token2:xy1:v2:vve1:q3:put1:t2:aa1:y1:qe, 203",
    })
    void tellsTheAskerWhatIsWrong(String packet, int code) {
        KrpcException wrong = catchThrowableOfType(KrpcException.class, () -> KrpcReader.read(bytes(packet)));

        assertThat(wrong.refusal()).hasValueSatisfying(refusal -> {
            assertThat(refusal.code()).isEqualTo(code);
            assertThat(refusal.transaction()).isEqualTo(AA);
        });
    }

    @Test
    void refusesValuesAndSaltsThatAreTooBig() {
        Item big = new Item.Immutable(BString.of(new byte[997]));
        Item salty = new Item.Mutable(
                BString.of(new byte[32]), BString.of(new byte[65]), 1, BString.of(new byte[64]), BString.EMPTY);

        assertThat(refusalOf(big)).isEqualTo(205);
        assertThat(refusalOf(salty)).isEqualTo(207);
    }

    private static int refusalOf(Item item) {
        byte[] packet = KrpcWriter.query(query(new Ask.Put(item, Optional.empty(), TOKEN)), false);
        return catchThrowableOfType(KrpcException.class, () -> KrpcReader.read(packet))
                .refusal()
                .orElseThrow()
                .code();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "d",
                "e",
                "de",
                "le",
                "i1e",
                "4:spam",
                "d1:y1:qe",
                "d1:t2:aae",
                "d1:t2:aa1:y1:xe",
                "d1:t2:aa1:yi1ee",
                "d1:ti1e1:y1:qe",
                "d1:rle1:t2:aa1:y1:re",
                "d1:rd2:id3:abce1:t2:aa1:y1:re",
                "d1:y1:q1:t2:aae",
                "d1:t2:aa1:t2:aa1:y1:qe",
                "d1:t99:aa1:y1:qe",
                "d1:t2:aa1:y1:qee"
            })
    void hasNoWordForWhatIsNoMessage(String packet) {
        assertThatThrownBy(() -> KrpcReader.read(bytes(packet)))
                .isInstanceOfSatisfying(
                        KrpcException.class, e -> assertThat(e.refusal()).isEmpty());
    }

    @Test
    void hasNoWordForWhatIsTooLongOrTooDeep() {
        assertThatThrownBy(() -> KrpcReader.read(new byte[2049])).isInstanceOf(KrpcException.class);
        assertThatThrownBy(() -> KrpcReader.read(bytes("d1:a" + "l".repeat(1000) + "e".repeat(1000) + "e")))
                .isInstanceOf(KrpcException.class);
        assertThatThrownBy(() -> KrpcReader.read(bytes("d1:t40:" + "a".repeat(40) + "1:y1:qe")))
                .isInstanceOf(KrpcException.class);
    }

    @Test
    void answersQueriesOfTheFutureLikeFindNode() throws KrpcException {
        Message read = KrpcReader.read(
                bytes("d1:ad2:id20:abcdefghij01234567896:target20:mnopqrstuvwxyz123456e1:q7:unheard1:t2:aa1:y1:qe"));

        assertThat(read).isEqualTo(query(new Ask.FindNode(TARGET, Set.of())));
    }

    @Test
    void leavesOutWhatIsWrongInAReplyAndTakesTheRest() throws KrpcException {
        Reply reply = (Reply) KrpcReader.read(bytes("d2:ip3:abc1:rd4:BFpe2:ab4:BFsd2:ab2:id20:abcdefghij0123456789"
                + "5:nodes30:mnopqrstuvwxyz123456\u00c0\u0000\u0002\u0001\u0001\u0002junk5:tokeni1e"
                + "6:valuesli1e3:abc6:axje.uee1:t2:aa1:y1:re"));

        assertThat(reply.answer().nodes()).containsExactly(new Contact(TARGET, Nodes.at("192.0.2.1", 258)));
        assertThat(reply.answer().values()).hasSize(1);
        assertThat(reply.answer().token()).isEmpty();
        assertThat(reply.answer().scrape()).isEmpty();
        assertThat(reply.seenAs()).isEmpty();
    }
}
