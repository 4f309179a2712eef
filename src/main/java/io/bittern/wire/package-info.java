/** The peer wire protocol (BEP 3) as values, decoder and encoder over byte arrays; pure. */
@NullMarked
package io.bittern.wire;

import org.jspecify.annotations.NullMarked;
