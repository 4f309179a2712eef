package io.bittern.tracker;

import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.PeerId;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/** Announces and answers for tests. */
final class Announces {

    static final InfoHash HASH = InfoHash.fromHex("00ff20256162633031322d2e5f7e2f3f26808182");
    static final PeerId PEER = peer('a');

    private Announces() {}

    /** A literal address with a port. */
    static InetSocketAddress at(String literal, int port) {
        return new InetSocketAddress(LiteralAddress.of(literal).orElseThrow(), port);
    }

    static PeerId peer(char letter) {
        byte[] bytes = new byte[PeerId.LENGTH];
        Arrays.fill(bytes, (byte) letter);
        return PeerId.of(bytes);
    }

    static AnnounceRequest of(AnnounceEvent event) {
        return of(event, 6881, 1000);
    }

    static AnnounceRequest of(AnnounceEvent event, int port, long left) {
        return new AnnounceRequest(HASH, PEER, port, 1, 2, left, event, 200, 0xbeef);
    }

    static AnnounceResponse answer(Duration interval, InetSocketAddress... peers) {
        return new AnnounceResponse(
                interval,
                Duration.ofMinutes(5),
                new SwarmSize(OptionalInt.of(3), OptionalInt.of(4), OptionalInt.empty()),
                List.of(peers));
    }
}
