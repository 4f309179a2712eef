package io.bittern.dht;

/**
 * How a node behaves.
 *
 * @param family of all addresses it speaks to
 * @param readOnly whether it asks but does not answer (BEP 43)
 * @param bytesPerSecond what it sends at most, once for answers and once for queries
 * @param packetsPerSecond of strangers that it looks at
 * @param searches at a time; more wait
 */
public record DhtSettings(Family family, boolean readOnly, int bytesPerSecond, int packetsPerSecond, int searches) {

    /** For a node that takes part like any other. */
    public static DhtSettings usual(Family family) {
        return new DhtSettings(family, false, 16_000, 200, 8);
    }

    /** The same, but silent to queries or not. */
    public DhtSettings withReadOnly(boolean other) {
        return new DhtSettings(family, other, bytesPerSecond, packetsPerSecond, searches);
    }
}
