package io.bittern.cli;

import io.bittern.client.Failure;
import io.bittern.store.PieceStoreActor.Trouble;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the process says at its end; the numbers are those of aria2 where it has one for the same thing. */
public enum ExitCode {
    DONE(0, "everything that was asked for is done"),
    INTERNAL(1, "a fault of Bittern itself"),
    USAGE(2, "an option, argument or setting that cannot be"),
    NOT_FOUND(3, "a file, folder or URL is not there, or the DHT has nothing of that name"),
    NETWORK(6, "no network, no answer, or no peer for the time of --stop-timeout"),
    INTERRUPTED(7, "stopped by a signal before it was done"),
    NO_SPACE(9, "the disk is full"),
    BUSY(11, "the same torrent or its data are in use already"),
    EXISTS(13, "a path exists already, is of the wrong kind or longer than the torrent says"),
    IO(17, "a file or folder cannot be read or written"),
    BENCODE(25, "not a torrent file: bad bencode"),
    METAINFO(26, "not a torrent file: something in it is missing or wrong"),
    MAGNET(27, "not a magnet link, or one of a kind that cannot be fetched"),
    VERIFY(32, "the data are not what the torrent says"),
    UNWELL(33, "the doctor found a problem"),
    HALTED(130, "halted by a second signal, or by one that had nothing to put away");

    private final int number;
    private final String meaning;

    ExitCode(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    /** The number for the shell. */
    public int number() {
        return number;
    }

    /** What it means, for the help. */
    public String meaning() {
        return meaning;
    }

    /** The table for the help: meanings by number. */
    static Map<String, String> table() {
        Map<String, String> table = new LinkedHashMap<>();
        for (ExitCode code : values()) {
            table.put(String.valueOf(code.number), code.meaning);
        }
        return table;
    }

    /** The code for trouble with a disk. */
    static ExitCode of(Trouble trouble) {
        return switch (trouble) {
            case NO_SPACE -> NO_SPACE;
            case NOT_FOUND -> NOT_FOUND;
            case WRONG_KIND -> EXISTS;
            case DENIED, IO -> IO;
        };
    }

    /** The code for a failure of the client. */
    static ExitCode of(Failure.Kind kind) {
        return switch (kind) {
            case NOT_FOUND -> NOT_FOUND;
            case WRONG_KIND -> EXISTS;
            case NO_SPACE -> NO_SPACE;
            case IO -> IO;
            case BUSY -> BUSY;
            case NETWORK -> NETWORK;
            case METADATA -> METAINFO;
            case STOPPED -> INTERRUPTED;
            case INTERNAL -> INTERNAL;
        };
    }
}
