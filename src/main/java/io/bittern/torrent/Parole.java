package io.bittern.torrent;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Who had a part in a failed piece while it is not known who spoiled it.
 *
 * <p>Until that piece is verified they get pieces alone, so that the next failure has one author. Who has had a part in
 * many failures that nothing explains stays on parole. A party is whatever a peer is known by.
 */
final class Parole {

    /** Failures without a known author after which a party gets pieces alone for good. */
    static final int MANY = 8;

    private static final class Conduct {
        private int open;
        private int unexplained;
    }

    private Map<Integer, Set<Object>> suspects = Collections.emptyMap();
    private Map<Object, Conduct> records = Collections.emptyMap();

    /** A piece of which these parties sent blocks has failed. */
    void failed(int piece, Collection<?> parties) {
        suspects = suspects.isEmpty() ? new HashMap<>() : suspects;
        records = records.isEmpty() ? new HashMap<>() : records;
        Set<Object> known = suspects.computeIfAbsent(piece, first -> new HashSet<>());
        for (Object party : parties) {
            if (known.add(party)) {
                Conduct one = records.computeIfAbsent(party, first -> new Conduct());
                one.open++;
                one.unexplained++;
            }
        }
    }

    /** It is known who spoiled a piece: the others had no part in it. */
    void explained(int piece) {
        close(piece, 1);
    }

    /** A piece has passed. */
    void passed(int piece) {
        close(piece, 0);
    }

    private void close(int piece, int explained) {
        for (Object party : suspects.getOrDefault(piece, Set.of())) {
            records.computeIfPresent(party, (same, one) -> {
                one.open--;
                one.unexplained -= explained;
                return one.unexplained == 0 ? null : one;
            });
        }
        suspects.remove(piece);
    }

    boolean holds(Object party) {
        Conduct one = records.get(party);
        return one != null && (one.open > 0 || one.unexplained >= MANY);
    }
}
