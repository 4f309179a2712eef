/** Links to peers over TCP, datagrams, and the budgets of bytes and rates that they share. */
@NullMarked
package io.bittern.net;

import org.jspecify.annotations.NullMarked;
