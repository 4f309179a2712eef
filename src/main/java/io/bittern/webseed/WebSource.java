package io.bittern.webseed;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Where parts come from: the real one asks servers, tests have their own. */
@FunctionalInterface
public interface WebSource {

    /** Asks for a part; what becomes of it is told from any thread, one thing after the other. */
    Get get(Ask ask, Consumer<Event> to);

    /**
     * A range of a resource.
     *
     * @param from the first byte
     * @param length the bytes, at least 1
     * @param ranged whether the range is asked for in the head, or is all that the resource has
     */
    record Ask(WebUrl url, long from, long length, boolean ranged) {}

    /** An exchange under way. Nothing of the body comes unless it is asked for. */
    interface Get {

        /** Asks for one more {@link Came}, once for each; only after {@link Answered}. */
        void more();

        /** Ends the exchange; an event that is on its way may still come. */
        void cancel();
    }

    /** What becomes of an exchange: at most one Answered, then any number of Came, at last one Ended. */
    sealed interface Event {}

    /** The head of the answer, redirects followed; its texts are the server's. */
    record Answered(
            int status,
            OptionalLong contentLength,
            Optional<String> contentRange,
            Optional<String> contentEncoding,
            Optional<Duration> retryAfter)
            implements Event {}

    /** More of the body. */
    record Came(List<ByteBuffer> buffers) implements Event {}

    /** The body has come whole, or why it has not. */
    record Ended(Optional<String> failure) implements Event {}
}
