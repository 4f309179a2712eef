package io.bittern.choke;

/**
 * What kind of round of choking it is.
 *
 * @param regular whether slots are given anew; a round between the regular ones only fills free slots, and chokes nobody
 * @param seeding whether we want nothing more of the torrent, and peers are not judged by what they give
 */
public record Turn(boolean regular, boolean seeding) {}
