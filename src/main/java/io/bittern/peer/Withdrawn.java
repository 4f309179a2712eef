package io.bittern.peer;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Blocks that we asked for and then withdrew, of which a copy may still come: the newest so many.
 *
 * <p>Those of a stall can be adopted: the request is still on the wire, nobody has cancelled it.
 */
final class Withdrawn {

    private record Request(int attempt, boolean adoptable) {}

    private final int bound;
    private final Map<Long, Request> requests = new LinkedHashMap<>();
    private int adoptable;

    Withdrawn(int bound) {
        this.bound = bound;
    }

    void add(int piece, int block, int attempt, boolean canBeAdopted) {
        remove(piece, block);
        requests.put(key(piece, block), new Request(attempt, canBeAdopted));
        adoptable += canBeAdopted ? 1 : 0;
        if (requests.size() > bound) {
            forget(requests.keySet().iterator().next());
        }
    }

    /** Whether the peer still means to send this block, so that nobody need ask for it again. */
    boolean adoptable(int piece, int block) {
        if (adoptable == 0) {
            return false;
        }
        Request request = requests.get(key(piece, block));
        return request != null && request.adoptable();
    }

    /** Whether the peer still owes us any of them. */
    boolean owed() {
        return adoptable > 0;
    }

    /** Takes a block out, which came or is asked for again; returns its attempt, -1 if it was not in. */
    int remove(int piece, int block) {
        if (requests.isEmpty()) {
            return -1;
        }
        Request request = forget(key(piece, block));
        return request == null ? -1 : request.attempt();
    }

    /** The peer has dropped every request. */
    void dropped() {
        if (adoptable > 0) {
            requests.replaceAll((key, request) -> new Request(request.attempt(), false));
            adoptable = 0;
        }
    }

    int size() {
        return requests.size();
    }

    private @Nullable Request forget(Long key) {
        Request request = requests.remove(key);
        adoptable -= request != null && request.adoptable() ? 1 : 0;
        return request;
    }

    private static long key(int piece, int block) {
        return (long) piece << 32 | block;
    }
}
