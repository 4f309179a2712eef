package io.bittern.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** News of which only the latest counts; who begins to listen late hears it too. Safe for many threads. */
final class Latest<T> implements Consumer<T> {

    private final List<Consumer<? super T>> listeners = new ArrayList<>();
    private Optional<T> latest = Optional.empty();

    @Override
    public synchronized void accept(T news) {
        latest = Optional.of(news);
        listeners.forEach(listener -> listener.accept(news));
    }

    /** Tells the latest news, if there are any, and from now on each. */
    synchronized void listen(Consumer<? super T> listener) {
        listeners.add(listener);
        latest.ifPresent(listener);
    }
}
