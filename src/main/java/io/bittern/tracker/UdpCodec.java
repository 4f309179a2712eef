package io.bittern.tracker;

import io.bittern.metainfo.InfoHash;
import io.bittern.net.Addresses;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The datagrams between a client and a UDP tracker (BEP 15), with the path of the URL (BEP 41); pure. */
final class UdpCodec {

    static final long MAGIC = 0x41727101980L;
    static final int CONNECT = 0;
    static final int ANNOUNCE = 1;
    static final int SCRAPE = 2;
    static final int ERROR = 3;

    /** Bytes of an announce request without options. */
    static final int ANNOUNCE_LENGTH = 98;

    private static final int URL_DATA = 2;
    private static final int LONGEST_OPTION = 255;
    private static final int LONGEST_URL_DATA = 1020;

    private UdpCodec() {}

    /** What a tracker may answer. */
    sealed interface Answer {}

    record Connected(long connectionId) implements Answer {}

    record Announced(AnnounceResponse response) implements Answer {}

    record Scraped(List<SwarmSize> counts) implements Answer {}

    record Refused(String reason) implements Answer {}

    static byte[] connect(int transaction) {
        return ByteBuffer.allocate(16)
                .putLong(MAGIC)
                .putInt(CONNECT)
                .putInt(transaction)
                .array();
    }

    /** An announce; {@code urlData} is path and query of the URL, perhaps empty. */
    static byte[] announce(long connection, int transaction, AnnounceRequest request, String urlData) {
        byte[] url = urlData.getBytes(StandardCharsets.US_ASCII);
        int length = Math.min(url.length, LONGEST_URL_DATA);
        int options = (length + LONGEST_OPTION - 1) / LONGEST_OPTION;
        ByteBuffer buffer = ByteBuffer.allocate(ANNOUNCE_LENGTH + length + 2 * options)
                .putLong(connection)
                .putInt(ANNOUNCE)
                .putInt(transaction)
                .put(request.infoHash().bytes())
                .put(request.peerId().bytes())
                .putLong(request.downloaded())
                .putLong(request.left())
                .putLong(request.uploaded())
                .putInt(request.event().code())
                .putInt(0) // our address: the one that the tracker sees
                .putInt(request.key())
                .putInt(request.numWant())
                .putShort((short) request.port());
        for (int from = 0; from < length; from += LONGEST_OPTION) {
            int part = Math.min(LONGEST_OPTION, length - from);
            buffer.put((byte) URL_DATA).put((byte) part).put(url, from, part);
        }
        return buffer.array();
    }

    static byte[] scrape(long connection, int transaction, List<InfoHash> hashes) {
        ByteBuffer buffer = ByteBuffer.allocate(16 + InfoHash.LENGTH * hashes.size())
                .putLong(connection)
                .putInt(SCRAPE)
                .putInt(transaction);
        hashes.forEach(hash -> buffer.put(hash.bytes()));
        return buffer.array();
    }

    /** Whether a datagram looks like a tracker's, and not like one of the DHT or of uTP. */
    static boolean isAnswer(byte[] datagram) {
        return datagram.length >= 8 && ByteBuffer.wrap(datagram).getInt(0) >>> 2 == 0;
    }

    /** The transaction that a datagram claims to answer. */
    static OptionalInt transaction(byte[] datagram) {
        return datagram.length < 8
                ? OptionalInt.empty()
                : OptionalInt.of(ByteBuffer.wrap(datagram).getInt(4));
    }

    /** Reads an answer; {@code ipv6} says of which family the tracker's address is, and so the peers are. */
    static Optional<Answer> answer(byte[] datagram, boolean ipv6) {
        if (datagram.length < 8) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(datagram);
        int action = buffer.getInt();
        buffer.getInt();
        return switch (action) {
            case CONNECT -> buffer.remaining() < 8 ? Optional.empty() : Optional.of(new Connected(buffer.getLong()));
            case ANNOUNCE -> buffer.remaining() < 12 ? Optional.empty() : Optional.of(announced(buffer, ipv6));
            case SCRAPE -> Optional.of(scraped(buffer));
            case ERROR -> Optional.of(new Refused(reason(rest(buffer))));
            default -> Optional.empty();
        };
    }

    private static Announced announced(ByteBuffer buffer, boolean ipv6) {
        Duration interval = AnnounceResponse.seconds(buffer.getInt());
        OptionalInt leechers = count(buffer.getInt());
        OptionalInt seeders = count(buffer.getInt());
        byte[] packed = rest(buffer);
        List<InetSocketAddress> all = ipv6 ? Addresses.decodeIpv6(packed) : Addresses.decodeIpv4(packed);
        List<InetSocketAddress> peers = all.stream()
                .filter(peer -> !Addresses.isMartian(peer))
                .distinct()
                .limit(HttpCodec.MOST_PEERS)
                .toList();
        return new Announced(new AnnounceResponse(
                interval, AnnounceResponse.SHORTEST, new SwarmSize(seeders, leechers, OptionalInt.empty()), peers));
    }

    private static Scraped scraped(ByteBuffer buffer) {
        List<SwarmSize> counts = new ArrayList<>();
        while (buffer.remaining() >= 12 && counts.size() < Scraper.MOST_AT_ONCE) {
            OptionalInt seeders = count(buffer.getInt());
            OptionalInt completed = count(buffer.getInt());
            counts.add(new SwarmSize(seeders, count(buffer.getInt()), completed));
        }
        return new Scraped(counts);
    }

    private static String reason(byte[] text) {
        String reason = CleanText.of(text);
        return reason.isEmpty() ? "refused without a reason" : reason;
    }

    private static OptionalInt count(int count) {
        return count < 0 ? OptionalInt.empty() : OptionalInt.of(count);
    }

    private static byte[] rest(ByteBuffer buffer) {
        byte[] rest = new byte[buffer.remaining()];
        buffer.get(rest);
        return rest;
    }
}
