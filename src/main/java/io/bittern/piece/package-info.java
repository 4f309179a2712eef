/** Pieces, blocks and leases: which block is fetched from whom, and when; pure. */
@NullMarked
package io.bittern.piece;

import org.jspecify.annotations.NullMarked;
