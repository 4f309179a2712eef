package io.bittern.tracker;

import io.bittern.bencode.BDictionary;
import io.bittern.bencode.BString;
import io.bittern.bencode.Bencode;
import io.bittern.bencode.BencodeException;
import io.bittern.bencode.BencodeReader;
import io.bittern.bencode.Limits;
import io.bittern.metainfo.InfoHash;
import io.bittern.net.Addresses;
import io.bittern.net.Percent;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Announces and scrapes as HTTP trackers want them (BEP 3, 7, 23, 31, 48); pure. */
final class HttpCodec {

    /** Bytes of an answer that are read at most. */
    static final int LARGEST = 2 << 20;

    /** Peers of an answer that are taken at most, ten times what we ask for. */
    static final int MOST_PEERS = 2000;

    private static final Limits LIMITS =
            Limits.TRACKER.withSize(LARGEST).withDepth(16).withTokens(200_000);
    private static final int LONGEST_TRACKER_ID = 512;

    private HttpCodec() {}

    /** Where to ask: the tracker's URL, its own query kept, with everything that we have to say. */
    static TrackerUrl announceUrl(TrackerUrl tracker, AnnounceRequest request) {
        StringBuilder query = new StringBuilder(256)
                .append("info_hash=")
                .append(Percent.encode(request.infoHash().bytes()))
                .append("&peer_id=")
                .append(Percent.encode(request.peerId().bytes()))
                .append("&port=" + request.port())
                .append("&uploaded=" + request.uploaded())
                .append("&downloaded=" + request.downloaded())
                .append("&left=" + request.left())
                .append("&key=" + String.format(Locale.ROOT, "%08X", request.key()))
                .append("&numwant=" + request.numWant())
                .append("&compact=1&no_peer_id=1");
        for (InetAddress ours : request.addresses()) {
            query.append(ours instanceof Inet4Address ? "&ipv4=" : "&ipv6=")
                    .append(ours.getHostAddress().replace(":", "%3A"));
        }
        request.event().word().ifPresent(word -> query.append("&event=" + word));
        request.trackerId()
                .ifPresent(
                        id -> query.append("&trackerid=" + Percent.encode(id.getBytes(StandardCharsets.ISO_8859_1))));
        return tracker.plus(query.toString());
    }

    /** Where to scrape, if the tracker's URL follows the habit that makes it possible (BEP 48). */
    static Optional<TrackerUrl> scrapeUrl(TrackerUrl tracker, List<InfoHash> hashes) {
        int last = tracker.path().lastIndexOf('/') + 1;
        if (!tracker.path().startsWith("announce", last)) {
            return Optional.empty();
        }
        String path =
                tracker.path().substring(0, last) + "scrape" + tracker.path().substring(last + "announce".length());
        String query = String.join(
                "&",
                hashes.stream()
                        .map(hash -> "info_hash=" + Percent.encode(hash.bytes()))
                        .toList());
        return Optional.of(tracker.withPath(path).plus(query));
    }

    /** Reads what a tracker answered to an announce. */
    static AnnounceResponse announceResponse(byte[] body) throws TrackerException {
        BDictionary answer = dictionary(body);
        Duration interval =
                answer.integer("interval").map(AnnounceResponse::seconds).orElse(AnnounceResponse.USUAL);
        Duration minInterval =
                answer.integer("min interval").map(AnnounceResponse::seconds).orElse(AnnounceResponse.SHORTEST);
        return new AnnounceResponse(
                interval,
                minInterval,
                size(answer),
                peers(answer),
                answer.string("external ip").flatMap(HttpCodec::address),
                answer.string("tracker id")
                        .filter(id -> id.length() <= LONGEST_TRACKER_ID)
                        .map(HttpCodec::opaque),
                answer.string("warning message").map(HttpCodec::clean).filter(text -> !text.isEmpty()));
    }

    /** The tracker's own words for a failure, if the body holds any: some send them with an HTTP status of failure. */
    static Optional<TrackerException> failure(byte[] body) {
        try {
            return BencodeReader.read(body, LIMITS).asDictionary().flatMap(HttpCodec::failure);
        } catch (BencodeException e) {
            return Optional.empty();
        }
    }

    /** Reads what a tracker answered to a scrape. */
    static ScrapeResponse scrapeResponse(byte[] body) throws TrackerException {
        Map<InfoHash, SwarmSize> swarms = new HashMap<>();
        BDictionary files = dictionary(body)
                .dictionary("files")
                .orElseThrow(() -> new TrackerException("the tracker's answer has no sizes of swarms"));
        for (Map.Entry<BString, Bencode> file : files.entries()) {
            Optional<BDictionary> counts = file.getValue().asDictionary();
            if (file.getKey().length() == InfoHash.LENGTH && counts.isPresent()) {
                swarms.put(InfoHash.of(file.getKey().bytes()), size(counts.get()));
            }
        }
        return new ScrapeResponse(swarms);
    }

    /** The counts have the same names in both kinds of answer. */
    private static SwarmSize size(BDictionary said) {
        return new SwarmSize(count(said, "complete"), count(said, "incomplete"), count(said, "downloaded"));
    }

    /** An address of 4 or 16 bytes (BEP 24). */
    private static Optional<InetAddress> address(BString packed) {
        return Addresses.unpacked(packed.bytes(0, Math.min(packed.length(), 17)));
    }

    private static BDictionary dictionary(byte[] body) throws TrackerException {
        BDictionary answer;
        try {
            answer = BencodeReader.read(body, LIMITS)
                    .asDictionary()
                    .orElseThrow(() -> new TrackerException("the tracker's answer is not a dictionary"));
        } catch (BencodeException e) {
            throw new TrackerException(notBencoded(body, e));
        }
        Optional<TrackerException> failure = failure(answer);
        if (failure.isPresent()) {
            throw failure.get();
        }
        return answer;
    }

    private static Optional<TrackerException> failure(BDictionary answer) {
        return answer.get("failure reason").map(failure -> {
            String reason = failure.asString().map(HttpCodec::clean).orElse("");
            return new TrackerException(reason.isEmpty() ? "refused without a reason" : reason, retryIn(answer));
        });
    }

    private static String notBencoded(byte[] body, BencodeException trouble) {
        if (body.length == 0) {
            return "the tracker's answer is empty";
        }
        return body[0] == '<'
                ? "the tracker answered with a web page; is the URL right?"
                : "the tracker's answer is not bencoded: " + trouble.getMessage();
    }

    /** Minutes, or the word never (BEP 31). */
    private static Optional<Duration> retryIn(BDictionary answer) {
        if (answer.text("retry in").filter("never"::equals).isPresent()) {
            return Optional.of(TrackerException.NEVER);
        }
        long most = AnnounceResponse.LONGEST.toMinutes();
        return answer.integer("retry in").map(minutes -> Duration.ofMinutes(Math.max(1, Math.min(minutes, most))));
    }

    private static OptionalInt count(BDictionary dictionary, String key) {
        Optional<Long> count = dictionary.integer(key).filter(value -> value >= 0 && value <= Integer.MAX_VALUE);
        return count.isPresent() ? OptionalInt.of(count.get().intValue()) : OptionalInt.empty();
    }

    private static List<InetSocketAddress> peers(BDictionary answer) {
        Stream<InetSocketAddress> compact = answer.string("peers").stream()
                .flatMap(packed -> Addresses.decodeIpv4(whole(packed, Addresses.COMPACT_IPV4)).stream());
        Stream<InetSocketAddress> listed = answer.list("peers").stream()
                .flatMap(list -> list.values().stream().limit(MOST_PEERS))
                .flatMap(entry -> entry.asDictionary().flatMap(HttpCodec::peer).stream());
        Stream<InetSocketAddress> ipv6 = answer.string("peers6").stream()
                .flatMap(packed -> Addresses.decodeIpv6(whole(packed, Addresses.COMPACT_IPV6)).stream());
        return Stream.of(compact, listed, ipv6)
                .flatMap(peers -> peers)
                .filter(peer -> !Addresses.isMartian(peer))
                .distinct()
                .limit(MOST_PEERS)
                .toList();
    }

    private static byte[] whole(BString packed, int size) {
        return packed.bytes(0, Math.min(packed.length(), MOST_PEERS * size));
    }

    private static Optional<InetSocketAddress> peer(BDictionary entry) {
        long port = entry.integer("port").orElse(0L);
        if (port < 1 || port > 0xffff) {
            return Optional.empty();
        }
        return entry.text("ip").flatMap(LiteralAddress::of).map(address -> new InetSocketAddress(address, (int) port));
    }

    private static String clean(BString text) {
        return CleanText.of(text.bytes(0, Math.min(text.length(), 4 * CleanText.LONGEST)));
    }

    /** A text that is only ever sent back: each byte is one character. */
    private static String opaque(BString id) {
        return new String(id.bytes(), StandardCharsets.ISO_8859_1);
    }
}
