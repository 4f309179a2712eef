package io.bittern.peer;

import io.bittern.metainfo.InfoHash;
import java.net.InetAddress;

/**
 * What is settled with a peer once the handshakes are over.
 *
 * @param peer the number that the torrent gave the connection
 * @param remote its address
 * @param fast whether both sides know the Fast extension (BEP 6)
 * @param extended whether both sides speak the extension protocol (BEP 10)
 * @param dht whether both sides are nodes of the DHT (BEP 5)
 */
record Encounter(
        int peer,
        InetAddress remote,
        boolean fast,
        boolean extended,
        boolean dht,
        InfoHash torrent,
        Introduction introduction) {}
