package io.bittern.metainfo;

import io.bittern.bencode.BDictionary;
import java.time.Instant;
import java.util.Optional;

/** What a torrent's maker wrote on it, cleaned. */
record Notes(Optional<String> comment, Optional<String> createdBy, Optional<Instant> creationDate) {

    private static final int LENGTH = 4096;
    private static final long END_OF_YEAR_9999 = 253_402_300_799L;

    static Notes of(BDictionary torrent) {
        return new Notes(
                note(torrent, "comment"),
                note(torrent, "created by"),
                torrent.integer("creation date")
                        .filter(seconds -> seconds > 0 && seconds <= END_OF_YEAR_9999)
                        .map(Instant::ofEpochSecond));
    }

    private static Optional<String> note(BDictionary torrent, String key) {
        return torrent.text(key + ".utf-8")
                .or(() -> torrent.text(key))
                .map(text -> Text.clean(text, LENGTH))
                .filter(text -> !text.isEmpty());
    }
}
