package io.bittern.cli;

import io.bittern.client.Bittern;
import io.bittern.client.Failure;
import io.bittern.client.TorrentSnapshot;
import io.bittern.client.TorrentSnapshot.State;
import io.bittern.metainfo.Metainfo;
import io.bittern.metainfo.Text;
import java.util.Locale;
import java.util.Optional;

/** What is said about torrents in plain lines, for logs and pipes. */
final class Lines {

    private static final int LONGEST = 1000;

    private Lines() {}

    /** A problem, as standard error gets it: one line whatever the text holds. */
    static String problem(String text) {
        return "bittern: " + Text.clean(text, LONGEST);
    }

    /** How a torrent stands. */
    static String status(String name, TorrentSnapshot snapshot) {
        return name + ": " + status(snapshot);
    }

    private static String status(TorrentSnapshot snapshot) {
        TorrentSnapshot.Amounts amounts = snapshot.amounts();
        return switch (snapshot.state()) {
            case CHECKING ->
                "checking " + Units.percent(snapshot.checked(), amounts.total()) + " of " + Units.size(amounts.total());
            case DOWNLOADING ->
                Share.of(amounts).percent() + " " + Share.of(amounts).amount()
                        + " down " + Units.rate(snapshot.rates().down()) + traffic(snapshot)
                        + snapshot.eta().map(eta -> " ETA " + Units.time(eta)).orElse("");
            case SEEDING ->
                seeding(amounts) + traffic(snapshot) + " uploaded " + Units.size(amounts.uploaded()) + ratio(amounts);
            case FAILED -> "failed: " + reason(snapshot);
            case STOPPED -> "stopped";
        };
    }

    /** That a torrent is seeded, and how much of it where that is not all. */
    static String seeding(TorrentSnapshot.Amounts amounts) {
        Share share = Share.of(amounts);
        return share.whole() ? "seeding" : "seeding " + share.percent() + " " + share.amount();
    }

    /** That a torrent cannot work: the cause, and what to do about it unless the cause says so itself. */
    static String failure(Row row, Failure failure) {
        String reason = row.name() + ": " + failure.reason();
        return reason.contains("; ") ? reason : reason + nextStep(failure.kind());
    }

    private static String nextStep(Failure.Kind kind) {
        return switch (kind) {
            case NO_SPACE -> "; free some and run the same again";
            case WRONG_KIND -> "; move it away, or give another folder with -d";
            case NOT_FOUND -> "; say with -d where the data are";
            case IO -> "; see to it that this can be read and written, and run the same again";
            case BUSY, NETWORK, METADATA, STOPPED, INTERNAL -> "";
        };
    }

    /** Why a torrent has failed. */
    static String reason(TorrentSnapshot snapshot) {
        return snapshot.failure().map(failure -> Text.clean(failure.reason())).orElse("for a reason unknown");
    }

    /** Uploaded bytes for each byte that is there, if there are any. */
    static String ratio(TorrentSnapshot.Amounts amounts) {
        return Optional.of(amounts)
                .filter(some -> some.verified() > 0)
                .map(some -> String.format(Locale.ROOT, " ratio %.2f", some.uploaded() / (double) some.verified()))
                .orElse("");
    }

    private static String traffic(TorrentSnapshot snapshot) {
        return " up " + Units.rate(snapshot.rates().up()) + " peers " + peers(snapshot.peers());
    }

    /** How many peers, and how many of them are seeds. */
    static String peers(TorrentSnapshot.Peers peers) {
        return peers.connected() + " (" + peers.seeds() + (peers.seeds() == 1 ? " seed)" : " seeds)");
    }

    /** Whether a state ends the live part of a torrent's story. */
    static boolean atRest(State state) {
        return state == State.FAILED || state == State.STOPPED;
    }

    /** How far the metadata of a magnet link is. */
    static String learning(Bittern.Learning learning) {
        String name = learning.link()
                .name()
                .orElseGet(() -> learning.link().infoHash().toString());
        String pieces = learning.pieces() == 0 ? "" : ", " + learning.have() + " of " + learning.pieces() + " pieces";
        return name + ": fetching metadata, " + learning.peers() + " peers" + pieces;
    }

    /** The metadata of a magnet link is there. */
    static String learned(Metainfo torrent) {
        return torrent.name() + ": metadata fetched";
    }
}
