package io.bittern.cli;

import io.bittern.dht.Item;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The newest version of an item that was found: nodes differ, and so may the address families. Safe for many threads. */
final class Newest implements Consumer<Item> {

    private @Nullable Item newest;

    @Override
    public synchronized void accept(Item item) {
        if (newest == null || seq(item) > seq(newest)) {
            newest = item;
        }
    }

    synchronized Optional<Item> item() {
        return Optional.ofNullable(newest);
    }

    /** The version that comes next; the first is 1. */
    synchronized long next() {
        return newest == null ? 1 : seq(newest) + 1;
    }

    private static long seq(Item item) {
        return item instanceof Item.Mutable mutable ? mutable.seq() : 0;
    }
}
