package io.bittern.metainfo;

import static io.bittern.metainfo.Torrents.entry;
import static io.bittern.metainfo.Torrents.folder;
import static io.bittern.metainfo.Torrents.torrent;
import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.Forall;
import io.bittern.bencode.BDictionary;
import io.bittern.bencode.BString;
import io.bittern.metainfo.FileLayout.TorrentFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.Normalizer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MetainfoProperties {

    private static final List<String> PARTS = List.of(
            "..",
            ".",
            "",
            "/",
            "\\",
            "a",
            "A",
            "con",
            "NUL",
            ".txt",
            ".TXT",
            ".",
            " ",
            "\0",
            "\n",
            "\u001b[2J",
            "\u202e",
            "\u00e9",
            "e\u0301",
            "E\u0301",
            "\u00df",
            "ss",
            "x".repeat(250),
            "\u65e5".repeat(90),
            "\u200b",
            "1",
            ".1",
            "~",
            ":",
            "\u212a",
            "k",
            "\ud83d\ude00",
            "\u0130",
            "i\u0307",
            "\u03c2",
            "\u03a3",
            "_",
            "\u00a0",
            "\u2028");

    @Test
    void laysEveryFileBelowTheRootUnderANameOfItsOwn() {
        Forall.seeds(3_000, random -> {
            BDictionary[] files = new BDictionary[1 + random.nextInt(12)];
            for (int i = 0; i < files.length; i++) {
                files[i] = entry(i == 0 ? 16 : 0, elements(random));
            }
            byte[] torrent = torrent(folder(files).put("name", element(random)));

            List<TorrentFile> laid = Metainfo.parse(torrent).layout().files();

            assertThat(laid).hasSize(files.length);
            laid.forEach(MetainfoProperties::assertSafe);
            assertDistinct(laid);
            assertThat(Metainfo.parse(torrent).layout().files()).isEqualTo(laid);
        });
    }

    @Test
    void findsNoPrefixOfATorrentToBeATorrent() {
        Forall.seeds(10, random -> {
            byte[] torrent = made(random);

            for (int length = 0; length < torrent.length; length++) {
                assertThat(parsedOrNull(Arrays.copyOf(torrent, length))).isNull();
            }
        });
    }

    @Test
    void readsADamagedTorrentOrRefusesIt() {
        Forall.seeds(30_000, random -> {
            byte[] damaged = made(random);
            for (int i = random.nextInt(4); i >= 0; i--) {
                damaged = damaged(damaged, random);
            }

            Metainfo metainfo = parsedOrNull(damaged);

            if (metainfo != null) {
                assertThat(metainfo.torrentBytes()).isEqualTo(damaged);
                assertThat(metainfo.infoHash()).isEqualTo(InfoHash.of(Torrents.sha1(metainfo.infoBytes())));
                metainfo.layout().files().forEach(MetainfoProperties::assertSafe);
                metainfo.layout().slices(0, metainfo.sizes().lengthOf(0));
            }
        });
    }

    @Test
    void readsBackEveryTorrentThatItMakes() {
        Forall.seeds(500, random -> {
            List<TorrentBuilder.Entry> entries = new ArrayList<>();
            for (int i = random.nextInt(8); i >= 0; i--) {
                entries.add(
                        new TorrentBuilder.Entry(List.of("d" + random.nextInt(3), "f" + i), 1 + random.nextInt(99)));
            }
            TorrentBuilder builder = TorrentBuilder.ofFolder("n", entries).pieceLength(1 + random.nextInt(64));
            byte[] hashes = new byte[20 * builder.sizes().count()];
            random.nextBytes(hashes);

            Metainfo metainfo = Metainfo.parse(builder.hashes(hashes).build());

            assertThat(metainfo.sizes()).isEqualTo(builder.sizes());
            int piece = random.nextInt(builder.sizes().count());
            assertThat(metainfo.pieceHash(piece)).isEqualTo(Arrays.copyOfRange(hashes, 20 * piece, 20 * piece + 20));
            for (int i = 0; i < entries.size(); i++) {
                TorrentFile file = metainfo.layout().file(i);
                assertThat(file.length()).isEqualTo(entries.get(i).length());
                assertThat(file.path().subList(1, 3)).isEqualTo(entries.get(i).path());
            }
        });
    }

    private static void assertSafe(TorrentFile file) {
        Path root = Path.of("/home/user/downloads");
        Path path = root.resolve(file.pathText());
        assertThat(path.normalize().toString()).isEqualTo(path.toString()).startsWith(root + "/");
        assertThat(path.getNameCount()).isEqualTo(3 + file.path().size());
        for (String element : file.path()) {
            assertThat(element)
                    .isNotEmpty()
                    .isNotIn(".", "..")
                    .doesNotContain("/", "\\")
                    .doesNotEndWith(".")
                    .doesNotEndWith(" ");
            assertThat(element.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(255);
            assertThat(element.codePoints().noneMatch(Text::isHostile)).isTrue();
            assertThat(element.toLowerCase(Locale.ROOT).replaceFirst(" *[.:].*", ""))
                    .isNotIn("con", "nul", "aux", "prn", "com1");
        }
    }

    /** By another way of folding than the one under test. */
    private static void assertDistinct(List<TorrentFile> files) {
        Set<String> folded = new HashSet<>();
        for (TorrentFile file : files) {
            String text = Normalizer.normalize(file.pathText(), Normalizer.Form.NFC);
            assertThat(folded.add(text.toLowerCase(Locale.ROOT).toUpperCase(Locale.ROOT)))
                    .as(text)
                    .isTrue();
        }
        Set<String> folders = new HashSet<>();
        for (TorrentFile file : files) {
            for (int end = 1; end < file.path().size(); end++) {
                String folder = String.join("/", file.path().subList(0, end));
                folders.add(Normalizer.normalize(folder, Normalizer.Form.NFC)
                        .toLowerCase(Locale.ROOT)
                        .toUpperCase(Locale.ROOT));
            }
        }
        assertThat(folded).doesNotContainAnyElementsOf(folders);
    }

    private static BString[] elements(RandomGenerator random) {
        BString[] elements = new BString[1 + random.nextInt(3)];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = BString.of(element(random));
        }
        return elements;
    }

    private static byte[] element(RandomGenerator random) {
        if (random.nextInt(10) == 0) {
            byte[] noise = new byte[random.nextInt(5)];
            random.nextBytes(noise);
            return noise;
        }
        StringBuilder element = new StringBuilder();
        for (int i = random.nextInt(3); i >= 0; i--) {
            element.append(PARTS.get(random.nextInt(PARTS.size())));
        }
        return element.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] made(RandomGenerator random) {
        TorrentBuilder builder = random.nextBoolean()
                ? TorrentBuilder.ofFile("file", 40)
                : TorrentBuilder.ofFolder(
                        "folder",
                        List.of(
                                new TorrentBuilder.Entry(List.of("a", "b"), 33),
                                new TorrentBuilder.Entry(List.of("c"), 7)));
        return builder.pieceLength(16)
                .hashes(new byte[60])
                .tiers(List.of(List.of("http://a.test/"), List.of("udp://b.test:1")))
                .webSeeds(List.of("http://w.test/"))
                .creationDate(Instant.ofEpochSecond(1))
                .comment("c")
                .isPrivate(random.nextBoolean())
                .build();
    }

    /** With one byte changed, some left out, or some twice. */
    private static byte[] damaged(byte[] bytes, RandomGenerator random) {
        int from = random.nextInt(bytes.length);
        int to = Math.min(bytes.length, from + 1 + random.nextInt(12));
        switch (random.nextInt(4)) {
            case 0 -> {
                return join(bytes, from, to, bytes.length);
            }
            case 1 -> {
                return join(bytes, to, from, bytes.length);
            }
            default -> {
                byte[] changed = bytes.clone();
                changed[from] = (byte)
                        (random.nextBoolean() ? "ilde0123456789:-./".charAt(random.nextInt(18)) : random.nextInt());
                return changed;
            }
        }
    }

    private static byte[] join(byte[] bytes, int firstEnd, int secondStart, int end) {
        byte[] joined = Arrays.copyOf(bytes, firstEnd + end - secondStart);
        System.arraycopy(bytes, secondStart, joined, firstEnd, end - secondStart);
        return joined.length == 0 ? bytes : joined;
    }

    private static @Nullable Metainfo parsedOrNull(byte[] bytes) {
        try {
            return Metainfo.parse(bytes);
        } catch (MetainfoException refused) {
            assertThat(refused.getMessage()).matches("[ -~]{1,200}");
            return null;
        }
    }
}
