/** The command line. */
@NullMarked
package io.bittern.cli;

import org.jspecify.annotations.NullMarked;
