package io.bittern.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.metainfo.InfoHash;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FastSetTest {

    private static final InfoHash TORRENT = torrent();

    @Test
    void isThatOfTheExampleInBep6() throws UnknownHostException {
        assertThat(FastSet.of(address(80, 4, 4, 200), TORRENT, 1313))
                .startsWith(1059, 431, 808, 1217, 287, 376, 1188, 353, 508)
                .hasSize(FastSet.SIZE);
    }

    @Test
    void isTheSameForAWholeNetwork() throws UnknownHostException {
        assertThat(FastSet.of(address(80, 4, 4, 1), TORRENT, 1313))
                .isEqualTo(FastSet.of(address(80, 4, 4, 200), TORRENT, 1313))
                .isNotEqualTo(FastSet.of(address(80, 4, 5, 200), TORRENT, 1313));
    }

    @Test
    void isEveryPieceOfASmallTorrent() throws UnknownHostException {
        assertThat(FastSet.of(address(10, 0, 0, 1), TORRENT, 3)).containsExactlyInAnyOrder(0, 1, 2);
    }

    @Test
    void isEmptyForIpv6() throws UnknownHostException {
        byte[] address = new byte[16];
        address[0] = 0x20;
        assertThat(FastSet.of(InetAddress.getByAddress(address), TORRENT, 1313)).isEmpty();
    }

    private static InfoHash torrent() {
        byte[] bytes = new byte[InfoHash.LENGTH];
        Arrays.fill(bytes, (byte) 0xaa);
        return InfoHash.of(bytes);
    }

    private static InetAddress address(int... numbers) throws UnknownHostException {
        byte[] bytes = new byte[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            bytes[i] = (byte) numbers[i];
        }
        return InetAddress.getByAddress(bytes);
    }
}
