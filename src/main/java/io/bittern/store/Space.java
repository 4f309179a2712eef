package io.bittern.store;

import io.bittern.metainfo.FileLayout.TorrentFile;
import io.bittern.store.PieceStoreActor.Trouble;
import java.util.List;

/** Whether a download fits on the disk. */
final class Space {

    private Space() {}

    /**
     * Throws if there is too little space for what is missing.
     *
     * @param ours whether the files were begun by us, and so may be sparse; the bytes of other files have their space
     * @param missing bytes still to be written
     */
    static void check(StoreSettings settings, boolean ours, List<FileFacts> now, long missing) throws StoreException {
        long needed = ours ? missing : Math.min(missing, beyondTheEnds(settings, now));
        if (needed > 0 && needed > settings.storage().usableSpace()) {
            throw full(settings, needed);
        }
    }

    /** The trouble of a disk that has no space for so many bytes. */
    static StoreException full(StoreSettings settings, long needed) throws StoreException {
        long more = Math.max(1, needed - settings.storage().usableSpace());
        return new StoreException(
                Trouble.NO_SPACE,
                "No space left on device: needs " + more + " bytes more in "
                        + settings.storage().where());
    }

    private static long beyondTheEnds(StoreSettings settings, List<FileFacts> now) {
        return settings.metainfo().layout().files().stream()
                .filter(file -> !file.pad() && settings.selected().get(file.index()))
                .mapToLong(file -> beyondTheEnd(file, now.get(file.index())))
                .sum();
    }

    private static long beyondTheEnd(TorrentFile file, FileFacts now) {
        return file.length() - Math.max(0, now.size());
    }
}
