package io.bittern.torrent;

/** Who has named an address, the most trusted first: when there is no room for all, the last go first. */
public enum PeerSource {
    /** The user, a magnet link, or a tracker of the torrent. */
    TRACKER,
    /** The local network (BEP 14). */
    LOCAL,
    /** The DHT (BEP 5). */
    DHT,
    /** Another peer (BEP 11). */
    PEX
}
