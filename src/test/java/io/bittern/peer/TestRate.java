package io.bittern.peer;

/** The rate that choking goes by, for tests in other packages. */
public final class TestRate {

    private final Rate rate = new Rate(20);
    private long total;

    /** Bytes have moved. */
    public void add(long bytes, long now) {
        total += bytes;
        rate.add(bytes, now);
    }

    /** Bytes/s of late. */
    public double perSecond(long now) {
        return rate.perSecond(now);
    }

    /** All bytes so far. */
    public long total() {
        return total;
    }
}
