package io.bittern.store;

import io.bittern.bencode.BDictionary;
import io.bittern.bencode.BInteger;
import io.bittern.bencode.BList;
import io.bittern.bencode.BString;
import io.bittern.bencode.Bencode;
import io.bittern.bencode.BencodeException;
import io.bittern.bencode.BencodeReader;
import io.bittern.bencode.BencodeWriter;
import io.bittern.bencode.Limits;
import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.PieceSizes;
import io.bittern.piece.Bitfield;
import io.bittern.store.PieceStoreActor.Counters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What outlasts the process: which pieces were on the disk for good, and how to tell whether they still are.
 *
 * @param verified pieces whose bytes were synced before this was written
 * @param held blocks of other pieces, kept only at a clean end
 * @param files what the files looked like, the part file last
 * @param medium names the folder that held them
 * @param clean whether nothing was written afterwards
 */
record ResumeState(
        Bitfield verified,
        Map<Integer, Bitfield> held,
        List<FileFacts> files,
        String medium,
        Counters counters,
        boolean clean) {

    /* The outer dictionary has the version, the checksum and the state as a string, so that the checksum is of bytes. */

    private static final long VERSION = 1;
    private static final Limits LIMITS = Limits.STRICT.withDepth(8);

    /** The state as bytes of a file. */
    byte[] encode(InfoHash name, PieceSizes sizes) {
        byte[] state = BencodeWriter.write(BDictionary.builder()
                .put("info-hash", name.bytes())
                .put("piece-length", sizes.pieceLength())
                .put("length", sizes.length())
                .put("verified", verified.toBytes())
                .put("held", encodeHeld())
                .put("files", new BList(files.stream().map(ResumeState::encode).toList()))
                .put("medium", medium)
                .put("downloaded", counters.downloaded())
                .put("uploaded", counters.uploaded())
                .put("wasted", counters.wasted())
                .put("clean", clean ? 1 : 0)
                .build());
        return BencodeWriter.write(BDictionary.builder()
                .put("version", VERSION)
                .put("sha1", Sha1.digest().digest(state))
                .put("state", state)
                .build());
    }

    /** The state that a file holds; empty if it is damaged, of another version or of another torrent. */
    static Optional<ResumeState> decode(byte[] bytes, InfoHash name, PieceSizes sizes) {
        try {
            return BencodeReader.read(bytes, LIMITS)
                    .asDictionary()
                    .filter(outer -> outer.integer("version").equals(Optional.of(VERSION)))
                    .flatMap(ResumeState::inner)
                    .filter(state -> isOf(state, name, sizes))
                    .map(state -> read(state, sizes));
        } catch (BencodeException | IllegalArgumentException damaged) {
            return Optional.empty();
        }
    }

    /** The same, but things may have been written afterwards. */
    ResumeState unclean() {
        return new ResumeState(verified, held, files, medium, counters, false);
    }

    /** The same without any word about the data. */
    ResumeState countersOnly() {
        return new ResumeState(new Bitfield(verified.size()), Map.of(), List.of(), "", counters, false);
    }

    private static Optional<BDictionary> inner(BDictionary outer) {
        byte[] state = outer.string("state").map(BString::bytes).orElse(new byte[0]);
        BString sum = BString.of(Sha1.digest().digest(state));
        if (!outer.string("sha1").equals(Optional.of(sum))) {
            return Optional.empty();
        }
        try {
            return BencodeReader.read(state, LIMITS).asDictionary();
        } catch (BencodeException damaged) {
            return Optional.empty();
        }
    }

    private static boolean isOf(BDictionary state, InfoHash name, PieceSizes sizes) {
        return state.string("info-hash").equals(Optional.of(BString.of(name.bytes())))
                && number(state, "piece-length") == sizes.pieceLength()
                && number(state, "length") == sizes.length();
    }

    private static ResumeState read(BDictionary state, PieceSizes sizes) {
        return new ResumeState(
                Bitfield.fromBytes(bytes(state, "verified"), sizes.count()),
                decodeHeld(state.dictionary("held").orElse(BDictionary.EMPTY), sizes),
                decodeFiles(state.list("files").orElse(BList.EMPTY)),
                state.text("medium").orElse(""),
                new Counters(number(state, "downloaded"), number(state, "uploaded"), number(state, "wasted")),
                number(state, "clean") == 1);
    }

    private BDictionary encodeHeld() {
        BDictionary.Builder all = BDictionary.builder();
        held.forEach((piece, blocks) -> all.put(Integer.toString(piece), blocks.toBytes()));
        return all.build();
    }

    private static Map<Integer, Bitfield> decodeHeld(BDictionary all, PieceSizes sizes) {
        Map<Integer, Bitfield> held = new TreeMap<>();
        for (Map.Entry<BString, Bencode> entry : all.entries()) {
            int piece = Integer.parseInt(entry.getKey().utf8());
            if (piece < 0 || piece >= sizes.count()) {
                throw new IllegalArgumentException("no piece " + piece);
            }
            byte[] blocks = entry.getValue().asString().map(BString::bytes).orElse(new byte[0]);
            held.put(piece, Bitfield.fromBytes(blocks, sizes.blocks(piece)));
        }
        return held;
    }

    private static Bencode encode(FileFacts facts) {
        return BList.of(new BInteger(facts.size()), new BInteger(facts.modified()));
    }

    private static List<FileFacts> decodeFiles(BList list) {
        List<FileFacts> files = new ArrayList<>(list.size());
        for (Bencode value : list.values()) {
            List<Long> facts = value.asList().orElse(BList.EMPTY).values().stream()
                    .flatMap(number -> number.asInteger().stream())
                    .toList();
            if (facts.size() != 2) {
                throw new IllegalArgumentException("a file has a size and a time");
            }
            files.add(new FileFacts(facts.get(0), facts.get(1)));
        }
        return files;
    }

    private static byte[] bytes(BDictionary state, String key) {
        return state.string(key).map(BString::bytes).orElse(new byte[0]);
    }

    private static long number(BDictionary state, String key) {
        return state.integer(key).orElse(-1L);
    }
}
