package io.bittern.client;

/**
 * Limits in bytes/s, of all that goes over connections to peers and web seeds: payload and protocol.
 *
 * @param download bytes/s, 0 for no limit
 * @param upload bytes/s, 0 for no limit
 */
public record RateLimits(long download, long upload) {

    /** No limit. */
    public static final RateLimits NONE = new RateLimits(0, 0);

    /** @throws IllegalArgumentException if one is negative */
    public RateLimits {
        if (download < 0 || upload < 0) {
            throw new IllegalArgumentException("a rate is not negative: " + Math.min(download, upload));
        }
    }
}
