package io.bittern.tracker;

/** To how many of a torrent's trackers it is announced. */
public enum AnnounceTo {
    /** The first that answers, in the order of the tiers (BEP 12). */
    FIRST,
    /** In each tier the first that answers. */
    ALL_TIERS,
    /** Every one. */
    ALL
}
