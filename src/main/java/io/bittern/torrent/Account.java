package io.bittern.torrent;

import io.bittern.metainfo.PieceSizes;
import io.bittern.piece.PiecePicker;
import io.bittern.torrent.Report.Failure;
import io.bittern.torrent.Report.Phase;
import io.bittern.torrent.TorrentParts.Setup;
import io.bittern.tracker.AnnounceEvent;
import io.bittern.tracker.AnnounceRequest;
import java.util.Optional;

/** What a torrent says of itself: to its user in reports, to its trackers in announces. */
final class Account {

    /** Who is connected at the moment. */
    interface Company {

        /** Connections with a finished handshake. */
        int peers();

        /** Those of them that have everything. */
        int seeds();
    }

    private final Setup setup;
    private final PiecePicker picker;
    private final Tally tally;
    private final Company company;

    Account(Setup setup, PiecePicker picker, Tally tally, Company company) {
        this.setup = setup;
        this.picker = picker;
        this.tally = tally;
        this.company = company;
    }

    /** How the torrent stands; {@code checked} bytes are checked so far, which counts while it is checking. */
    Report report(Phase phase, long checked, Optional<Failure> failure, long now) {
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
                failure);
    }

    AnnounceRequest request(AnnounceEvent event) {
        return new AnnounceRequest(
                setup.metainfo().infoHash(),
                setup.self(),
                setup.port(),
                tally.uploaded(),
                tally.downloaded(),
                setup.metainfo().sizes().length() - verifiedBytes(),
                event,
                AnnounceRequest.NUM_WANT,
                setup.key(),
                Optional.empty());
    }

    private long verifiedBytes() {
        PieceSizes sizes = setup.metainfo().sizes();
        int last = sizes.count() - 1;
        long whole = (long) picker.verified().count() * sizes.pieceLength();
        return picker.verified().get(last) ? whole - sizes.pieceLength() + sizes.lengthOf(last) : whole;
    }
}
