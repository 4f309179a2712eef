package io.bittern.peer;

import io.bittern.net.Link;
import io.bittern.peer.PeerActor.Fault;
import io.bittern.wire.WireException;
import org.jspecify.annotations.Nullable;

/**
 * How a connection ends.
 *
 * @param fault what the torrent hears, with the reason
 * @param last the last word to the link, null if that is gone by itself
 */
record Parting(Fault fault, String reason, Link.@Nullable Command last) {

    /** We end it, in order. */
    static Parting since(Fault fault, String reason) {
        return new Parting(fault, reason, Link.Close.INSTANCE);
    }

    /** The torrent wants it to end. */
    static Parting asked(PeerActor.Disconnect order) {
        return new Parting(Fault.NONE, order.reason(), order.hostile() ? Link.Abort.INSTANCE : Link.Close.INSTANCE);
    }

    /** The peer said what nobody may say. */
    static Parting broken(WireException wrong) {
        return new Parting(Fault.PROTOCOL, String.valueOf(wrong.getMessage()), Link.Abort.INSTANCE);
    }

    /** The link is gone by itself. */
    static Parting lost(Fault fault, String reason) {
        return new Parting(fault, reason, null);
    }
}
