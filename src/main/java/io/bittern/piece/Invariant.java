package io.bittern.piece;

/** Says which invariant of the picker is broken; for checks after every step of a test. */
final class Invariant {

    private Invariant() {}

    static void holds(boolean condition, String what, Object where) {
        if (!condition) {
            throw new IllegalStateException("broken: " + what + " at " + where);
        }
    }
}
