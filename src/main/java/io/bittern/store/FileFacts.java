package io.bittern.store;

/**
 * What a file looked like from outside, by which a change is noticed without reading it.
 *
 * @param size bytes, -1 if there is no such file
 * @param modified time of the last change in microseconds of the file system's clock, 0 if there is no such file
 */
public record FileFacts(long size, long modified) {

    /** There is no such file. */
    public static final FileFacts ABSENT = new FileFacts(-1, 0);

    /** Whether there is such a file. */
    public boolean exists() {
        return size >= 0;
    }
}
