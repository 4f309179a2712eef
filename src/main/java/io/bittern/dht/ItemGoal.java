package io.bittern.dht;

import io.bittern.bencode.BString;
import io.bittern.dht.Answer.Stored;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** To get an item, or to put one (BEP 44). */
final class ItemGoal implements Goal {

    private final NodeId target;
    private final BString salt;
    private final @Nullable Item put;
    private final Optional<Long> cas;
    private final Consumer<Item> found;
    private final Set<Contact> holders = new HashSet<>();
    private @Nullable Item best;

    private ItemGoal(NodeId target, BString salt, @Nullable Item put, Optional<Long> cas, Consumer<Item> found) {
        this.target = target;
        this.salt = salt;
        this.put = put;
        this.cas = cas;
        this.found = found;
    }

    /** To get what is kept under a target, with the salt that is part of it. */
    static ItemGoal get(NodeId target, BString salt, Consumer<Item> found) {
        return new ItemGoal(target, salt, null, Optional.empty(), found);
    }

    /** To put an item, in the place of the version {@code cas} only. */
    static ItemGoal put(Item item, Optional<Long> cas) {
        BString salt = item instanceof Item.Mutable mutable ? mutable.salt() : BString.EMPTY;
        return new ItemGoal(item.target(), salt, item, cas, any -> {});
    }

    @Override
    public NodeId target() {
        return target;
    }

    @Override
    public Ask.Near ask() {
        return new Ask.Get(target, Set.of(), Optional.empty());
    }

    @Override
    public void heard(Contact from, Answer answer) {
        answer.stored().ifPresent(stored -> {
            holders.add(from);
            if (put == null) {
                item(stored).filter(this::isBetter).filter(this::isGenuine).ifPresent(item -> {
                    best = item;
                    found.accept(item);
                });
            }
        });
    }

    private Optional<Item> item(Stored stored) {
        Optional<Item> item = stored.key().isEmpty()
                ? stored.value().map(Item.Immutable::new)
                : stored.value()
                        .flatMap(value -> stored.key()
                                .flatMap(key -> stored.seq()
                                        .flatMap(seq -> stored.signature()
                                                .map(signature ->
                                                        new Item.Mutable(key, salt, seq, signature, value)))));
        return item.filter(any -> any.target().equals(target));
    }

    private boolean isBetter(Item item) {
        return best == null
                || (best instanceof Item.Mutable old
                        && item instanceof Item.Mutable latest
                        && latest.seq() > old.seq());
    }

    private boolean isGenuine(Item item) {
        return !(item instanceof Item.Mutable mutable) || mutable.isGenuine();
    }

    @Override
    public boolean isReached() {
        return best instanceof Item.Immutable;
    }

    /** A node that has no version yet is not told which one it should have. */
    @Override
    public Optional<Ask> store(Lookup.Found at) {
        Item item = put;
        Optional<Long> expected = holders.contains(at.contact()) ? cas : Optional.empty();
        return item == null ? Optional.empty() : at.token().map(token -> new Ask.Put(item, expected, token));
    }
}
