package io.bittern.store;

import io.bittern.metainfo.Text;
import io.bittern.store.PieceStoreActor.Trouble;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Locale;

/** Trouble with a disk, said in one line with the path and the cause. */
public final class StoreException extends Exception {

    private static final long serialVersionUID = 1L;
    private static final int LONGEST = 500;

    private final Trouble trouble;

    public StoreException(Trouble trouble, String message) {
        super(Text.clean(message, LONGEST));
        this.trouble = trouble;
    }

    /** What the system said about a file, as trouble of one of our kinds. */
    static StoreException of(Path path, IOException cause) {
        String reason = DiskReason.of(cause);
        Trouble trouble = troubleOf(cause, reason.toLowerCase(Locale.ROOT));
        StoreException exception = new StoreException(trouble, say(trouble, reason) + ": " + path);
        exception.initCause(cause);
        return exception;
    }

    /** The kind of trouble. */
    public Trouble trouble() {
        return trouble;
    }

    /** What went wrong, one line without control characters. */
    public String reason() {
        return String.valueOf(getMessage());
    }

    private static Trouble troubleOf(IOException cause, String reason) {
        if (cause instanceof NoSuchFileException || has(reason, "no such file")) {
            return Trouble.NOT_FOUND;
        }
        if (cause instanceof AccessDeniedException || has(reason, "read-only", "not permitted", "permission denied")) {
            return Trouble.DENIED;
        }
        if (cause instanceof NotDirectoryException || has(reason, "directory", "symbolic link")) {
            return Trouble.WRONG_KIND;
        }
        return has(reason, "no space", "quota", "not enough space") ? Trouble.NO_SPACE : Trouble.IO;
    }

    private static boolean has(String reason, String... words) {
        for (String word : words) {
            if (reason.contains(word)) {
                return true;
            }
        }
        return false;
    }

    private static String say(Trouble trouble, String reason) {
        return switch (trouble) {
            case NO_SPACE -> "No space left on device";
            case NOT_FOUND -> "No such file";
            case DENIED -> has(reason, "Read-only") ? "Read-only file system" : "Permission denied";
            case WRONG_KIND -> "Not a plain file or folder (" + reason + ")";
            case IO -> "Disk error (" + reason + ")";
        };
    }
}
