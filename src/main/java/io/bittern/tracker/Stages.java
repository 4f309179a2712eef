package io.bittern.tracker;

import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/** What is to be done when a stage ends, by code that does not fail and that nobody waits for. */
final class Stages {

    private Stages() {}

    /** Calls an action with the value or the failure of a stage. */
    static <T> void onEnd(CompletionStage<T> stage, BiConsumer<? super T, ? super Throwable> action) {
        stage.whenComplete(action);
    }
}
