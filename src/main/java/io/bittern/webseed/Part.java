package io.bittern.webseed;

import java.util.Optional;

/**
 * One thing to ask a web server for: a part of the payload that is a part of one resource.
 *
 * @param offset where the part begins in the payload
 * @param length its bytes, at least 1
 * @param file the index of the file, -1 if the resource is none
 * @param url of the resource; none for zeros that nobody has to send
 * @param from where the part begins in the resource
 * @param size bytes of the whole resource
 */
record Part(long offset, long length, int file, Optional<WebUrl> url, long from, long size) {

    /** A resource that is not a file is made for the request, and comes whole. */
    boolean ranged() {
        return file >= 0;
    }

    /** Where the part ends in the payload. */
    long end() {
        return offset + length;
    }
}
