package io.bittern.dht;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.bittern.Forall;
import io.bittern.bencode.BString;
import io.bittern.dht.Message.Query;
import io.bittern.dht.Message.Reply;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class KrpcProperties {

    @Test
    void anyBytesGiveAMessageOrTheOneException() {
        Forall.seeds(20_000, random -> {
            byte[] packet = packet(random);
            for (int i = random.nextInt(5); i > 0; i--) {
                packet[random.nextInt(packet.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(KrpcReader.read(packet)).isNotNull();
            } catch (KrpcException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        });
    }

    @Test
    void everyPrefixOfAPacketIsRefused() {
        Forall.seeds(50, random -> {
            byte[] packet = packet(random);
            for (int length = 0; length < packet.length; length++) {
                byte[] cut = Arrays.copyOf(packet, length);
                assertThat(catchThrowable(() -> KrpcReader.read(cut))).isInstanceOf(KrpcException.class);
            }
        });
    }

    @Test
    void repliesAreReadAsWrittenAndFit() {
        Forall.seeds(5_000, random -> {
            Reply reply = reply(random);
            int limit = 60 + random.nextInt(1000);

            byte[] packet = KrpcWriter.reply(reply, limit).orElseThrow();

            Reply read = (Reply) KrpcReader.read(packet);
            assertThat(packet.length).isLessThanOrEqualTo(limit);
            assertThat(read.id()).isEqualTo(reply.id());
            assertThat(reply.answer().nodes()).containsAll(read.answer().nodes());
            assertThat(reply.answer().values()).containsAll(read.answer().values());
        });
    }

    private static byte[] packet(RandomGenerator random) {
        return random.nextBoolean()
                ? KrpcWriter.reply(reply(random), 1024).orElseThrow()
                : KrpcWriter.query(query(random), random.nextBoolean());
    }

    private static Query query(RandomGenerator random) {
        NodeId target = NodeId.random(random);
        Ask ask = switch (random.nextInt(4)) {
            case 0 -> Ask.Ping.INSTANCE;
            case 1 -> new Ask.FindNode(target, Set.of(Family.IPV4, Family.IPV6));
            case 2 -> new Ask.AnnouncePeer(target, 1 + random.nextInt(65_535), false, true, string(random, 8));
            default ->
                new Ask.Put(
                        new Item.Mutable(
                                string(random, 32),
                                string(random, 9),
                                random.nextInt(100),
                                string(random, 64),
                                string(random, 30)),
                        Optional.of(3L),
                        string(random, 4));
        };
        return new Query(string(random, 4), NodeId.random(random), ask, random.nextBoolean());
    }

    private static Reply reply(RandomGenerator random) {
        List<Contact> nodes = new ArrayList<>();
        Answer answer = Answer.EMPTY;
        for (int i = random.nextInt(9); i > 0; i--) {
            boolean other = random.nextInt(4) == 0;
            nodes.add(new Contact(NodeId.random(random), Nodes.at(other ? "2001:db8::" + i : "192.0.2." + i)));
        }
        answer = answer.withNodes(nodes);
        if (random.nextBoolean()) {
            answer = answer.withToken(string(random, 4));
        }
        if (random.nextInt(3) == 0) {
            answer = answer.withValues(List.of(Nodes.at("192.0.2.200"), Nodes.at("192.0.2.201")));
        }
        if (random.nextInt(3) == 0) {
            answer = answer.withScrape(new Answer.Scrape(BloomFilter.empty(), BloomFilter.empty()));
        }
        if (random.nextInt(3) == 0) {
            answer = answer.withSamples(new Answer.Samples(List.of(NodeId.random(random)), 60, 9));
        }
        if (random.nextInt(3) == 0) {
            answer = answer.withStored(new Answer.Stored(
                    Optional.of(string(random, 20)), Optional.empty(), Optional.empty(), Optional.empty()));
        }
        return new Reply(
                string(random, 1 + random.nextInt(4)),
                NodeId.random(random),
                answer,
                random.nextBoolean() ? Optional.of(Nodes.at("192.0.2.7")) : Optional.empty());
    }

    private static BString string(RandomGenerator random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return BString.of(bytes);
    }
}
