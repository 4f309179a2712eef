package io.bittern.net;

import java.net.InetAddress;
import java.util.Optional;

/** A URL of http or https that strangers gave us, as far as it matters where it leads. */
public interface WebTarget {

    /** Name or literal address, without brackets. */
    String host();

    /** Host and port as they stand in a Host header. */
    String authority();

    /** Whether it is https. */
    boolean secure();

    /** Why it must not be asked for at an address of this machine or network, if so. */
    Optional<String> localObjection(InetAddress address);
}
