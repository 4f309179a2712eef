package io.bittern.webseed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bittern.metainfo.Metainfo;
import io.bittern.metainfo.TorrentBuilder;
import io.bittern.net.Destinations;
import java.net.InetAddress;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebPlanTest {

    private static final int PIECE = 32 << 10;

    @ParameterizedTest
    @CsvSource({
        "http://w.test/a/b.bin, http://w.test/a/b.bin",
        "http://w.test/a/, http://w.test/a/the%20%C3%A4%231.bin",
        "http://w.test/get?file=x, http://w.test/get?file=x",
        "http://w.test/a b?c=d e#f, http://w.test/a%20b?c=d%20e"
    })
    void asksForTheOnlyFile(String seed, String asked) throws Exception {
        WebPlan plan = WebPlan.ofFiles(single(), seed);

        assertThat(plan.first(PIECE, 3 * PIECE))
                .isEqualTo(new Part(PIECE, 3 * PIECE, 0, Optional.of(WebUrl.parse(asked)), PIECE, 5 * PIECE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://w.test/pub", "http://w.test/pub/"})
    void asksForFilesBelowTheTorrentsFolder(String seed) throws Exception {
        WebPlan plan = WebPlan.ofFiles(folder(), seed);

        assertThat(plan.first(0, 3 * PIECE))
                .isEqualTo(
                        new Part(0, 10, 0, Optional.of(WebUrl.parse("http://w.test/pub/the%20folder/a%2Bb")), 0, 10));
        assertThat(plan.first(10, 3 * PIECE))
                .isEqualTo(new Part(
                        10,
                        2 * PIECE,
                        2,
                        Optional.of(WebUrl.parse("http://w.test/pub/the%20folder/sub%3F/c%25")),
                        0,
                        2 * PIECE));
    }

    @Test
    void asksForRangesOfOnePiece() throws Exception {
        Metainfo torrent = single();
        String url = WebPlan.ofPieces(torrent, "http://w.test/seed?k=1")
                .first(PIECE + 16_384, 3 * PIECE)
                .url()
                .map(found -> found.uri().toString())
                .orElse("");

        assertThat(url).startsWith("http://w.test/seed?k=1&info_hash=").endsWith("&piece=1&ranges=16384-32767");
        assertThat(WebPlan.ofPieces(torrent, "http://w.test/s")
                        .first(PIECE, 10 * PIECE)
                        .length())
                .isEqualTo(PIECE);
    }

    @Test
    void knowsWhichPiecesAMissingFileLeaves() throws Exception {
        WebPlan plan = WebPlan.ofFiles(folder(), "http://w.test/");
        BitSet first = new BitSet();
        first.set(0);

        assertThat(plan.without(first).toString())
                .isEqualTo(plan.without(first).copy().toString());
        assertThat(plan.without(first).get(0)).isFalse();
        assertThat(plan.without(first).count()).isEqualTo(plan.sizes().count() - 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://w.test/",
                "http:///x",
                "http://user:secret@w.test/",
                "http://w.test:99999/",
                "http://w\u0101.test/",
                "http://w.test/%zz",
                "w.test",
                "http://[::1/"
            })
    void refusesUrlsThatAreNone(String seed) {
        assertThatThrownBy(() -> WebPlan.ofFiles(single(), seed)).isInstanceOf(WebSeedException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "http://x.test/y, http://x.test/y",
        "//x.test/y, http://x.test/y",
        "/y z, http://w.test/y%20z",
        "y?to=http://e.test/, http://w.test/a/y?to=http://e.test/",
        "../y#z, http://w.test/y"
    })
    void followsRedirects(String location, String to) throws Exception {
        assertThat(WebUrl.parse("http://w.test/a/b").redirectedTo(location)).isEqualTo(WebUrl.parse(to));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "file:///etc/passwd", "ftp://x.test/", "http://a b/"})
    void followsNoOtherRedirects(String location) throws Exception {
        WebUrl from = WebUrl.parse("http://w.test/a/b");
        assertThatThrownBy(() -> from.redirectedTo(location)).isInstanceOf(WebSeedException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "http://x.test/y, 8.8.8.8, true, true",
        "http://x.test/y?z, 8.8.8.8, false, true",
        "http://x.test/y, 127.0.0.1, false, true",
        "http://x.test/y, 127.0.0.1, true, false",
        "http://x.test/y, 10.0.0.1, true, false",
        "http://x.test/y, ::1, true, false",
        "http://x.test/y?do=harm, 192.168.1.1, false, false",
        "http://x.test/y?info_hash=a&do=harm, 192.168.1.1, false, false",
        "http://x.test/y?info_hash=a&piece=1&ranges=0-5, 192.168.1.1, false, true",
        "http://x.test/y, 224.0.0.1, false, false",
        "http://x.test/y, 0.0.0.0, false, false"
    })
    void guardsWhatIsLocal(String url, String address, boolean fromGlobal, boolean permitted) throws Exception {
        assertThat(Destinations.objection(WebUrl.parse(url), InetAddress.getByName(address), fromGlobal)
                        .isEmpty())
                .isEqualTo(permitted);
    }

    @Test
    void goesToTheAddressThatWasChecked() throws Exception {
        WebUrl url = WebUrl.parse("http://w.test:81/a?b");

        assertThat(url.at(InetAddress.getByName("192.0.2.1"))).hasToString("http://192.0.2.1:81/a?b");
        assertThat(url.at(InetAddress.getByName("2001:db8::1"))).hasToString("http://[2001:db8:0:0:0:0:0:1]:81/a?b");
        assertThat(url.authority()).isEqualTo("w.test:81");
        assertThat(url).hasToString("http://w.test:81");
    }

    private static Metainfo single() throws Exception {
        return Metainfo.parse(TorrentBuilder.ofFile("the \u00e4#1.bin", 5L * PIECE)
                .pieceLength(PIECE)
                .hashes(new byte[20 * 5])
                .build());
    }

    private static Metainfo folder() throws Exception {
        TorrentBuilder builder = TorrentBuilder.ofFolder(
                        "the folder",
                        List.of(
                                new TorrentBuilder.Entry(List.of("a+b"), 10),
                                new TorrentBuilder.Entry(List.of("none"), 0),
                                new TorrentBuilder.Entry(List.of("sub?", "c%"), 2L * PIECE)))
                .pieceLength(PIECE);
        return Metainfo.parse(
                builder.hashes(new byte[20 * builder.sizes().count()]).build());
    }
}
