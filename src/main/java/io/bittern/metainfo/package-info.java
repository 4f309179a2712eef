/** What a torrent says of itself: .torrent files, info hash, peer id, file layout; pure. */
@NullMarked
package io.bittern.metainfo;

import org.jspecify.annotations.NullMarked;
