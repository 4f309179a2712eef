package io.bittern.store;

import io.bittern.store.PieceStoreActor.Checked;
import io.bittern.store.PieceStoreActor.Outcome;
import io.bittern.store.PieceStoreActor.Synced;

/** Which tasks run beside a store's own work. */
final class Errands {

    private int running;
    private boolean syncing;
    private boolean checking;

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

    boolean syncing() {
        return syncing;
    }
}
