package io.bittern.dht;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What a node of one address family knows again next time. */
public interface NodeMemory {

    /** What was kept last, if it can be read. */
    CompletionStage<Optional<SavedNodes>> load();

    /** Keeps it by and by: the caller does not wait. */
    void keep(SavedNodes nodes);

    /** Keeps it before this returns, for who is about to end. */
    void keepNow(SavedNodes nodes);
}
