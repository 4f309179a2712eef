/** Web servers that have the payload (BEP 19, BEP 17), as sources of blocks beside peers. */
@NullMarked
package io.bittern.webseed;

import org.jspecify.annotations.NullMarked;
