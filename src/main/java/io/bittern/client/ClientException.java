package io.bittern.client;

/** Something that the client was asked for does not work; the message is one line for the user. */
public final class ClientException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    public ClientException(Failure failure) {
        super(failure.reason());
        this.failure = failure;
    }

    public ClientException(Failure failure, Throwable cause) {
        super(failure.reason(), cause);
        this.failure = failure;
    }

    /** What is the matter. */
    public Failure failure() {
        return failure;
    }
}
