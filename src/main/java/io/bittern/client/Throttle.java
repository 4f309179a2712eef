package io.bittern.client;

import io.bittern.net.RateLimit;

/** What holds a client or one of its torrents to its limits, both ways. Safe for many threads. */
record Throttle(RateLimit download, RateLimit upload) {

    /** That of a client. */
    static Throttle of(RateLimits limits) {
        return new Throttle(RateLimit.of(limits.download()), RateLimit.of(limits.upload()));
    }

    /** That of a torrent, under the client's. */
    Throttle part(RateLimits limits) {
        return new Throttle(download.part(limits.download()), upload.part(limits.upload()));
    }

    void set(RateLimits limits) {
        download.set(limits.download(), System.nanoTime());
        upload.set(limits.upload(), System.nanoTime());
    }

    /** Holds each peer and web seed to these. */
    void setEach(RateLimits limits) {
        download.setEach(limits.download());
        upload.setEach(limits.upload());
    }
}
