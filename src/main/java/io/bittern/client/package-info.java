/** The client: all torrents, the listener, the budgets, and the Java API for embedders. */
@NullMarked
package io.bittern.client;

import org.jspecify.annotations.NullMarked;
