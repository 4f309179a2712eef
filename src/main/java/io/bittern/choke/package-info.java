/** Who may download from us: the tit-for-tat choking rules and their clock. */
@NullMarked
package io.bittern.choke;

import org.jspecify.annotations.NullMarked;
