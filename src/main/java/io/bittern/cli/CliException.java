package io.bittern.cli;

import io.bittern.client.ClientException;
import io.bittern.store.StoreException;

/** The end of a command with an exit code and one line for the user: the cause; the next step. */
final class CliException extends Exception {

    private static final long serialVersionUID = 1L;

    private final ExitCode code;

    CliException(ExitCode code, String message) {
        super(message);
        this.code = code;
    }

    CliException(ExitCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    static CliException of(ClientException failed) {
        return new CliException(
                ExitCode.of(failed.failure().kind()), failed.failure().reason(), failed);
    }

    static CliException of(StoreException failed) {
        return new CliException(ExitCode.of(failed.trouble()), failed.reason(), failed);
    }

    /** Cause and next step. */
    String reason() {
        return String.valueOf(getMessage());
    }

    ExitCode code() {
        return code;
    }
}
