package io.bittern.tracker;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Announces to one tracker: the real ones use HTTP or UDP, tests answer themselves. */
@FunctionalInterface
public interface Announcer {

    /**
     * Announces once; fails with {@link TrackerException} only, never by throwing.
     *
     * <p>Cancelling the stage's future ends the announce at once and frees what it holds.
     */
    CompletionStage<AnnounceResponse> announce(AnnounceRequest request);

    /** An announcer for a URL that cannot be used. */
    static Announcer refusing(TrackerException why) {
        return request -> CompletableFuture.failedFuture(why);
    }
}
