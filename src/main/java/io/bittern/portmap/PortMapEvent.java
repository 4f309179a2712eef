package io.bittern.portmap;

import java.net.InetAddress;

/** What becomes of the wish to be reached from outside. */
public sealed interface PortMapEvent {

    /**
     * The gateway lets peers in; said again at each renewal.
     *
     * @param external the address outside, which behind a second gateway is not of the internet
     * @param port the port outside, which may be another than ours
     * @param until when it ends unless it is renewed, in monotonic nanoseconds
     * @param by the name of the protocol that was used
     */
    record Mapped(Protocol protocol, InetAddress external, int port, long until, String by) implements PortMapEvent {}

    /** The gateway lets nobody in by this protocol any more; others may stand. */
    record Lost(Protocol protocol) implements PortMapEvent {}

    /** Nothing is mapped; it is tried again later. The reason is one line. */
    record Unavailable(String reason) implements PortMapEvent {}
}
