package io.bittern.store;

import io.bittern.piece.Bitfield;
import io.bittern.store.PieceStoreActor.Counters;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was verified and held at a moment; what is written in the name of it is synced first, so a resume state never
 * claims more than the disk has for good.
 */
record Snapshot(Bitfield verified, Map<Integer, Bitfield> held, Counters counters) {

    /** What a sync brought: files that somebody else took away, and why the state could not be kept. */
    record Synced(List<Integer> lost, Optional<String> problem) {}

    /** Syncs, then keeps the state; not if files are lost, for then it would claim what is not there. */
    Synced sync(PieceStorage storage, ResumeFile file, boolean clean) throws StoreException {
        storage.sync();
        List<Integer> lost = storage.lost();
        return new Synced(lost, lost.isEmpty() ? keep(file, state(storage, clean)) : Optional.empty());
    }

    /** The state that says this, with what the files look like now. */
    ResumeState state(PieceStorage storage, boolean clean) throws StoreException {
        return new ResumeState(verified, clean ? held : Map.of(), storage.facts(), storage.identity(), counters, clean);
    }

    /** Keeps a state; the payload does not depend on it, so trouble is only said. */
    static Optional<String> keep(ResumeFile file, ResumeState state) {
        try {
            file.save(state);
            return Optional.empty();
        } catch (StoreException e) {
            return Optional.of("resume state not kept: " + e.reason());
        }
    }
}
