/** One connection to a peer: protocol state, request pipeline, outbox, rates. */
@NullMarked
package io.bittern.peer;

import org.jspecify.annotations.NullMarked;
