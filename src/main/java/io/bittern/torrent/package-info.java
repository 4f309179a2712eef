/** One torrent: its swarm, its leases and its children. */
@NullMarked
package io.bittern.torrent;

import org.jspecify.annotations.NullMarked;
