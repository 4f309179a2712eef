package io.bittern.store;

import io.bittern.store.PieceStoreActor.Checking;
import io.bittern.store.PieceStoreActor.Event;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Passes the progress of a check on, at most five times a second and always at the end; called by one thread at a time. */
final class CheckProgress implements Progress {

    private static final long EVERY = 200_000_000L;

    private final LongSupplier nanoTime;
    private final Consumer<Event> events;
    private long last;
    private boolean begun;

    CheckProgress(LongSupplier nanoTime, Consumer<Event> events) {
        this.nanoTime = nanoTime;
        this.events = events;
    }

    @Override
    public void checked(long done, long total) {
        long now = nanoTime.getAsLong();
        if (!begun || now - last >= EVERY || done == total) {
            begun = true;
            last = now;
            events.accept(new Checking(done, total));
        }
    }
}
