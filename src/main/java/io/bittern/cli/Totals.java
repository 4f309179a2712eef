package io.bittern.cli;

import io.bittern.client.TorrentSnapshot;
import java.util.List;

/** What is said of many torrents at once. */
final class Totals {

    private Totals() {}

    /** That torrents have been added. */
    static String loaded(int torrents, int port) {
        return torrents + (torrents == 1 ? " torrent" : " torrents") + ", listening on port " + port;
    }

    /** How all of them stand together. */
    static String of(List<Row> rows) {
        long down = 0;
        long up = 0;
        int peers = 0;
        int complete = 0;
        for (Row row : rows) {
            TorrentSnapshot snapshot = row.snapshot();
            down += snapshot.rates().down();
            up += snapshot.rates().up();
            peers += snapshot.peers().connected();
            complete += row.downloaded() ? 1 : 0;
        }
        return complete + " of " + rows.size() + " torrents complete, down " + Units.rate(down) + ", up "
                + Units.rate(up) + ", peers " + peers;
    }
}
