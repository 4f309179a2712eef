package io.bittern.wire;

import io.bittern.bencode.BDictionary;
import io.bittern.bencode.BString;
import io.bittern.bencode.BencodeException;
import io.bittern.bencode.BencodeReader;
import io.bittern.bencode.BencodeWriter;
import io.bittern.bencode.Limits;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * What a peer says of itself in the extension protocol (BEP 10); what is left out, or makes no sense, is empty.
 *
 * @param extensions the ids by which the sender wants the extensions that we know to be addressed, 0 for one that it
 *     does not want any more
 * @param client name and version of the sender's program; hostile until it is cleaned
 * @param requests how many requests the sender queues ({@code reqq})
 * @param port where the sender listens
 * @param yourIp the receiver's address as the sender sees it
 * @param uploadOnly whether the sender wants nothing of anybody (BEP 21)
 * @param metadataSize bytes of the {@code info} dictionary (BEP 9)
 */
public record ExtendedHandshake(
        Map<Extension, Integer> extensions,
        Optional<String> client,
        OptionalInt requests,
        OptionalInt port,
        Optional<InetAddress> yourIp,
        Optional<Boolean> uploadOnly,
        OptionalInt metadataSize) {

    private static final int LARGEST_ID = 255;
    private static final int LONGEST_CLIENT = 256;

    public ExtendedHandshake {
        extensions = Map.copyOf(extensions);
    }

    /** Reads the payload of a handshake; throws if it is not a dictionary. Values of a wrong kind or out of range are passed over. */
    public static ExtendedHandshake decode(byte[] payload) throws WireException {
        BDictionary said;
        try {
            said = BencodeReader.read(payload, Limits.PEER)
                    .asDictionary()
                    .orElseThrow(() -> new WireException("an extension handshake that is not a dictionary"));
        } catch (BencodeException wrong) {
            throw new WireException("an extension handshake that cannot be read: " + wrong.getMessage());
        }
        return new ExtendedHandshake(
                extensions(said.dictionary("m").orElse(BDictionary.EMPTY)),
                said.string("v").filter(name -> name.length() <= LONGEST_CLIENT).map(name -> name.utf8()),
                number(said, "reqq", 1, Integer.MAX_VALUE),
                number(said, "p", 1, 0xffff),
                said.string("yourip").flatMap(ExtendedHandshake::address),
                said.integer("upload_only").map(on -> on != 0),
                number(said, "metadata_size", 1, Integer.MAX_VALUE));
    }

    /** The payload that says this. */
    public byte[] encode() {
        BDictionary.Builder ids = BDictionary.builder();
        extensions.forEach((extension, id) -> ids.put(extension.key(), id));
        BDictionary.Builder said = BDictionary.builder().put("m", ids.build());
        client.ifPresent(name -> said.put("v", name));
        requests.ifPresent(most -> said.put("reqq", most));
        port.ifPresent(number -> said.put("p", number));
        yourIp.ifPresent(address -> said.put("yourip", address.getAddress()));
        uploadOnly.ifPresent(on -> said.put("upload_only", on ? 1 : 0));
        metadataSize.ifPresent(size -> said.put("metadata_size", size));
        return BencodeWriter.write(said.build());
    }

    private static Map<Extension, Integer> extensions(BDictionary ids) {
        Map<Extension, Integer> known = new TreeMap<>();
        for (Extension extension : Extension.values()) {
            number(ids, extension.key(), 0, LARGEST_ID).ifPresent(id -> known.put(extension, id));
        }
        return known;
    }

    private static Optional<InetAddress> address(BString bytes) {
        try {
            return Optional.of(InetAddress.getByAddress(bytes.bytes()));
        } catch (UnknownHostException neitherFourNorSixteen) {
            return Optional.empty();
        }
    }

    private static OptionalInt number(BDictionary from, String key, int least, int most) {
        return from.integer(key).stream()
                .filter(value -> value >= least && value <= most)
                .mapToInt(Long::intValue)
                .findFirst();
    }
}
