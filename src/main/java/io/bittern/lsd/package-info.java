/** Local service discovery: peers on the same network find each other by multicast (BEP 14). */
@NullMarked
package io.bittern.lsd;

import org.jspecify.annotations.NullMarked;
