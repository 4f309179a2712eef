package io.bittern.torrent;

import io.bittern.metainfo.PieceSizes;
import io.bittern.piece.PiecePicker;
import io.bittern.torrent.Report.Failure;
import io.bittern.torrent.Report.Phase;
import io.bittern.torrent.TorrentParts.Setup;
import io.bittern.tracker.AnnounceEvent;
import io.bittern.tracker.AnnounceRequest;
import io.bittern.tracker.SwarmSize;
import java.util.Optional;

/** What a torrent says of itself: to its user in reports, to its trackers in announces. */
final class Account {

    /** Who is connected at the moment. */
    interface Company {

        /** Connections with a finished handshake. */
        int peers();

        /** Those of them that have everything. */
        int seeds();

        /** Connections that there may be besides those that there are. */
        int room();
    }

    /** Of so many addresses that a tracker names, one may be expected to answer. */
    private static final int ANSWERING = 4;

    private static final int LEAST_WANTED = 20;

    private final Setup setup;
    private final PiecePicker picker;
    private final Tally tally;
    private final Company company;
    private long notOfThisRun;

    Account(Setup setup, PiecePicker picker, Tally tally, Company company) {
        this.setup = setup;
        this.picker = picker;
        this.tally = tally;
        this.company = company;
    }

    /** What is there has been checked, and grows from now on by what peers send. */
    void opened() {
        notOfThisRun = there() - (tally.downloaded() - tally.wasted());
    }

    /** How the torrent stands; {@code checked} bytes are checked so far, which counts while it is checking. */
    Report report(Phase phase, long checked, Optional<Failure> failure, SwarmSize swarm, long now) {
        return new Report(
                phase,
                picker.wantedBytes(),
                picker.verifiedWantedBytes(),
                verifiedBytes(),
                picker.heldBytes(),
                checked,
                tally.total(),
                tally.downRate(now),
                tally.upRate(now),
                company.peers(),
                company.seeds(),
                swarm,
                failure);
    }

    AnnounceRequest request(AnnounceEvent event) {
        long left = setup.metainfo().sizes().length() - verifiedBytes();
        return setup.us().announce(setup.metainfo().infoHash(), event, tally.uploaded(), downloaded(), left, wanted());
    }

    /**
     * Bytes that came in this run: at least those by which what is there has grown, for peers report with some delay, and
     * trackers compare this with what is left.
     */
    private long downloaded() {
        return Math.max(tally.downloaded(), there() - notOfThisRun + tally.wasted());
    }

    private long there() {
        return verifiedBytes() + picker.heldBytes();
    }

    /** As many peers as there is room for, some of which do not answer; while something is missing never none. */
    private int wanted() {
        int least = picker.complete() ? 0 : LEAST_WANTED;
        return Math.min(AnnounceRequest.NUM_WANT, Math.max(least, ANSWERING * company.room()));
    }

    private long verifiedBytes() {
        PieceSizes sizes = setup.metainfo().sizes();
        int last = sizes.count() - 1;
        long whole = (long) picker.verified().count() * sizes.pieceLength();
        return picker.verified().get(last) ? whole - sizes.pieceLength() + sizes.lengthOf(last) : whole;
    }
}
