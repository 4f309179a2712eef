package io.bittern.store;

/** Hears how many bytes of how many were checked or hashed so far; called from any thread, but by one at a time. */
@FunctionalInterface
public interface Progress {

    /** Hears nothing. */
    Progress NONE = (done, total) -> {};

    void checked(long done, long total);
}
