package io.bittern.dht;

import io.bittern.bencode.BDictionary;
import io.bittern.bencode.BString;
import io.bittern.bencode.BencodeException;
import io.bittern.bencode.BencodeReader;
import io.bittern.bencode.BencodeWriter;
import io.bittern.bencode.Limits;
import java.util.List;
import java.util.Optional;

/** What a node should know again after a restart: its id, and other nodes, good ones first. */
public record SavedNodes(NodeId id, List<Contact> contacts) {

    private static final long VERSION = 1;
    private static final int MOST = 300;
    private static final Limits LIMITS = Limits.STRICT.withSize(1 << 16).withDepth(3);

    public SavedNodes {
        contacts = List.copyOf(contacts.subList(0, Math.min(MOST, contacts.size())));
    }

    /** As bytes of a file, with a checksum. */
    public byte[] encode() {
        BDictionary.Builder state = BDictionary.builder().put("id", id.bytes());
        for (Family family : Family.values()) {
            state.put(family.key(), Contact.pack(contacts, family));
        }
        byte[] bytes = BencodeWriter.write(state.build());
        return BencodeWriter.write(BDictionary.builder()
                .put("version", VERSION)
                .put("sha1", Sha1.of(bytes))
                .put("state", bytes)
                .build());
    }

    /** What a file holds; empty if it is damaged or of another version. */
    public static Optional<SavedNodes> decode(byte[] file) {
        return dictionary(file)
                .filter(outer -> outer.integer("version").equals(Optional.of(VERSION)))
                .flatMap(outer -> outer.string("state")
                        .map(BString::bytes)
                        .filter(state -> outer.string("sha1").equals(Optional.of(BString.of(Sha1.of(state))))))
                .flatMap(SavedNodes::dictionary)
                .flatMap(SavedNodes::read);
    }

    private static Optional<BDictionary> dictionary(byte[] bytes) {
        try {
            return BencodeReader.read(bytes, LIMITS).asDictionary();
        } catch (BencodeException damaged) {
            return Optional.empty();
        }
    }

    private static Optional<SavedNodes> read(BDictionary state) {
        return state.string("id")
                .filter(id -> id.length() == NodeId.LENGTH)
                .map(id -> new SavedNodes(
                        NodeId.of(id.bytes()),
                        List.of(Family.values()).stream()
                                .flatMap(family -> state
                                        .string(family.key())
                                        .map(packed -> Contact.unpack(packed, family, MOST))
                                        .orElse(List.of())
                                        .stream())
                                .toList()));
    }
}
