package io.bittern.metainfo;

import io.bittern.bencode.BDictionary;
import io.bittern.bencode.BList;
import io.bittern.bencode.BString;
import io.bittern.bencode.Bencode;
import io.bittern.bencode.BencodeException;
import io.bittern.bencode.BencodeReader;
import io.bittern.bencode.Limits;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** A torrent as its .torrent file or its {@code info} dictionary describes it (BEP 3), checked and safe to use; immutable. */
public final class Metainfo {

    private final Info info;
    private final InfoHash infoHash;
    private final List<List<String>> tiers;
    private final BString torrent;
    private final List<String> webSeeds;
    private final List<String> httpSeeds;
    private final List<String> nodes;
    private final Notes notes;

    private Metainfo(Info info, List<List<String>> tiers, BDictionary torrent) {
        this.info = info;
        this.infoHash = InfoHash.of(sha1(info.raw().bytes()));
        this.tiers = tiers;
        this.torrent = torrent.raw();
        this.webSeeds = Urls.webSeeds(torrent, "url-list");
        this.httpSeeds = Urls.webSeeds(torrent, "httpseeds");
        this.nodes = info.isPrivate() ? List.of() : DhtNodes.of(torrent);
        this.notes = Notes.of(torrent);
    }

    /** The torrent that the bytes of a .torrent file describe. */
    public static Metainfo parse(byte[] torrentFile) throws MetainfoException {
        BDictionary torrent = read(torrentFile, Limits.FILE);
        BDictionary info = torrent.dictionary("info")
                .orElseThrow(() -> new MetainfoException("not a torrent: it has no info dictionary"));
        return new Metainfo(Info.of(info), Urls.tiers(torrent), torrent);
    }

    /** The torrent that an {@code info} dictionary from peers describes (BEP 9), with trackers from elsewhere. */
    public static Metainfo ofInfo(byte[] info, List<List<String>> tiers) throws MetainfoException {
        BDictionary dictionary = read(info, Limits.METADATA);
        List<List<String>> usable = Urls.usableTiers(tiers);
        BDictionary.Builder torrent = BDictionary.builder().put("info", dictionary);
        putTiers(torrent, usable);
        return new Metainfo(Info.of(dictionary), usable, torrent.build());
    }

    /** The same with web seeds from elsewhere, of which those that can be used are taken. */
    public static Metainfo ofInfo(byte[] info, List<List<String>> tiers, List<String> webSeeds)
            throws MetainfoException {
        Metainfo torrent = ofInfo(info, tiers);
        if (webSeeds.isEmpty()) {
            return torrent;
        }
        BDictionary.Builder with = BDictionary.builder();
        read(torrent.torrentBytes(), Limits.METADATA)
                .entries()
                .forEach(entry -> with.put(entry.getKey(), entry.getValue()));
        with.put("url-list", BList.ofTexts(webSeeds));
        return new Metainfo(torrent.info, torrent.tiers, with.build());
    }

    /** Adds trackers to a torrent: {@code announce}, and {@code announce-list} if there are several (BEP 12). */
    static void putTiers(BDictionary.Builder torrent, List<List<String>> tiers) {
        tiers.stream().flatMap(List::stream).findFirst().ifPresent(first -> torrent.put("announce", first));
        if (tiers.stream().mapToInt(List::size).sum() > 1) {
            torrent.put(
                    "announce-list",
                    new BList(tiers.stream().<Bencode>map(BList::ofTexts).toList()));
        }
    }

    private static BDictionary read(byte[] bytes, Limits limits) throws MetainfoException {
        try {
            return BencodeReader.read(bytes.clone(), limits)
                    .asDictionary()
                    .orElseThrow(() -> new MetainfoException("not a torrent: it is not a dictionary"));
        } catch (BencodeException refused) {
            throw new MetainfoException(
                    MetainfoException.Kind.BENCODE, "not a torrent: " + refused.getMessage() + hint(bytes, refused));
        }
    }

    private static String hint(byte[] bytes, BencodeException refused) {
        if (bytes.length > 0 && bytes[0] == '<') {
            return "; this looks like a web page";
        }
        return refused.isCutShort() ? "; it is cut short, get it again" : "";
    }

    public InfoHash infoHash() {
        return infoHash;
    }

    /** The name of the torrent's folder or only file, safe and fit to be shown. */
    public String name() {
        return info.layout().root();
    }

    public FileLayout layout() {
        return info.layout();
    }

    public PieceSizes sizes() {
        return info.layout().sizes();
    }

    /** Whether the SHA-1 of a piece's bytes is what it must be. */
    public boolean matches(int piece, byte[] sha1) {
        Objects.checkIndex(piece, sizes().count());
        return sha1.length == Info.HASH && info.hashes().matches(piece * Info.HASH, sha1);
    }

    /** A copy of the SHA-1 of a piece. */
    public byte[] pieceHash(int piece) {
        Objects.checkIndex(piece, sizes().count());
        return info.hashes().bytes(piece * Info.HASH, (piece + 1) * Info.HASH);
    }

    /** The trackers by tier, in the torrent's order (BEP 12): only those that speak HTTP, HTTPS or UDP. */
    public List<List<String>> announceTiers() {
        return tiers;
    }

    /** The web servers that have the payload as files (BEP 19). */
    public List<String> webSeeds() {
        return webSeeds;
    }

    /** The web servers that give parts of pieces to whoever names the torrent (BEP 17). */
    public List<String> httpSeeds() {
        return httpSeeds;
    }

    /** Nodes of the DHT to begin at, {@code HOST:PORT} or {@code [IPV6]:PORT} (BEP 5); none of a private torrent (BEP 27). */
    public List<String> nodes() {
        return nodes;
    }

    /**
     * The path of each file as bytes of the torrent, from its name down, with nothing made safe for a disk: what a web
     * server knows the file by. Read anew each time.
     */
    public List<List<byte[]>> rawPaths() {
        try {
            return FileList.rawPaths(read(infoBytes(), Limits.FILE));
        } catch (MetainfoException impossible) {
            throw new IllegalStateException("it was read before", impossible);
        }
    }

    /** Whether peers may come from the torrent's trackers only (BEP 27). */
    public boolean isPrivate() {
        return info.isPrivate();
    }

    public Optional<String> comment() {
        return notes.comment();
    }

    public Optional<String> createdBy() {
        return notes.createdBy();
    }

    public Optional<Instant> creationDate() {
        return notes.creationDate();
    }

    /** A copy of the {@code info} dictionary as it was read. */
    public byte[] infoBytes() {
        return info.raw().bytes();
    }

    /** A copy of the .torrent file as it was read, with all that is unknown here; without one, a file that says the same. */
    public byte[] torrentBytes() {
        return torrent.bytes();
    }

    @Override
    public String toString() {
        return name() + " (" + infoHash + ")";
    }

    private static byte[] sha1(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-1", impossible);
        }
    }
}
