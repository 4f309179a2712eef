package io.bittern.store;

import java.nio.ByteBuffer;
import java.util.List;

/** The medium that keeps a payload, addressed by offset in the payload; safe for many threads at once. */
public interface PieceStorage extends PieceSource {

    /** Writes all remaining bytes of {@code bytes} at an offset. */
    void write(long offset, ByteBuffer bytes) throws StoreException;

    /** Returns once everything written before has reached the medium for good. */
    void sync() throws StoreException;

    /** What the torrent's files look like now, in order. */
    List<FileFacts> facts() throws StoreException;

    /** Files that were written to and are no longer what they were: removed, replaced or cut. Each is told once. */
    List<Integer> lost() throws StoreException;

    /** Does one slice of what has to be done before the first write; true while there is more to do. */
    boolean prepare() throws StoreException;

    /** Bytes that could still be written to the medium. */
    long usableSpace() throws StoreException;

    /** The medium in words of a user: its folder. */
    String where();

    /** Names the medium, so that another one in its place is noticed; empty if there is nothing at all. */
    String identity();

    /** Lets go of open files; each is opened again when it is needed. */
    void release();
}
