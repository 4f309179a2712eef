package io.bittern.metainfo;

import io.bittern.bencode.BDictionary;
import io.bittern.bencode.BList;
import io.bittern.bencode.Bencode;
import io.bittern.bencode.BencodeWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Makes .torrent files (BEP 3): from the same facts always the same bytes. */
public final class TorrentBuilder {

    private static final long SHORTEST_PIECE = 16 << 10;
    private static final long LONGEST_PIECE = 16 << 20;

    private final String name;
    private final List<Entry> files;
    private final boolean single;
    private int pieceLength;
    private byte[] hashes = {};
    private List<List<String>> tiers = List.of();
    private List<String> webSeeds = List.of();
    private List<String> nodes = List.of();
    private Optional<String> comment = Optional.empty();
    private Optional<String> createdBy = Optional.empty();
    private Optional<Instant> creationDate = Optional.empty();
    private boolean isPrivate;

    private TorrentBuilder(String name, List<Entry> files, boolean single) {
        if (!isName(name)) {
            throw new IllegalArgumentException("not a name: " + Text.clean(name));
        }
        this.name = name;
        this.files = List.copyOf(files);
        this.single = single;
        this.pieceLength = pieceLengthFor(length());
    }

    /** A file of a torrent: its path below the torrent's folder, and its bytes. */
    public record Entry(List<String> path, long length) {

        public Entry {
            path = List.copyOf(path);
            if (path.isEmpty() || !path.stream().allMatch(TorrentBuilder::isName) || length < 0) {
                throw new IllegalArgumentException("not a file: " + Text.clean(path + " of " + length));
            }
        }
    }

    /** Begins a torrent of one file. */
    public static TorrentBuilder ofFile(String name, long length) {
        return new TorrentBuilder(name, List.of(new Entry(List.of(name), length)), true);
    }

    /** Begins a torrent of a folder with files, whose payload is in this order. */
    public static TorrentBuilder ofFolder(String name, List<Entry> files) {
        return new TorrentBuilder(name, files, false);
    }

    /**
     * The piece length that suits a payload: the least power of two from 16 KiB to 16 MiB that keeps all hashes
     * within twice the square root of the payload's bytes.
     */
    public static int pieceLengthFor(long size) {
        long piece = SHORTEST_PIECE;
        while (piece < LONGEST_PIECE && size > (piece * piece + 50) / 100) {
            piece *= 2;
        }
        return (int) piece;
    }

    /** Bytes of the whole payload. */
    public long length() {
        return files.stream().mapToLong(Entry::length).reduce(0, Math::addExact);
    }

    /** Sets the piece length; without this it is {@link #pieceLengthFor} the payload. */
    public TorrentBuilder pieceLength(int bytes) {
        pieceLength = bytes;
        return this;
    }

    /** How the payload is cut into pieces: what there must be hashes for. */
    public PieceSizes sizes() {
        return new PieceSizes(length(), pieceLength);
    }

    /** Sets the SHA-1 hashes of all pieces, one after the other. */
    public TorrentBuilder hashes(byte[] sha1s) {
        hashes = sha1s.clone();
        return this;
    }

    /** Sets the trackers by tier (BEP 12). */
    public TorrentBuilder tiers(List<List<String>> urls) {
        tiers = urls.stream().map(List::copyOf).toList();
        return this;
    }

    /** Sets the web servers that have the payload (BEP 19). */
    public TorrentBuilder webSeeds(List<String> urls) {
        webSeeds = List.copyOf(urls);
        return this;
    }

    /**
     * Sets nodes of the DHT to begin at, {@code HOST:PORT} or {@code [IPV6]:PORT} (BEP 5).
     *
     * @throws IllegalArgumentException if one of them is neither
     */
    public TorrentBuilder nodes(List<String> addresses) {
        addresses.forEach(DhtNodes::check);
        nodes = List.copyOf(addresses);
        return this;
    }

    public TorrentBuilder comment(String text) {
        comment = Optional.of(text);
        return this;
    }

    public TorrentBuilder createdBy(String text) {
        createdBy = Optional.of(text);
        return this;
    }

    public TorrentBuilder creationDate(Instant date) {
        creationDate = Optional.of(date);
        return this;
    }

    /** Sets whether peers may come from the torrent's trackers only (BEP 27). */
    public TorrentBuilder isPrivate(boolean only) {
        isPrivate = only;
        return this;
    }

    /** The bytes of the .torrent file. */
    public byte[] build() {
        BDictionary.Builder torrent = BDictionary.builder().put("info", info());
        Metainfo.putTiers(torrent, tiers);
        if (!webSeeds.isEmpty()) {
            torrent.put("url-list", BList.ofTexts(webSeeds));
        }
        if (!nodes.isEmpty()) {
            torrent.put("nodes", DhtNodes.list(nodes));
        }
        comment.ifPresent(text -> torrent.put("comment", text));
        createdBy.ifPresent(text -> torrent.put("created by", text));
        creationDate.ifPresent(date -> torrent.put("creation date", date.getEpochSecond()));
        return BencodeWriter.write(torrent.build());
    }

    private BDictionary info() {
        int pieces = sizes().count();
        if (hashes.length != (long) pieces * Info.HASH) {
            throw new IllegalArgumentException(hashes.length + " bytes of hashes for " + pieces + " pieces");
        }
        BDictionary.Builder info = BDictionary.builder()
                .put("name", name)
                .put("piece length", pieceLength)
                .put("pieces", hashes);
        if (isPrivate) {
            info.put("private", 1);
        }
        return (single ? info.put("length", length()) : info.put("files", list())).build();
    }

    private BList list() {
        return new BList(files.stream().<Bencode>map(TorrentBuilder::dictionary).toList());
    }

    private static BDictionary dictionary(Entry file) {
        return BDictionary.builder()
                .put("length", file.length())
                .put("path", BList.ofTexts(file.path()))
                .build();
    }

    private static boolean isName(String name) {
        return !name.isEmpty()
                && !name.equals(".")
                && !name.equals("..")
                && name.indexOf('/') < 0
                && name.indexOf(0) < 0;
    }
}
