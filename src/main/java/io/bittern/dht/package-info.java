/** The distributed hash table (BEP 5): a node as a pure core, and the actor that gives it a socket. */
@NullMarked
package io.bittern.dht;

import org.jspecify.annotations.NullMarked;
