package io.bittern.client;

import java.net.InetSocketAddress;

/** Something that happened to a torrent. Texts from outside are cleaned, and secrets in URLs are left out. */
public sealed interface TorrentEvent {

    /** The data that was there has been checked, so many bytes of it are verified. */
    record Checked(long verified, long total) implements TorrentEvent {}

    /** A piece was completed, its hash is right. */
    record PieceVerified(int piece) implements TorrentEvent {}

    /** The torrent cannot work; it tries again by itself after a while where that may help. */
    record Failed(Failure failure) implements TorrentEvent {}

    /** A tracker answered an announce with so many addresses. */
    record TrackerAnswered(String tracker, int peers) implements TorrentEvent {}

    /** A tracker refused an announce or gave no answer. */
    record TrackerFailed(String tracker, String reason) implements TorrentEvent {}

    /** A web seed could not be asked, or gave what is of no use. */
    record WebSeedFailed(String server, String reason) implements TorrentEvent {}

    /** A peer is not talked to any more. */
    record PeerBanned(InetSocketAddress peer, String reason) implements TorrentEvent {}
}
