package io.bittern.net;

/** The connections that may be open at once, half-open ones too; owned by one actor. */
final class Slots {

    private final int capacity;
    private int taken;

    Slots(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("no connection without a slot: " + capacity);
        }
        this.capacity = capacity;
    }

    /** Takes a slot, if one is free. */
    boolean take() {
        return takeOf(capacity);
    }

    /** Takes a slot, if fewer than so many are taken. */
    boolean takeOf(int most) {
        if (taken >= most) {
            return false;
        }
        taken++;
        return true;
    }

    /** Gives a slot back. */
    void giveBack() {
        if (taken == 0) {
            throw new IllegalStateException("more slots given back than taken");
        }
        taken--;
    }

    int taken() {
        return taken;
    }

    int capacity() {
        return capacity;
    }
}
