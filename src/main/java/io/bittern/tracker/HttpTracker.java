package io.bittern.tracker;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.bittern.bencode.BDictionary;
import io.bittern.bencode.BList;
import io.bittern.bencode.BString;
import io.bittern.bencode.Bencode;
import io.bittern.bencode.BencodeWriter;
import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.PeerId;
import io.bittern.net.Addresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** The embedded tracker's answers to HTTP (BEP 3, 7, 23, 48). */
final class HttpTracker implements HttpHandler {

    private static final int LONGEST_QUERY = 8192;

    private final Registry registry;
    private final TrackerServer.Settings settings;
    private final LongSupplier nanoTime;

    HttpTracker(Registry registry, TrackerServer.Settings settings, LongSupplier nanoTime) {
        this.registry = registry;
        this.settings = settings;
        this.nanoTime = nanoTime;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            boolean known = "/announce".equals(path) || "/scrape".equals(path);
            if (!known || !exchange.getRequestMethod().equals("GET")) {
                exchange.sendResponseHeaders(known ? 405 : 404, -1);
                return;
            }
            String query = exchange.getRequestURI().getRawQuery();
            byte[] body = BencodeWriter.write(answer(
                    path,
                    query == null ? "" : query,
                    exchange.getRemoteAddress().getAddress()));
            exchange.getResponseHeaders().set("Content-Type", "text/plain");
            exchange.getResponseHeaders().set("Connection", "close");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private Bencode answer(String path, String rawQuery, InetAddress from) {
        try {
            if (rawQuery.length() > LONGEST_QUERY) {
                throw new TrackerException("the query is too long");
            }
            QueryString query = new QueryString(rawQuery);
            return path.equals("/announce") ? announce(query, from) : scrape(query);
        } catch (TrackerException e) {
            return BDictionary.builder().put("failure reason", e.reason()).build();
        }
    }

    private Bencode announce(QueryString query, InetAddress from) throws TrackerException {
        Registry.Answer answer = registry.announce(request(query), from, false, nanoTime.getAsLong());
        BDictionary.Builder dictionary = BDictionary.builder()
                .put("interval", settings.interval().toSeconds())
                .put("min interval", settings.interval().dividedBy(2).toSeconds())
                .put("complete", answer.counts().seeders())
                .put("incomplete", answer.counts().leechers())
                .put("downloaded", answer.counts().completed())
                .put("external ip", from.getAddress());
        if (query.number("compact").orElse(0L) == 0) {
            return dictionary.put("peers", listed(answer.peers(), query)).build();
        }
        List<InetSocketAddress> addresses =
                answer.peers().stream().map(Registry.Peer::address).toList();
        dictionary.put("peers", Addresses.encodeIpv4(addresses));
        byte[] ipv6 = Addresses.encodeIpv6(addresses);
        return (ipv6.length == 0 ? dictionary : dictionary.put("peers6", ipv6)).build();
    }

    private static AnnounceRequest request(QueryString query) throws TrackerException {
        long left = query.number("left").orElse(1L);
        return new AnnounceRequest(
                InfoHash.of(query.bytes("info_hash", InfoHash.LENGTH)),
                PeerId.of(query.bytes("peer_id", PeerId.LENGTH)),
                (int) (long) query.number("port")
                        .filter(port -> port <= 0xffff)
                        .orElseThrow(() -> new TrackerException("port is missing or not valid")),
                query.number("uploaded").orElse(0L),
                query.number("downloaded").orElse(0L),
                left,
                event(query.text("event")),
                (int) Math.min(query.number("numwant").orElse(50L), AnnounceRequest.NUM_WANT),
                0);
    }

    private static AnnounceEvent event(String word) {
        for (AnnounceEvent event : AnnounceEvent.values()) {
            if (event.word().filter(word::equals).isPresent()) {
                return event;
            }
        }
        return AnnounceEvent.REGULAR;
    }

    private static BList listed(List<Registry.Peer> peers, QueryString query) {
        boolean withId = query.number("no_peer_id").orElse(0L) == 0;
        List<Bencode> list = new ArrayList<>();
        for (Registry.Peer peer : peers) {
            BDictionary.Builder entry = BDictionary.builder()
                    .put("ip", peer.address().getAddress().getHostAddress())
                    .put("port", peer.address().getPort());
            list.add((withId ? entry.put("peer id", peer.id().bytes()) : entry).build());
        }
        return new BList(list);
    }

    private Bencode scrape(QueryString query) throws TrackerException {
        List<InfoHash> hashes = new ArrayList<>();
        for (byte[] hash : query.all("info_hash")) {
            if (hash.length == InfoHash.LENGTH && hashes.size() < Scraper.MOST_AT_ONCE) {
                hashes.add(InfoHash.of(hash));
            }
        }
        if (hashes.isEmpty()) {
            throw new TrackerException("info_hash is missing or not valid");
        }
        BDictionary.Builder files = BDictionary.builder();
        for (Map.Entry<InfoHash, RegistrySwarm.Counts> swarm :
                registry.scrape(hashes, nanoTime.getAsLong()).entrySet()) {
            files.put(BString.of(swarm.getKey().bytes()), counts(swarm.getValue()));
        }
        return BDictionary.builder().put("files", files.build()).build();
    }

    private static BDictionary counts(RegistrySwarm.Counts counts) {
        return BDictionary.builder()
                .put("complete", counts.seeders())
                .put("downloaded", counts.completed())
                .put("incomplete", counts.leechers())
                .build();
    }
}
