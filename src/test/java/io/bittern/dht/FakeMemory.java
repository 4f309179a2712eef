package io.bittern.dht;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Knows what it is told to, and passes on what it is to keep. */
public record FakeMemory(Optional<SavedNodes> known, Consumer<SavedNodes> kept) implements NodeMemory {

    @Override
    public CompletionStage<Optional<SavedNodes>> load() {
        return CompletableFuture.completedStage(known);
    }

    @Override
    public void keep(SavedNodes nodes) {
        kept.accept(nodes);
    }

    @Override
    public void keepNow(SavedNodes nodes) {
        kept.accept(nodes);
    }
}
