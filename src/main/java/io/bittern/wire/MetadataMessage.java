package io.bittern.wire;

import io.bittern.bencode.BDictionary;
import io.bittern.bencode.BencodeException;
import io.bittern.bencode.BencodeReader;
import io.bittern.bencode.BencodeWriter;
import io.bittern.bencode.Limits;
import java.util.Arrays;
import java.util.Optional;

/** What peers say about the {@code info} dictionary, in pieces of 16 KiB (BEP 9). */
public sealed interface MetadataMessage {

    /** Bytes of every piece but the last. */
    int PIECE = 16 << 10;

    /** The largest {@code info} dictionary that is taken from peers, in bytes. */
    int LARGEST = Limits.METADATA.size();

    /** The type of a {@link Request}. */
    int REQUEST = 0;

    /** The type of a {@link Data}. */
    int DATA = 1;

    /** The type of a {@link Reject}. */
    int REJECT = 2;

    /** The piece that it is about. */
    int piece();

    /** The sender wants this piece. */
    record Request(int piece) implements MetadataMessage {
        @Override
        public byte[] encode() {
            return BencodeWriter.write(head(REQUEST, piece).build());
        }
    }

    /** A piece of a dictionary of {@code size} bytes. */
    record Data(int piece, int size, byte[] bytes) implements MetadataMessage {
        @Override
        public byte[] encode() {
            byte[] head = BencodeWriter.write(
                    head(DATA, piece).put("total_size", size).build());
            byte[] all = Arrays.copyOf(head, head.length + bytes.length);
            System.arraycopy(bytes, 0, all, head.length, bytes.length);
            return all;
        }
    }

    /** The sender will not give this piece. */
    record Reject(int piece) implements MetadataMessage {
        @Override
        public byte[] encode() {
            return BencodeWriter.write(head(REJECT, piece).build());
        }
    }

    /** The payload that says this. */
    byte[] encode();

    private static BDictionary.Builder head(int type, int piece) {
        return BDictionary.builder().put("msg_type", type).put("piece", piece);
    }

    /** Reads a payload; empty for a type that we do not know, which BEP 9 wants ignored. */
    static Optional<MetadataMessage> decode(byte[] payload) throws WireException {
        BencodeReader.Prefix read;
        try {
            read = BencodeReader.readPrefix(payload, 0, payload.length, Limits.PEER);
        } catch (BencodeException wrong) {
            throw new WireException("a metadata message that cannot be read: " + wrong.getMessage());
        }
        BDictionary head =
                read.value().asDictionary().orElseThrow(() -> new WireException("a metadata message without a head"));
        int type = number(head, "msg_type", 0, Integer.MAX_VALUE);
        int piece = number(head, "piece", 0, (LARGEST - 1) / PIECE);
        return switch (type) {
            case REQUEST -> Optional.of(new Request(piece));
            case DATA -> Optional.of(data(head, piece, Arrays.copyOfRange(payload, read.end(), payload.length)));
            case REJECT -> Optional.of(new Reject(piece));
            default -> Optional.empty();
        };
    }

    private static Data data(BDictionary head, int piece, byte[] bytes) throws WireException {
        int size = number(head, "total_size", 1, LARGEST);
        if (bytes.length != length(piece, size)) {
            throw new WireException("a metadata piece " + piece + " of " + bytes.length + " bytes");
        }
        return new Data(piece, size, bytes);
    }

    /** Bytes of a piece of a dictionary of that size, 0 or less if there is no such piece. */
    static int length(int piece, int size) {
        return Math.min(PIECE, size - piece * PIECE);
    }

    private static int number(BDictionary head, String key, int least, int most) throws WireException {
        return head.integer(key)
                .filter(value -> value >= least && value <= most)
                .orElseThrow(() -> new WireException("a metadata message without a good " + key))
                .intValue();
    }
}
