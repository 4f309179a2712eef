package io.bittern.metainfo;

import static io.bittern.metainfo.MetainfoException.Kind.BENCODE;
import static io.bittern.metainfo.MetainfoException.Kind.METAINFO;
import static io.bittern.metainfo.Torrents.entry;
import static io.bittern.metainfo.Torrents.folder;
import static io.bittern.metainfo.Torrents.info;
import static io.bittern.metainfo.Torrents.torrent;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bittern.bencode.BDictionary;
import io.bittern.bencode.BInteger;
import io.bittern.bencode.BList;
import io.bittern.bencode.BString;
import io.bittern.bencode.Bencode;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BadTorrentsTest {

    private static final String INFO =
            "4:infod6:lengthi16e4:name1:f12:piece lengthi16e6:pieces20:" + "x".repeat(20) + "e";

    static Stream<Arguments> corpus() {
        return Stream.concat(badBencode(), Stream.concat(badInfo(), badFiles()));
    }

    private static Stream<Arguments> badBencode() {
        byte[] right = torrent(info());
        return Stream.of(
                bad("empty file", "", BENCODE, "cut short"),
                bad("web page", "<!DOCTYPE html>", BENCODE, "this looks like a web page"),
                bad("cut short", Arrays.copyOf(right, right.length - 5), BENCODE, "cut short"),
                bad("something behind", new String(right, ISO_8859_1) + "\n", BENCODE, "behind the value at byte"),
                bad("keys twice", "d" + INFO + INFO + "e", BENCODE, "second time at byte"),
                bad("keys out of order", "d" + INFO + "7:comment1:xe", BENCODE, "out of order at byte"),
                bad("key twice in info", "d4:infod4:name1:a4:name1:bee", BENCODE, "second time at byte 17"),
                bad("zeros in front", "d4:infod6:lengthi016eee", BENCODE, "needless zero"),
                bad("length beyond 64 bits", "d4:infod6:lengthi9223372036854775808eee", BENCODE, "beyond 64 bits"),
                bad("string longer than the file", "d4:info2147483647:ae", BENCODE, "within a string"),
                bad("string longer than 32 bits", "d4:info4294967299:abce", BENCODE, "within a string"),
                bad("100,000 lists", "d4:info" + "l".repeat(100_000), BENCODE, "nesting deeper than 100"),
                bad("100,000 dictionaries", "d1:a".repeat(100_000), BENCODE, "nesting deeper than 100"),
                bad("more than 10 MB", "9999999:" + "x".repeat(9_999_999), BENCODE, "10000000 are allowed"),
                bad("too many tokens", "d4:info" + "l" + "le".repeat(2_000_000) + "ee", BENCODE, "tokens"));
    }

    private static Stream<Arguments> badInfo() {
        return Stream.of(
                bad("a list", "le", METAINFO, "not a dictionary"),
                bad("a number", "i1e", METAINFO, "not a dictionary"),
                bad("nothing in it", "de", METAINFO, "no info dictionary"),
                bad("info is a string", "d4:info1:xe", METAINFO, "no info dictionary"),
                bad("info is empty", "d4:infodee", METAINFO, "no piece hashes"),
                bad("second version only", lacking("pieces").put("meta version", 2), "v2 only"),
                bad("no name", lacking("name"), "no name"),
                bad("name is a number", info().put("name", 1), "no name"),
                bad("no piece length", lacking("piece length"), "no piece length"),
                bad("piece length is a string", info().put("piece length", "16"), "no piece length"),
                bad("piece length 0", info().put("piece length", 0), "piece length of 0"),
                bad("negative piece length", info().put("piece length", -16), "piece length of -16"),
                bad(
                        "piece length beyond 32 bits",
                        info().put("piece length", (1L << 32) + 16),
                        "piece length of 4294967312"),
                bad("longest piece length", info().put("piece length", Long.MAX_VALUE), "piece length of"),
                bad("no pieces", lacking("pieces"), "no piece hashes"),
                bad("pieces is a list", info().put("pieces", BList.EMPTY), "no piece hashes"),
                bad("pieces of 19 bytes", info().put("pieces", new byte[19]), "multiple of 20"),
                bad("pieces of 21 bytes", info().put("pieces", new byte[21]), "multiple of 20"),
                bad("no hashes", info().put("pieces", ""), "hashes for 0 pieces, but 1"),
                bad("too many hashes", info().put("pieces", new byte[40]), "hashes for 2 pieces, but 1"),
                bad("too few hashes", info().put("length", 33), "hashes for 1 pieces, but 3"),
                bad("more pieces than fit", info().put("length", Long.MAX_VALUE), "pieces are more than"),
                bad(
                        "more pieces than allowed",
                        info().put("piece length", 1).put("length", 0x200001),
                        "more than 2097152"),
                bad("no length", lacking("length"), "no files"),
                bad("length is a string", info().put("length", "16"), "no length"),
                bad("negative length", info().put("length", -1), "length of -1"),
                bad("least length", info().put("length", Long.MIN_VALUE), "length of -9223372036854775808"),
                bad("length 0", info().put("length", 0).put("pieces", ""), "all its files are empty"),
                bad("length and files", info().put("files", BList.of(entry(16, "a"))), "both"));
    }

    private static Stream<Arguments> badFiles() {
        return Stream.of(
                bad("no files", folder(), "list of files is empty"),
                bad("files is a dictionary", folder().put("files", BDictionary.EMPTY), "list of files is empty"),
                bad(
                        "a file is a string",
                        folder().put("files", BList.of(BString.of("a"))),
                        "file 1 is not a dictionary"),
                bad(
                        "empty files only",
                        folder(entry(0, "a"), entry(0, "b")).put("pieces", ""),
                        "all its files are empty"),
                bad("second file without length", folder(entry(16, "a"), BDictionary.EMPTY), "file 2 has no path"),
                bad("file without length", folder(without(entry(16, "a"), "length")), "file 1 has no length"),
                bad("file without path", folder(without(entry(16, "a"), "path")), "file 1 has no path"),
                bad("empty path", folder(entry(16, new BString[0])), "file 1 has no path"),
                bad("path is a string", folder(file(BString.of("a"))), "file 1 has no path"),
                bad(
                        "path with a number",
                        folder(file(BList.of(BString.of("a"), new BInteger(1)))),
                        "file 1 has no path"),
                bad("negative file", folder(entry(32, "a"), entry(-16, "b")), "file 2 has a length of -16"),
                bad("sum beyond 64 bits", folder(entry(Long.MAX_VALUE, "a"), entry(1, "b")), "more than 64 bits"),
                bad(
                        "sum around to 16",
                        folder(entry(Long.MAX_VALUE, "a"), entry(Long.MAX_VALUE, "b"), entry(18, "c")),
                        "more than 64 bits"),
                bad("too deep", folder(entry(16, "d/".repeat(100).concat("f").split("/"))), "more than 100 folders"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("corpus")
    void refusesInOneLineAndSaysWhatKindOfTroubleItIs(
            String name, byte[] torrent, MetainfoException.Kind kind, String message) {
        MetainfoException refusal = catchThrowableOfType(MetainfoException.class, () -> Metainfo.parse(torrent));

        assertThat(refusal).as(name).isNotNull().hasMessageContaining(message);
        assertThat(refusal.kind()).isEqualTo(kind);
        assertThat(refusal.getMessage()).matches("[ -~]{1,200}");
    }

    private static Arguments bad(String name, String torrent, MetainfoException.Kind kind, String message) {
        return bad(name, torrent.getBytes(ISO_8859_1), kind, message);
    }

    private static Arguments bad(String name, BDictionary.Builder info, String message) {
        return bad(name, torrent(info), METAINFO, message);
    }

    private static Arguments bad(String name, byte[] torrent, MetainfoException.Kind kind, String message) {
        return Arguments.of(name, torrent, kind, message);
    }

    private static BDictionary.Builder lacking(String missing) {
        BDictionary.Builder builder = BDictionary.builder();
        without(Torrents.info().build(), missing)
                .entries()
                .forEach(entry -> builder.put(entry.getKey(), entry.getValue()));
        return builder;
    }

    private static BDictionary without(BDictionary dictionary, String key) {
        BDictionary.Builder builder = BDictionary.builder();
        dictionary.entries().stream()
                .filter(entry -> !entry.getKey().equals(BString.of(key)))
                .forEach(entry -> builder.put(entry.getKey(), entry.getValue()));
        return builder.build();
    }

    private static BDictionary file(Bencode path) {
        return BDictionary.builder().put("length", 16).put("path", path).build();
    }
}
