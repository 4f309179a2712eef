package io.bittern.metainfo;

/** Bytes are not a torrent that can be used; the message is one line, says why, and may be shown. */
public final class MetainfoException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Kind {
        /** The bytes are not bencoded, or beyond the limits of a reader. */
        BENCODE,
        /** The bytes are bencoded, but not a torrent, or not one that is safe or supported. */
        METAINFO
    }

    private final Kind kind;

    MetainfoException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    MetainfoException(String message) {
        this(Kind.METAINFO, message);
    }

    public Kind kind() {
        return kind;
    }
}
