/** Announcing to HTTP and UDP trackers (BEP 3, 7, 12, 15, 23, 48), and a tracker of our own. */
@NullMarked
package io.bittern.tracker;

import org.jspecify.annotations.NullMarked;
