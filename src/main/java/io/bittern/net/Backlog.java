package io.bittern.net;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes of memory that came from peers and wait for the disk, of all peers of a client; safe for many threads.
 *
 * <p>It cannot refuse what has come already. Whoever has something in it reads no more while it is full, and is told
 * when that has gone to the disk; whoever has nothing in it reads on, so nobody waits for an event of somebody else.
 */
public final class Backlog {

    private final long most;
    private final AtomicLong waiting = new AtomicLong();

    Backlog(long most) {
        this.most = most;
    }

    /** So many bytes came. */
    public void add(long bytes) {
        waiting.addAndGet(bytes);
    }

    /** So many bytes wait no more. */
    public void remove(long bytes) {
        waiting.addAndGet(-bytes);
    }

    /** Whether so much waits that reading more would only fill memory. */
    public boolean isFull() {
        return waiting.get() >= most;
    }

    /** Bytes that wait now. */
    public long waiting() {
        return waiting.get();
    }

    /** Bytes with which it is full. */
    public long most() {
        return most;
    }
}
