package io.bittern.store;

import io.bittern.store.PieceStoreActor.Checked;
import io.bittern.store.PieceStoreActor.Outcome;
import io.bittern.store.PieceStoreActor.Synced;

/** Which tasks run beside a store's own work, and whether the largest, a check of all data, waits for its turn. */
final class Errands {

    private int running;
    private boolean syncing;
    private boolean checking;
    private boolean recheckWanted;

    /** A task has begun. */
    void begun() {
        running++;
    }

    /** A sync is to begin; false if one is under way. */
    boolean sync() {
        boolean may = !syncing;
        syncing = true;
        return may;
    }

    /** A check is to begin; false if one is under way. */
    boolean check() {
        boolean may = !checking;
        checking = true;
        return may;
    }

    /** A task has ended. */
    void ended(Outcome outcome) {
        running--;
        syncing &= !(outcome instanceof Synced);
        checking &= !(outcome instanceof Checked);
    }

    boolean none() {
        return running == 0;
    }

    /** All data are to be checked anew. */
    void wantRecheck() {
        recheckWanted = true;
    }

    /** Whether that is to begin now: not while a sync is on its way, which would keep a state that it may disprove. */
    boolean takeRecheck() {
        boolean due = recheckWanted && !syncing;
        recheckWanted &= !due;
        return due;
    }
}
