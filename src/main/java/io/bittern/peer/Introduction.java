package io.bittern.peer;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What peers are told of us (BEP 10).
 *
 * @param client name and version of this program
 * @param port where we listen, 0 if we do not
 * @param info the {@code info} dictionary, for those who came by a magnet link (BEP 9); empty if we do not have it
 * @param exchange whether peers tell each other of others, which is not for private torrents (BEP 11, BEP 27)
 * @param dht our node of the DHT, which is not for private torrents either
 */
@SuppressWarnings("ArrayRecordComponent") // one array for all peers, which nobody changes
public record Introduction(String client, int port, byte[] info, boolean exchange, Optional<DhtNode> dht) {

    /**
     * Our node of the DHT (BEP 5).
     *
     * @param port of UDP, where it is
     * @param others hears where peers say that theirs are
     */
    public record DhtNode(int port, Consumer<InetSocketAddress> others) {}
}
