package io.bittern.lsd;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.metainfo.InfoHash;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LsdMessageTest {

    private static final String HEX = "0123456789abcdef0123456789abcdef01234567";
    private static final InfoHash TORRENT = InfoHash.fromHex(HEX);
    private static final InetSocketAddress GROUP = LsdActor.GROUPS.get(0);

    @Test
    void isWrittenAsTheSpecificationShows() {
        byte[] datagram = new LsdMessage(6881, List.of(TORRENT), "abc").encode(GROUP);

        assertThat(new String(datagram, ISO_8859_1))
                .isEqualTo("""
                BT-SEARCH * HTTP/1.1
                Host: 239.192.152.143:6771
                Port: 6881
                Infohash: %s
                cookie: abc


                """.formatted(HEX).replace("\n", "\r\n"));
    }

    @Test
    void isReadAsItWasWritten() {
        LsdMessage message = new LsdMessage(1, List.of(TORRENT, InfoHash.fromHex("ab".repeat(20))), "");

        assertThat(LsdMessage.parse(message.encode(LsdActor.GROUPS.get(1)))).contains(message);
    }

    @Test
    void asManyTorrentsAsItMayHaveFitIntoADatagramThatNoNetworkCuts() {
        List<InfoHash> torrents =
                Stream.generate(() -> TORRENT).limit(LsdMessage.MOST_TORRENTS).toList();

        assertThat(new LsdMessage(65535, torrents, "c".repeat(16)).encode(LsdActor.GROUPS.get(1)))
                .hasSizeLessThanOrEqualTo(1400);
    }

    @Test
    void namesOfHeadersAreReadInAnyCase() {
        byte[] datagram = ("BT-SEARCH * HTTP/1.1\r\nHOST: x\r\nPORT:  7 \r\nINFOHASH: "
                        + HEX.toUpperCase(java.util.Locale.ROOT) + "\r\n\r\n")
                .getBytes(ISO_8859_1);

        assertThat(LsdMessage.parse(datagram)).contains(new LsdMessage(7, List.of(TORRENT), ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "BT-SEARCH * HTTP/1.0\r\nPort: 1\r\nInfohash: " + HEX + "\r\n\r\n",
                "BT-SEARCH * HTTP/1.1\r\nInfohash: " + HEX + "\r\n\r\n",
                "BT-SEARCH * HTTP/1.1\r\nPort: 0\r\nInfohash: " + HEX + "\r\n\r\n",
                "BT-SEARCH * HTTP/1.1\r\nPort: 65536\r\nInfohash: " + HEX + "\r\n\r\n",
                "BT-SEARCH * HTTP/1.1\r\nPort: -1\r\nInfohash: " + HEX + "\r\n\r\n",
                "BT-SEARCH * HTTP/1.1\r\nPort: 1\r\n\r\n",
                "BT-SEARCH * HTTP/1.1\r\nPort: 1\r\nInfohash: " + HEX + "00\r\n\r\n",
                "BT-SEARCH * HTTP/1.1\r\nPort: 1\r\nInfohash\r\n\r\n",
                "M-SEARCH * HTTP/1.1\r\nHost: 239.255.255.250:1900\r\n\r\n"
            })
    void whatIsNoneIsNotRead(String datagram) {
        assertThat(LsdMessage.parse(datagram.getBytes(ISO_8859_1))).isEmpty();
    }

    @Test
    void aDatagramWithMoreTorrentsThanAnyClientSendsIsNotRead() {
        String datagram = "BT-SEARCH * HTTP/1.1\r\nPort: 1\r\n" + ("Infohash: " + HEX + "\r\n").repeat(101) + "\r\n";

        assertThat(LsdMessage.parse(datagram.getBytes(ISO_8859_1))).isEmpty();
    }
}
