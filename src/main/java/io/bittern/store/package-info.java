/** The disk: blocks in, verified pieces out, resume state. */
@NullMarked
package io.bittern.store;

import org.jspecify.annotations.NullMarked;
