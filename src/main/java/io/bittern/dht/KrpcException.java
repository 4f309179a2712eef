package io.bittern.dht;

import io.bittern.bencode.BString;
import java.util.Optional;

/** A packet is no message that we understand; if it is a query, the asker can be told so. */
final class KrpcException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Optional<Message.Refusal> refusal;

    KrpcException(String message) {
        super(message);
        refusal = Optional.empty();
    }

    KrpcException(BString transaction, int code, String message) {
        super(message);
        refusal = Optional.of(new Message.Refusal(transaction, code, message));
    }

    /** What to tell the asker; empty if the packet asks nothing. */
    Optional<Message.Refusal> refusal() {
        return refusal;
    }
}
