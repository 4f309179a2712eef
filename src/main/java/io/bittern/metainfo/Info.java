package io.bittern.metainfo;

import io.bittern.bencode.BDictionary;
import io.bittern.bencode.BString;
import java.util.List;

/**
 * What an {@code info} dictionary says (BEP 3), checked.
 *
 * @param raw the dictionary as it was read
 * @param layout its files
 * @param hashes 20 bytes for each piece
 * @param isPrivate whether peers may come from its trackers only (BEP 27)
 */
record Info(BString raw, FileLayout layout, BString hashes, boolean isPrivate) {

    /** Pieces that a torrent may have. */
    static final int MAX_PIECES = 0x200000;

    /** Bytes that a piece may have. */
    static final int MAX_PIECE_LENGTH = 1 << 29;

    /** Bytes of the hash of a piece. */
    static final int HASH = 20;

    static Info of(BDictionary info) throws MetainfoException {
        BString hashes = hashes(info);
        int pieceLength = pieceLength(info);
        List<FileLayout.TorrentFile> files = FileList.of(info);
        FileLayout.TorrentFile last = files.get(files.size() - 1);
        checkPieces(last.offset() + last.length(), pieceLength, hashes);
        boolean isPrivate = info.integer("private").orElse(0L) != 0;
        return new Info(info.raw(), FileLayout.of(pieceLength, files), hashes, isPrivate);
    }

    private static BString hashes(BDictionary info) throws MetainfoException {
        BString hashes = info.string("pieces").orElse(null);
        if (hashes == null) {
            boolean second = info.get("file tree").isPresent()
                    || info.get("meta version").isPresent();
            throw new MetainfoException(
                    second ? "it is for BitTorrent v2 only, which is not supported" : "it has no piece hashes");
        }
        if (hashes.length() % HASH != 0) {
            throw new MetainfoException(hashes.length() + " bytes of piece hashes are not a multiple of " + HASH);
        }
        return hashes;
    }

    private static int pieceLength(BDictionary info) throws MetainfoException {
        long length = info.integer("piece length").orElseThrow(() -> new MetainfoException("it has no piece length"));
        if (length < 1 || length > MAX_PIECE_LENGTH) {
            throw new MetainfoException("a piece length of " + length + " is not between 1 and " + MAX_PIECE_LENGTH);
        }
        return (int) length;
    }

    private static void checkPieces(long length, int pieceLength, BString hashes) throws MetainfoException {
        if (length == 0) {
            throw new MetainfoException("all its files are empty, so there is nothing to share");
        }
        long pieces = (length - 1) / pieceLength + 1;
        if (pieces > MAX_PIECES) {
            throw new MetainfoException(pieces + " pieces are more than " + MAX_PIECES);
        }
        int hashed = hashes.length() / HASH;
        if (pieces != hashed) {
            throw new MetainfoException("it has hashes for " + hashed + " pieces, but " + pieces + " pieces");
        }
    }
}
