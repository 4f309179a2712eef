/** Bittern beside real clients and a real tracker, over loopback. */
@NullMarked
package io.bittern.interop;

import org.jspecify.annotations.NullMarked;
