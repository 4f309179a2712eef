/** Bencoding (BEP 3): values, a strict reader, a canonical writer. */
@NullMarked
package io.bittern.bencode;

import org.jspecify.annotations.NullMarked;
