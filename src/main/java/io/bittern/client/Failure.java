package io.bittern.client;

/** Why something does not work, in one line without control characters: cause, and next step if there is one. */
public record Failure(Kind kind, String reason) {

    /** Kinds of failure, as far as a user would do different things about them. */
    public enum Kind {
        /** A file or folder is not there. */
        NOT_FOUND,
        /** A file is where a folder has to be, or the reverse, or a file is longer than the torrent says. */
        WRONG_KIND,
        /** The disk is full. */
        NO_SPACE,
        /** The disk does not let us, or fails. */
        IO,
        /** The torrent is in this client already, or its data in use by another process. */
        BUSY,
        /** No socket could be had. */
        NETWORK,
        /** The metadata of a magnet link are those that it names, and no torrent all the same. */
        METADATA,
        /** It was stopped before it was done. */
        STOPPED,
        /** A bug. */
        INTERNAL
    }
}
