package io.bittern.dht;

import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The items that were put here (BEP 44); of too many, those nearest to our own id stay. */
final class ItemStore {

    private static final long TERM_NANOS = 2 * 3_600_000_000_000L;
    private static final int MOST_ITEMS = 700;
    private static final int MOST_ITEMS_OF_A_HOST = 50;

    private record Kept(Item item, Object host, long since) {}

    private final Map<NodeId, Kept> items = new LinkedHashMap<>();

    /** The item of a target. */
    Optional<Item> get(NodeId target) {
        return Optional.ofNullable(items.get(target)).map(Kept::item);
    }

    /** Why an item cannot be put, as a code for the refusal (BEP 44); to be asked before its signature is checked. */
    OptionalInt objection(Item item, Optional<Long> cas, InetSocketAddress from) {
        Kept before = items.get(item.target());
        if (before != null && before.item instanceof Item.Mutable old && item instanceof Item.Mutable latest) {
            if (cas.isPresent() && cas.get() != old.seq()) {
                return OptionalInt.of(Message.Refusal.CAS_MISMATCH);
            }
            boolean same = latest.seq() == old.seq() && latest.value().equals(old.value());
            return same || latest.seq() > old.seq() ? OptionalInt.empty() : OptionalInt.of(Message.Refusal.OLD_VERSION);
        }
        return before == null && isFullFor(from) ? OptionalInt.of(Message.Refusal.SERVER) : OptionalInt.empty();
    }

    private boolean isFullFor(InetSocketAddress from) {
        Object host = Origin.host(from);
        return items.values().stream().filter(kept -> kept.host.equals(host)).count() >= MOST_ITEMS_OF_A_HOST;
    }

    /** Keeps an item for two hours, in the place of an older version. */
    void put(Item item, InetSocketAddress from, NodeId own, long now) {
        items.put(item.target(), new Kept(item, Origin.host(from), now));
        if (items.size() > MOST_ITEMS) {
            items.keySet().stream().max(own::compareDistance).ifPresent(items::remove);
        }
    }

    /** Forgets what is older than two hours. */
    void expire(long now) {
        items.values().removeIf(kept -> now - kept.since >= TERM_NANOS);
    }

    int size() {
        return items.size();
    }
}
