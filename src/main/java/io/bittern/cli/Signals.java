package io.bittern.cli;

/** Signals that ask the process to stop. */
@FunctionalInterface
interface Signals {

    /** From now on the first such signal runs this, in a thread of its own, and the next one halts the process. */
    void onStop(Runnable action);
}
