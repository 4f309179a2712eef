package io.bittern.bencode;

import io.bittern.MicroBenchmark;
import io.bittern.metainfo.Metainfo;
import io.bittern.metainfo.MetainfoException;
import io.bittern.metainfo.TorrentBuilder;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;

/** A .torrent of 5,000 pieces and 1,000 files, and a tracker's answer with 200 peers. */
public class BencodeBenchmark extends MicroBenchmark {

    private static final int PIECES = 5000;
    private static final int FILES = 1000;
    private static final int PIECE = 256 << 10;

    private byte[] torrentBytes = {};
    private byte[] answerBytes = {};
    private Bencode torrent = BDictionary.EMPTY;
    private Bencode answer = BDictionary.EMPTY;

    @Setup
    public void write() throws BencodeException {
        Random random = new Random(1);
        byte[] hashes = new byte[20 * PIECES];
        random.nextBytes(hashes);
        torrentBytes = TorrentBuilder.ofFolder(
                        "folder",
                        IntStream.range(0, FILES)
                                .mapToObj(i -> new TorrentBuilder.Entry(
                                        List.of("part " + i / 100, "file " + i), (long) PIECE * PIECES / FILES))
                                .toList())
                .pieceLength(PIECE)
                .hashes(hashes)
                .tiers(List.of(List.of("http://tracker.test/announce")))
                .build();
        torrent = BencodeReader.read(torrentBytes, Limits.FILE);
        byte[] peers = new byte[6 * 200];
        random.nextBytes(peers);
        answer = BDictionary.builder()
                .put("complete", 1000)
                .put("incomplete", 200)
                .put("interval", 1800)
                .put("min interval", 60)
                .put("peers", peers)
                .build();
        answerBytes = BencodeWriter.write(answer);
    }

    @Benchmark
    public Bencode readTorrent() throws BencodeException {
        return BencodeReader.read(torrentBytes, Limits.FILE);
    }

    @Benchmark
    public byte[] writeTorrent() {
        return BencodeWriter.write(torrent);
    }

    /** All that is done with a .torrent before it is started. */
    @Benchmark
    public Metainfo parseTorrent() throws MetainfoException {
        return Metainfo.parse(torrentBytes);
    }

    @Benchmark
    public Bencode readAnswer() throws BencodeException {
        return BencodeReader.read(answerBytes, Limits.TRACKER);
    }

    @Benchmark
    public byte[] writeAnswer() {
        return BencodeWriter.write(answer);
    }
}
