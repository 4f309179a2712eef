/** Asks the gateway of the local network to let peers in: PCP, NAT-PMP and UPnP. */
@NullMarked
package io.bittern.portmap;

import org.jspecify.annotations.NullMarked;
