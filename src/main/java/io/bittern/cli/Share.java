package io.bittern.cli;

import io.bittern.client.TorrentSnapshot.Amounts;

/**
 * How much is there of what matters: of the wanted files, or of the whole torrent when nothing is wanted and what is
 * there is only seeded.
 */
record Share(long done, long total) {

    static Share of(Amounts amounts) {
        return amounts.wanted() == 0
                ? new Share(amounts.verified(), amounts.total())
                : new Share(amounts.done(), amounts.wanted());
    }

    boolean whole() {
        return done == total;
    }

    double fraction() {
        return done / (double) Math.max(1, total);
    }

    String percent() {
        return Units.percent(done, total);
    }

    /** Such as {@code 0.3/2.9 GiB}. */
    String amount() {
        return Units.part(done, total);
    }
}
