package io.bittern.tracker;

import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.PeerId;
import io.bittern.net.Addresses;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The embedded tracker's answers to datagrams (BEP 15); pure.
 *
 * <p>Nothing but 16 bytes for 16 bytes goes to an address that has not shown, by a connection id, that it hears us.
 */
final class UdpTracker {

    /* A connection id is a digest of the address, a secret and the minute, so none has to be remembered; that of the
     * minute before is good too. */

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    private static final int REQUEST = 16;
    private static final int LARGEST_ANSWER = 1400;
    private static final int ANNOUNCE_HEAD = 20;

    private final Registry registry;
    private final TrackerServer.Settings settings;
    private final byte[] secret;

    UdpTracker(Registry registry, TrackerServer.Settings settings, byte[] secret) {
        this.registry = registry;
        this.settings = settings;
        this.secret = secret.clone();
    }

    /** The answer to a datagram, if it deserves one. */
    Optional<byte[]> answer(ByteBuffer datagram, InetSocketAddress from, long now) {
        if (datagram.remaining() < REQUEST) {
            return Optional.empty();
        }
        long connection = datagram.getLong();
        int action = datagram.getInt();
        int transaction = datagram.getInt();
        long minute = Math.floorDiv(now, MINUTE);
        if (action == UdpCodec.CONNECT) {
            return connection == UdpCodec.MAGIC
                    ? Optional.of(head(UdpCodec.CONNECT, transaction, 8)
                            .putLong(connectionId(from, minute))
                            .array())
                    : Optional.empty();
        }
        boolean heardUs = connection == connectionId(from, minute) || connection == connectionId(from, minute - 1);
        return heardUs ? answered(datagram, action, transaction, from, now) : Optional.empty();
    }

    private Optional<byte[]> answered(
            ByteBuffer datagram, int action, int transaction, InetSocketAddress from, long now) {
        if (action == UdpCodec.SCRAPE && datagram.remaining() >= InfoHash.LENGTH) {
            return Optional.of(scrape(datagram, transaction, now));
        }
        if (action != UdpCodec.ANNOUNCE || datagram.remaining() < UdpCodec.ANNOUNCE_LENGTH - REQUEST) {
            return Optional.empty();
        }
        try {
            return Optional.of(announce(request(datagram), transaction, from, now));
        } catch (TrackerException e) {
            byte[] reason = e.reason().getBytes(StandardCharsets.UTF_8);
            return Optional.of(
                    head(UdpCodec.ERROR, transaction, reason.length).put(reason).array());
        }
    }

    private static AnnounceRequest request(ByteBuffer datagram) {
        InfoHash hash = InfoHash.of(bytes(datagram));
        PeerId peer = PeerId.of(bytes(datagram));
        long downloaded = datagram.getLong();
        long left = datagram.getLong();
        long uploaded = datagram.getLong();
        int event = datagram.getInt();
        datagram.getLong(); // address, which is not believed, and key
        int wanted = datagram.getInt();
        int port = datagram.getShort() & 0xffff;
        return new AnnounceRequest(
                hash,
                peer,
                port,
                Math.max(0, uploaded),
                Math.max(0, downloaded),
                left < 0 ? 1 : left,
                AnnounceEvent.ofCode(event),
                wanted < 0 ? 50 : wanted,
                0);
    }

    private static byte[] bytes(ByteBuffer datagram) {
        byte[] bytes = new byte[InfoHash.LENGTH];
        datagram.get(bytes);
        return bytes;
    }

    private byte[] announce(AnnounceRequest request, int transaction, InetSocketAddress from, long now)
            throws TrackerException {
        boolean ipv4 = from.getAddress() instanceof Inet4Address;
        Registry.Answer answer = registry.announce(request, from.getAddress(), true, now);
        int most = (LARGEST_ANSWER - ANNOUNCE_HEAD) / (ipv4 ? Addresses.COMPACT_IPV4 : Addresses.COMPACT_IPV6);
        List<InetSocketAddress> peers =
                answer.peers().stream().limit(most).map(Registry.Peer::address).toList();
        byte[] packed = ipv4 ? Addresses.encodeIpv4(peers) : Addresses.encodeIpv6(peers);
        return head(UdpCodec.ANNOUNCE, transaction, 12 + packed.length)
                .putInt((int) settings.interval().toSeconds())
                .putInt(answer.counts().leechers())
                .putInt(answer.counts().seeders())
                .put(packed)
                .array();
    }

    private byte[] scrape(ByteBuffer datagram, int transaction, long now) {
        List<InfoHash> hashes = new ArrayList<>();
        while (datagram.remaining() >= InfoHash.LENGTH && hashes.size() < Scraper.MOST_AT_ONCE) {
            hashes.add(InfoHash.of(bytes(datagram)));
        }
        Map<InfoHash, RegistrySwarm.Counts> known = registry.scrape(hashes, now);
        ByteBuffer answer = ByteBuffer.allocate(8 + 12 * hashes.size())
                .putInt(UdpCodec.SCRAPE)
                .putInt(transaction);
        for (InfoHash hash : hashes) {
            RegistrySwarm.Counts counts = known.getOrDefault(hash, new RegistrySwarm.Counts(0, 0, 0));
            answer.putInt(counts.seeders()).putInt(counts.completed()).putInt(counts.leechers());
        }
        return answer.array();
    }

    private static ByteBuffer head(int action, int transaction, int more) {
        return ByteBuffer.allocate(8 + more).putInt(action).putInt(transaction);
    }

    private long connectionId(InetSocketAddress from, long minute) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(secret);
            digest.update(from.getAddress().getAddress());
            digest.update(ByteBuffer.allocate(10)
                    .putLong(minute)
                    .putShort((short) from.getPort())
                    .flip());
            return ByteBuffer.wrap(digest.digest()).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
