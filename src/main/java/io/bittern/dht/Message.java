package io.bittern.dht;

import io.bittern.bencode.BString;
import java.net.InetSocketAddress;
import java.util.Optional;

/** A message of KRPC (BEP 5): one packet. */
sealed interface Message {

    /** What the asker called the query, given back by an answer. */
    BString transaction();

    /**
     * A question.
     *
     * @param id of the asker
     * @param readOnly whether the asker answers no queries himself (BEP 43)
     */
    record Query(BString transaction, NodeId id, Ask ask, boolean readOnly) implements Message {}

    /**
     * The answer to a query.
     *
     * @param id of the answering node
     * @param seenAs the address that the query came from (BEP 42)
     */
    record Reply(BString transaction, NodeId id, Answer answer, Optional<InetSocketAddress> seenAs)
            implements Message {}

    /**
     * A query is not answered.
     *
     * @param text hostile until it is cleaned
     */
    record Refusal(BString transaction, int code, String text) implements Message {

        static final int SERVER = 202;
        static final int PROTOCOL = 203;
        static final int UNKNOWN_METHOD = 204;
        static final int TOO_BIG = 205;
        static final int BAD_SIGNATURE = 206;
        static final int SALT_TOO_BIG = 207;
        static final int CAS_MISMATCH = 301;
        static final int OLD_VERSION = 302;
    }
}
