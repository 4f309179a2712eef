package io.bittern.metainfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bittern.Forall;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MagnetLinkTest {

    private static final String HEX = "0123456789abcdef0123456789ABCDEF01234567";
    private static final String LINK = "magnet:?xt=urn:btih:" + HEX;

    @Test
    void readsAllThatALinkCanSay() throws MetainfoException {
        MagnetLink link = MagnetLink.parse(LINK + "&dn=a%20b+c&tr=http%3A%2F%2Ft.test%2Fa&tr.1=udp://u.test:80"
                + "&ws=http://w.test/f&x.pe=10.0.0.1:6881&x.pe=[::1]:80&x.pe=h.test:1&so=0,2,4-6&xl=5");

        assertThat(link.infoHash()).hasToString(HEX.toLowerCase(java.util.Locale.ROOT));
        assertThat(link.name()).contains("a b c");
        assertThat(link.tiers()).containsExactly(List.of("http://t.test/a"), List.of("udp://u.test:80"));
        assertThat(link.webSeeds()).containsExactly("http://w.test/f");
        assertThat(link.peers())
                .containsExactly(
                        new MagnetLink.Peer("10.0.0.1", 6881),
                        new MagnetLink.Peer("::1", 80),
                        new MagnetLink.Peer("h.test", 1));
        BitSet files = new BitSet();
        files.set(0);
        files.set(2);
        files.set(4, 7);
        assertThat(link.files()).contains(files);
    }

    @Test
    void readsBase32() throws MetainfoException {
        assertThat(MagnetLink.parse("magnet:?xt=urn:btih:AERUKZ4JVPG66AJDIVTYTK6N54ASGRLH")
                        .infoHash())
                .isEqualTo(InfoHash.fromHex("0123456789abcdef0123456789abcdef01234567"));
        assertThat(MagnetLink.parse("MAGNET:?XT=URN:BTIH:aerukz4jvpg66ajdivtytk6n54asgrlh")
                        .infoHash())
                .isEqualTo(InfoHash.fromHex("0123456789abcdef0123456789abcdef01234567"));
    }

    @Test
    void readsTheLinkOfAHybridTorrent() throws MetainfoException {
        assertThat(MagnetLink.parse("magnet:?xt=urn:btmh:1220aa&xt=urn:btih:" + HEX)
                        .infoHash())
                .isEqualTo(InfoHash.fromHex(HEX));
    }

    @Test
    void leavesOutWhatCannotBeUsed() throws MetainfoException {
        MagnetLink link = MagnetLink.parse(
                LINK + "&tr=file:///etc/passwd&tr=&ws=ftp://x&x.pe=h&x.pe=h:0&x.pe=h:65536&x.pe=a%20b:1&&=&dn=%1b");
        assertThat(link.tiers()).isEmpty();
        assertThat(link.webSeeds()).isEmpty();
        assertThat(link.peers()).isEmpty();
        assertThat(link.name()).isEmpty();
        assertThat(link.files()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "magnet:",
                "magnet:?",
                "magnet:?dn=x",
                "http://x/?xt=urn:btih:" + HEX,
                "magnet:?xt=urn:btmh:1220aa",
                "magnet:?xt=urn:btih:",
                "magnet:?xt=urn:btih:0123",
                "magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef0123456g",
                "magnet:?xt=urn:btih:01RUKZ4JVPG66AJDIVTYTK6N54ASGRLH",
                LINK + "&xt=urn:btih:1123456789abcdef0123456789abcdef01234567",
                LINK + "&dn=%",
                LINK + "&dn=%4",
                LINK + "&dn=%zz",
                LINK + "&so=",
                LINK + "&so=1-",
                LINK + "&so=3-2",
                LINK + "&so=-1",
                LINK + "&so=99999999999",
                LINK + "&so=0-1000000"
            })
    void refusesWhatNamesNoTorrent(String link) {
        assertThatThrownBy(() -> MagnetLink.parse(link)).isInstanceOf(MetainfoException.class);
    }

    @Test
    void anythingGivesALinkOrAMetainfoException() {
        String characters = "magnet:?xturnbih&=.%+0123456789abcdef-,[]so";
        Forall.seeds(20_000, random -> {
            StringBuilder link = new StringBuilder(LINK);
            for (int changes = random.nextInt(40); changes >= 0; changes--) {
                char next = characters.charAt(random.nextInt(characters.length()));
                link.insert(8 + random.nextInt(link.length() - 7), next);
            }
            try {
                assertThat(MagnetLink.parse(link.toString()).infoHash()).isNotNull();
            } catch (MetainfoException refused) {
                assertThat(refused.getMessage()).contains("magnet link");
            }
        });
    }
}
