package io.bittern.dht;

import io.bittern.bencode.BDictionary;
import io.bittern.bencode.BList;
import io.bittern.bencode.BString;
import io.bittern.bencode.Bencode;
import io.bittern.bencode.BencodeException;
import io.bittern.bencode.BencodeReader;
import io.bittern.bencode.BencodeWriter;
import io.bittern.bencode.Limits;
import io.bittern.dht.Answer.Samples;
import io.bittern.dht.Answer.Scrape;
import io.bittern.dht.Answer.Stored;
import io.bittern.dht.Message.Query;
import io.bittern.dht.Message.Refusal;
import io.bittern.dht.Message.Reply;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads packets of KRPC (BEP 5, 32, 33, 42, 43, 44, 51); whatever they hold, there is a message or a {@link KrpcException}. */
final class KrpcReader {

    private static final Limits LIMITS = new Limits(2048, 100, 2048, true);
    private static final int LONGEST_TRANSACTION = 32;
    private static final int LONGEST_TOKEN = 64;
    private static final int MOST_CONTACTS = 32;
    private static final int MOST_VALUES = 200;
    private static final int LONGEST_ERROR = 200;

    private KrpcReader() {}

    /** Whether a packet could be one of ours at all, told by its first and last byte. */
    static boolean looksLikeKrpc(byte[] packet) {
        return packet.length > 2 && packet[0] == 'd' && packet[packet.length - 1] == 'e';
    }

    static Message read(byte[] packet) throws KrpcException {
        BDictionary message = dictionary(packet);
        BString transaction = message.string("t")
                .filter(t -> t.length() <= LONGEST_TRANSACTION)
                .orElseThrow(() -> new KrpcException("no transaction"));
        String kind = message.text("y").orElse("");
        return switch (kind) {
            case "q" -> query(message, transaction);
            case "r" -> reply(message, transaction);
            case "e" -> refusal(message, transaction);
            default -> throw new KrpcException("neither query nor answer");
        };
    }

    private static BDictionary dictionary(byte[] packet) throws KrpcException {
        try {
            return BencodeReader.read(packet, LIMITS)
                    .asDictionary()
                    .orElseThrow(() -> new KrpcException("not a dictionary"));
        } catch (BencodeException e) {
            throw new KrpcException("not bencoded: " + e.getMessage());
        }
    }

    private static Query query(BDictionary message, BString transaction) throws KrpcException {
        Arguments arguments = new Arguments(transaction, message.dictionary("a").orElse(BDictionary.EMPTY));
        NodeId id = arguments.id("id");
        Ask ask = ask(message.text("q").orElse(""), arguments);
        return new Query(
                transaction,
                id,
                ask,
                message.integer("ro").filter(one -> one == 1).isPresent());
    }

    private static Ask ask(String method, Arguments arguments) throws KrpcException {
        return switch (method) {
            case "ping" -> Ask.Ping.INSTANCE;
            case "find_node" -> new Ask.FindNode(arguments.id("target"), arguments.want());
            case "get_peers" ->
                new Ask.GetPeers(
                        arguments.id("info_hash"),
                        arguments.want(),
                        arguments.flag("noseed"),
                        arguments.flag("scrape"));
            case "announce_peer" -> announce(arguments);
            case "sample_infohashes" -> new Ask.SampleInfohashes(arguments.id("target"), arguments.want());
            case "get" -> new Ask.Get(arguments.id("target"), arguments.want(), arguments.all.integer("seq"));
            case "put" -> put(arguments);
            default -> unknown(arguments);
        };
    }

    /** A query of the future that names a point is answered like find_node, so that lookups with it work through us. */
    private static Ask unknown(Arguments arguments) throws KrpcException {
        for (String key : List.of("target", "info_hash")) {
            if (arguments.all.string(key).filter(KrpcReader::isId).isPresent()) {
                return new Ask.FindNode(arguments.id(key), arguments.want());
            }
        }
        throw new KrpcException(arguments.transaction, Refusal.UNKNOWN_METHOD, "unknown method");
    }

    private static Ask announce(Arguments arguments) throws KrpcException {
        boolean implied = arguments.all.integer("implied_port").orElse(0L) != 0;
        long port = arguments.all.integer("port").orElse(0L);
        if (!implied && (port < 1 || port > 0xffff)) {
            throw arguments.wrong("bad port");
        }
        return new Ask.AnnouncePeer(
                arguments.id("info_hash"),
                implied && port != (port & 0xffff) ? 0 : (int) port,
                implied,
                arguments.flag("seed"),
                arguments.token());
    }

    private static Ask put(Arguments arguments) throws KrpcException {
        Bencode value = arguments.all.get("v").orElseThrow(() -> arguments.wrong("no value"));
        if (BencodeWriter.write(value).length > Item.LARGEST_VALUE) {
            throw new KrpcException(arguments.transaction, Refusal.TOO_BIG, "value too big");
        }
        BString salt = arguments.all.string("salt").orElse(BString.EMPTY);
        if (salt.length() > Item.LONGEST_SALT) {
            throw new KrpcException(arguments.transaction, Refusal.SALT_TOO_BIG, "salt too big");
        }
        Item item = arguments.all.get("k").isEmpty()
                ? new Item.Immutable(value)
                : new Item.Mutable(
                        arguments.string("k", Ed25519.KEY_LENGTH),
                        salt,
                        arguments
                                .all
                                .integer("seq")
                                .filter(seq -> seq >= 0)
                                .orElseThrow(() -> arguments.wrong("bad seq")),
                        arguments.string("sig", Ed25519.SIGNATURE_LENGTH),
                        value);
        return new Ask.Put(item, arguments.all.integer("cas"), arguments.token());
    }

    private static Reply reply(BDictionary message, BString transaction) throws KrpcException {
        BDictionary given = message.dictionary("r").orElse(BDictionary.EMPTY);
        NodeId id = given.string("id")
                .filter(KrpcReader::isId)
                .map(bytes -> NodeId.of(bytes.bytes()))
                .orElseThrow(() -> new KrpcException("no id"));
        List<Contact> nodes = new ArrayList<>();
        for (Family family : Family.values()) {
            given.string(family.key()).ifPresent(packed -> nodes.addAll(Contact.unpack(packed, family, MOST_CONTACTS)));
        }
        Answer answer = new Answer(
                nodes,
                given.string("token").filter(token -> token.length() <= LONGEST_TOKEN),
                values(given.list("values").orElse(BList.EMPTY)),
                scrape(given),
                samples(given),
                stored(given));
        return new Reply(transaction, id, answer, message.string("ip").flatMap(KrpcReader::address));
    }

    private static List<InetSocketAddress> values(BList packed) {
        return packed.values().stream()
                .limit(MOST_VALUES)
                .flatMap(value -> value.asString().flatMap(KrpcReader::address).stream())
                .toList();
    }

    private static Optional<InetSocketAddress> address(BString packed) {
        boolean right = packed.length() == Family.IPV4.peerLength() || packed.length() == Family.IPV6.peerLength();
        return right ? Optional.of(Contact.unpackedAddress(packed.bytes())) : Optional.empty();
    }

    private static Optional<Scrape> scrape(BDictionary given) {
        return given.string("BFsd")
                .filter(KrpcReader::isFilter)
                .flatMap(seeds -> given.string("BFpe")
                        .filter(KrpcReader::isFilter)
                        .map(peers -> new Scrape(BloomFilter.of(seeds), BloomFilter.of(peers))));
    }

    private static boolean isFilter(BString bytes) {
        return bytes.length() == BloomFilter.LENGTH;
    }

    private static Optional<Samples> samples(BDictionary given) {
        return given.string("samples").map(packed -> {
            List<NodeId> hashes = new ArrayList<>();
            ByteBuffer from = ByteBuffer.wrap(packed.bytes());
            while (from.remaining() >= NodeId.LENGTH) {
                hashes.add(NodeId.read(from));
            }
            return new Samples(hashes, count(given, "interval"), count(given, "num"));
        });
    }

    private static int count(BDictionary given, String key) {
        long count = given.integer(key).orElse(0L);
        return (int) Math.max(0, Math.min(Integer.MAX_VALUE, count));
    }

    private static Optional<Stored> stored(BDictionary given) {
        Stored stored = new Stored(given.get("v"), given.string("k"), given.integer("seq"), given.string("sig"));
        return stored.value().isEmpty() && stored.seq().isEmpty() ? Optional.empty() : Optional.of(stored);
    }

    private static Refusal refusal(BDictionary message, BString transaction) {
        List<Bencode> said = message.list("e").orElse(BList.EMPTY).values();
        long code = said.stream()
                .flatMap(each -> each.asInteger().stream())
                .findFirst()
                .orElse(0L);
        String text = said.stream()
                .flatMap(each -> each.asString().stream())
                .map(BString::utf8)
                .findFirst()
                .orElse("");
        return new Refusal(transaction, (int) code, text.substring(0, Math.min(text.length(), LONGEST_ERROR)));
    }

    private static boolean isId(BString bytes) {
        return bytes.length() == NodeId.LENGTH;
    }

    /** The arguments of a query, which can be refused. */
    private record Arguments(BString transaction, BDictionary all) {

        NodeId id(String key) throws KrpcException {
            return NodeId.of(string(key, NodeId.LENGTH).bytes());
        }

        BString string(String key, int length) throws KrpcException {
            return all.string(key).filter(bytes -> bytes.length() == length).orElseThrow(() -> wrong("bad " + key));
        }

        BString token() throws KrpcException {
            return all.string("token")
                    .filter(token -> token.length() <= LONGEST_TOKEN)
                    .orElseThrow(() -> wrong("no token"));
        }

        boolean flag(String key) {
            return all.integer(key).orElse(0L) == 1;
        }

        Set<Family> want() {
            Set<Family> want = EnumSet.noneOf(Family.class);
            List<BString> words = all.list("want").orElse(BList.EMPTY).strings();
            for (Family family : Family.values()) {
                if (words.contains(BString.of(family.want()))) {
                    want.add(family);
                }
            }
            return want;
        }

        KrpcException wrong(String what) {
            return new KrpcException(transaction, Refusal.PROTOCOL, what);
        }
    }
}
