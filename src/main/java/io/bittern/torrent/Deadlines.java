package io.bittern.torrent;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which pieces somebody waits for, and until when they should be there. */
final class Deadlines {

    private Map<Integer, Map<Integer, Long>> readers = Map.of();

    /**
     * A reader waits for these pieces, in this order, and for no others.
     *
     * @param at when they should be there; those that it has been waiting for keep their time
     */
    void set(int reader, List<Integer> pieces, long at) {
        Map<Integer, Long> before = readers.getOrDefault(reader, Map.of());
        Map<Integer, Long> now = new LinkedHashMap<>();
        pieces.forEach(piece -> now.put(piece, before.getOrDefault(piece, at)));
        readers = readers.isEmpty() ? new HashMap<>() : readers;
        readers.put(reader, now);
        drop();
    }

    /** A piece is there. */
    void arrived(int piece) {
        readers.values().forEach(pieces -> pieces.remove(piece));
        drop();
    }

    private void drop() {
        readers.values().removeIf(Map::isEmpty);
    }

    boolean isEmpty() {
        return readers.isEmpty();
    }

    /** All of them, those that should be there first before the others. */
    List<Integer> inTurn(long now) {
        List<Map.Entry<Integer, Long>> all = new ArrayList<>();
        readers.values().forEach(pieces -> all.addAll(pieces.entrySet()));
        return all.stream()
                .sorted(Comparator.comparingLong(entry -> entry.getValue() - now))
                .map(Map.Entry::getKey)
                .distinct()
                .toList();
    }

    /** Those that should be there by now. */
    Set<Integer> late(long now) {
        Set<Integer> late = new HashSet<>();
        readers.values()
                .forEach(pieces -> pieces.forEach((piece, at) -> {
                    if (now - at >= 0) {
                        late.add(piece);
                    }
                }));
        return late;
    }
}
