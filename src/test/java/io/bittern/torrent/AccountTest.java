package io.bittern.torrent;

import static io.bittern.torrent.TorrentFixture.METAINFO;
import static io.bittern.torrent.TorrentFixture.PIECES;
import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.piece.Bitfield;
import io.bittern.piece.PiecePicker;
import io.bittern.tracker.AnnounceEvent;
import io.bittern.tracker.AnnounceRequest;
import java.util.BitSet;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccountTest {

    private static final long PIECE = 32_768;

    private final PiecePicker picker = new PiecePicker(METAINFO.sizes(), new Random(1));
    private final Tally tally = new Tally();
    private int room;
    private int port = 6881;
    private final Account account = new Account(setup(), picker, tally, new Account.Company() {
        @Override
        public int peers() {
            return 0;
        }

        @Override
        public int seeds() {
            return 0;
        }

        @Override
        public int room() {
            return room;
        }
    });

    @ParameterizedTest
    @CsvSource({
        // verified pieces, room, wanted peers
        "0, 100, 200",
        "0, 20, 80",
        "0, 1, 20",
        "0, 0, 20",
        "4, 100, 200",
        "4, 10, 40",
        "4, 0, 0",
    })
    void wantsAsManyPeersAsThereIsRoomFor(int verified, int free, int wanted) {
        open(verified);
        room = free;

        assertThat(account.request(AnnounceEvent.REGULAR).numWant()).isEqualTo(wanted);
        assertThat(account.request(AnnounceEvent.STOPPED).numWant()).isZero();
    }

    @Test
    void countsWhatIsThereBeforePeersHaveReportedIt() {
        open(1);
        account.opened();
        assertThat(account.request(AnnounceEvent.STARTED).downloaded()).isZero();
        assertThat(account.request(AnnounceEvent.STARTED).left()).isEqualTo(3 * PIECE);

        open(4);
        tally.waste(10);
        AnnounceRequest completed = account.request(AnnounceEvent.COMPLETED);
        assertThat(completed.downloaded()).isEqualTo(3 * PIECE + 10);
        assertThat(completed.left()).isZero();

        tally.add(3 * PIECE + 30, 20, 0, 0);
        assertThat(account.request(AnnounceEvent.STOPPED).downloaded()).isEqualTo(3 * PIECE + 30);
    }

    @Test
    void countsNothingAsDownloadedThatALaterCheckFinds() {
        open(0);
        account.opened();
        tally.add(PIECE, 0, 0, 0);

        open(3);
        account.opened();

        assertThat(account.request(AnnounceEvent.REGULAR).downloaded()).isEqualTo(PIECE);
    }

    @Test
    void tellsThePortOfTheMoment() {
        assertThat(account.request(AnnounceEvent.STARTED).port()).isEqualTo(6881);

        port = 7881;

        assertThat(account.request(AnnounceEvent.REGULAR).port()).isEqualTo(7881);
    }

    private void open(int verified) {
        Bitfield pieces = new Bitfield(PIECES);
        for (int piece = 0; piece < verified; piece++) {
            pieces.set(piece);
        }
        picker.open(pieces, Map.of());
    }

    private TorrentParts.Setup setup() {
        BitSet wanted = new BitSet();
        wanted.set(0, PIECES);
        var usual = new TorrentParts.Setup(METAINFO, wanted, TorrentFixture.SELF, 6881, 1);
        Identity us = new Identity(usual.us().self(), () -> port, usual.us().key());
        return new TorrentParts.Setup(METAINFO, usual.choice(), us, usual.way());
    }
}
