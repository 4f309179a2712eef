package io.bittern.dht;

import io.bittern.bencode.BDictionary;
import io.bittern.bencode.BInteger;
import io.bittern.bencode.BList;
import io.bittern.bencode.BString;
import io.bittern.bencode.Bencode;
import io.bittern.bencode.BencodeWriter;
import io.bittern.dht.Answer.Stored;
import io.bittern.dht.Message.Query;
import io.bittern.dht.Message.Refusal;
import io.bittern.dht.Message.Reply;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Writes packets of KRPC (BEP 5, 32, 33, 42, 43, 44, 51). */
final class KrpcWriter {

    private static final BString VERSION = BString.of(new byte[] {'B', 'J', 1, 0});
    private static final int VERSION_SIZE = "1:v4:BJ??".length();

    private KrpcWriter() {}

    /** A query with our version; without it, it is the shortest there can be. */
    static byte[] query(Query query, boolean version) {
        BDictionary.Builder arguments =
                BDictionary.builder().put("id", query.id().bytes());
        String method = arguments(query.ask(), arguments);
        BDictionary.Builder message = BDictionary.builder()
                .put("a", arguments.build())
                .put("q", method)
                .put("t", query.transaction())
                .put("y", "q");
        if (query.readOnly()) {
            message.put("ro", 1);
        }
        if (version) {
            message.put("v", VERSION);
        }
        return BencodeWriter.write(message.build());
    }

    private static String arguments(Ask ask, BDictionary.Builder to) {
        if (ask instanceof Ask.FindNode find) {
            want(find.want(), to.put("target", find.target().bytes()));
            return "find_node";
        } else if (ask instanceof Ask.GetPeers get) {
            want(get.want(), to.put("info_hash", get.target().bytes()));
            flag("noseed", get.noSeeds(), to);
            flag("scrape", get.scrape(), to);
            return "get_peers";
        } else if (ask instanceof Ask.AnnouncePeer announce) {
            flag("implied_port", announce.impliedPort(), to);
            flag("seed", announce.seed(), to);
            to.put("info_hash", announce.target().bytes()).put("port", announce.port());
            to.put("token", announce.token());
            return "announce_peer";
        } else if (ask instanceof Ask.SampleInfohashes sample) {
            want(sample.want(), to.put("target", sample.target().bytes()));
            return "sample_infohashes";
        } else if (ask instanceof Ask.Get get) {
            want(get.want(), to.put("target", get.target().bytes()));
            get.seq().ifPresent(seq -> to.put("seq", seq));
            return "get";
        } else if (ask instanceof Ask.Put put) {
            put.cas().ifPresent(cas -> to.put("cas", cas));
            item(put.item(), to.put("token", put.token()));
            return "put";
        }
        return "ping";
    }

    private static void want(Set<Family> want, BDictionary.Builder to) {
        if (!want.isEmpty()) {
            to.put("want", BList.ofTexts(want.stream().map(Family::want).toList()));
        }
    }

    private static void flag(String key, boolean value, BDictionary.Builder to) {
        if (value) {
            to.put(key, 1);
        }
    }

    private static void item(Item item, BDictionary.Builder to) {
        to.put("v", item.value());
        if (item instanceof Item.Mutable mutable) {
            to.put("k", mutable.key()).put("seq", mutable.seq()).put("sig", mutable.signature());
            if (!mutable.salt().isEmpty()) {
                to.put("salt", mutable.salt());
            }
        }
    }

    /** A refusal, if it is no longer than so many bytes, by words or without. */
    static Optional<byte[]> refusal(Refusal refusal, int limit) {
        for (String text : List.of(refusal.text(), "")) {
            byte[] packet = BencodeWriter.write(BDictionary.builder()
                    .put("e", BList.of(new BInteger(refusal.code()), BString.of(text)))
                    .put("t", refusal.transaction())
                    .put("y", "e")
                    .build());
            if (packet.length <= limit) {
                return Optional.of(packet);
            }
        }
        return Optional.empty();
    }

    /**
     * A reply of at most so many bytes: what does not fit is left out or shortened, contacts before peers, so that the
     * reply is still a right one. Empty if not even the id fits.
     */
    static Optional<byte[]> reply(Reply reply, int limit) {
        Fitting given = new Fitting(BDictionary.builder().put("id", reply.id().bytes()));
        BDictionary.Builder message =
                BDictionary.builder().put("t", reply.transaction()).put("y", "r");
        given.room = limit
                - BencodeWriter.write(message.put("r", given.built.build()).build()).length;
        if (given.room < 0) {
            return Optional.empty();
        }
        given.add(reply.answer());
        message.put("r", given.built.build());
        reply.seenAs()
                .map(Contact::packedAddress)
                .map(BString::of)
                .filter(ip -> given.takes("ip", ip))
                .ifPresent(ip -> message.put("ip", ip));
        if (given.room >= VERSION_SIZE) {
            message.put("v", VERSION);
        }
        return Optional.of(BencodeWriter.write(message.build()));
    }

    /** A dictionary that takes what there is room for. */
    private static final class Fitting {

        private static final int LIST = 2;

        final BDictionary.Builder built;
        int room;

        Fitting(BDictionary.Builder built) {
            this.built = built;
        }

        void add(Answer answer) {
            answer.token().ifPresent(token -> put("token", token));
            answer.scrape().ifPresent(scrape -> {
                put("BFsd", BString.of(scrape.seeds().bytes()));
                put("BFpe", BString.of(scrape.peers().bytes()));
            });
            answer.stored().ifPresent(this::add);
            int forNodes = sizeOfNodes(answer.nodes());
            addValues(answer.values(), room > 2 * forNodes ? room - forNodes : room);
            for (Family family : Family.values()) {
                addNodes(answer.nodes(), family);
            }
            answer.samples().ifPresent(this::add);
        }

        /** An item is nothing in parts: without the value there is only its version. */
        private void add(Stored stored) {
            BDictionary.Builder parts = BDictionary.builder();
            stored.key().ifPresent(key -> parts.put("k", key));
            stored.signature().ifPresent(signature -> parts.put("sig", signature));
            stored.value().ifPresent(value -> parts.put("v", value));
            stored.seq().ifPresent(seq -> put("seq", new BInteger(seq)));
            BDictionary all = parts.build();
            int size = BencodeWriter.write(all).length - LIST;
            if (size <= room) {
                all.entries().forEach(entry -> built.put(entry.getKey(), entry.getValue()));
                room -= size;
            }
        }

        private void add(Answer.Samples samples) {
            put("interval", new BInteger(samples.interval()));
            put("num", new BInteger(samples.total()));
            int fitting = Math.max(0, room - "7:samples0000:".length()) / NodeId.LENGTH;
            List<NodeId> hashes = samples.hashes()
                    .subList(0, Math.min(fitting, samples.hashes().size()));
            ByteBuffer packed = ByteBuffer.allocate(hashes.size() * NodeId.LENGTH);
            hashes.forEach(hash -> packed.put(hash.bytes()));
            put("samples", BString.of(packed.array()));
        }

        private void addValues(Collection<InetSocketAddress> peers, int space) {
            int left = space - size("values") - LIST;
            List<Bencode> values = new ArrayList<>();
            for (InetSocketAddress peer : peers) {
                BString packed = BString.of(Contact.packedAddress(peer));
                left -= size(packed);
                if (left < 0) {
                    break;
                }
                values.add(packed);
            }
            if (!values.isEmpty()) {
                put("values", new BList(values));
            }
        }

        private void addNodes(List<Contact> nodes, Family family) {
            List<Contact> ours = nodes.stream()
                    .filter(node -> Family.of(node.address()) == family)
                    .toList();
            int fitting = Math.max(0, room - size(family.key()) - "000:".length()) / family.contactLength();
            if (fitting > 0 && !ours.isEmpty()) {
                List<Contact> sent = ours.subList(0, Math.min(fitting, ours.size()));
                put(family.key(), BString.of(Contact.pack(sent, family)));
            }
        }

        private static int sizeOfNodes(List<Contact> nodes) {
            return nodes.stream()
                            .mapToInt(node -> Family.of(node.address()).contactLength())
                            .sum()
                    + "5:nodes000:6:nodes6000:".length();
        }

        private void put(String key, Bencode value) {
            if (takes(key, value)) {
                built.put(key, value);
            }
        }

        /** Takes room for an entry, if there is as much. */
        boolean takes(String key, Bencode value) {
            int size = size(key) + size(value);
            if (size > room) {
                return false;
            }
            room -= size;
            return true;
        }

        private static int size(String key) {
            return size(BString.of(key));
        }

        private static int size(Bencode value) {
            return BencodeWriter.write(value).length;
        }
    }
}
