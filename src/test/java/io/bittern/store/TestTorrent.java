package io.bittern.store;

import io.bittern.metainfo.FileLayout.TorrentFile;
import io.bittern.metainfo.Metainfo;
import io.bittern.metainfo.MetainfoException;
import io.bittern.metainfo.PieceSizes;
import io.bittern.metainfo.TorrentBuilder;
import io.bittern.piece.Bitfield;
import io.bittern.store.PieceStoreActor.Block;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** A torrent with its payload. */
record TestTorrent(Metainfo metainfo, byte[] payload) {

    static final int BLOCK = PieceSizes.BLOCK;

    static TestTorrent ofFile(RandomGenerator random, int length, int pieceLength) {
        return of(random, TorrentBuilder.ofFile("file.bin", length).pieceLength(pieceLength));
    }

    /** A folder "dir" with files of these lengths, named "sub/0", "sub/1" and so on. */
    static TestTorrent ofFolder(RandomGenerator random, int pieceLength, int... lengths) {
        List<TorrentBuilder.Entry> files = new ArrayList<>();
        for (int length : lengths) {
            files.add(new TorrentBuilder.Entry(List.of("sub", Integer.toString(files.size())), length));
        }
        return of(random, TorrentBuilder.ofFolder("dir", files).pieceLength(pieceLength));
    }

    private static TestTorrent of(RandomGenerator random, TorrentBuilder builder) {
        byte[] payload = new byte[(int) builder.length()];
        random.nextBytes(payload);
        PieceSizes sizes = builder.sizes();
        byte[] hashes = new byte[sizes.count() * Sha1.LENGTH];
        for (int piece = 0; piece < sizes.count(); piece++) {
            int from = (int) sizes.offset(piece);
            byte[] sha1 = Sha1.digest().digest(Arrays.copyOfRange(payload, from, from + sizes.lengthOf(piece)));
            System.arraycopy(sha1, 0, hashes, piece * Sha1.LENGTH, Sha1.LENGTH);
        }
        try {
            return new TestTorrent(Metainfo.parse(builder.hashes(hashes).build()), payload);
        } catch (MetainfoException e) {
            throw new AssertionError(e);
        }
    }

    PieceSizes sizes() {
        return metainfo.sizes();
    }

    int pieces() {
        return sizes().count();
    }

    Bitfield all() {
        Bitfield all = new Bitfield(pieces());
        all.setAll();
        return all;
    }

    Bitfield none() {
        return new Bitfield(pieces());
    }

    /** The right bytes of a block, as a slice of a larger array. */
    Block block(int piece, int attempt, int block) {
        int length = sizes().blockLength(piece, block);
        byte[] array = new byte[length + 7];
        System.arraycopy(payload, (int) sizes().offset(piece) + block * BLOCK, array, 7, length);
        return new Block(piece, attempt, block * BLOCK, array, 7, length);
    }

    /** A block with one wrong byte. */
    Block corrupt(int piece, int attempt, int block) {
        Block right = block(piece, attempt, block);
        right.array()[7 + right.length() / 2] ^= 1;
        return right;
    }

    List<Block> piece(int piece, int attempt) {
        List<Block> blocks = new ArrayList<>();
        for (int block = 0; block < sizes().blocks(piece); block++) {
            blocks.add(block(piece, attempt, block));
        }
        return blocks;
    }

    byte[] bytes(int piece, int begin, int length) {
        int from = (int) sizes().offset(piece) + begin;
        return Arrays.copyOfRange(payload, from, from + length);
    }

    /** Bytes of one file. */
    byte[] file(int file) {
        TorrentFile entry = metainfo.layout().file(file);
        return Arrays.copyOfRange(payload, (int) entry.offset(), (int) (entry.offset() + entry.length()));
    }

    Path path(Path folder, int file) {
        return folder.resolve(metainfo.layout().file(file).pathText());
    }

    /** Writes all files. */
    void create(Path folder) {
        for (TorrentFile file : metainfo.layout().files()) {
            create(folder, file.index());
        }
    }

    void create(Path folder, int file) {
        try {
            Path path = path(folder, file);
            Files.createDirectories(path.toAbsolutePath().getParent());
            Files.write(path, file(file));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
