package io.bittern.wire;

/** What peers say to each other after the handshake (BEP 3, with the Fast extension of BEP 6 and the envelope of BEP 10). */
public sealed interface PeerMessage {

    <R> R match(Handler<R> handler);

    /** One method a message: adding a message breaks every handler that ignores it. */
    interface Handler<R> {

        R onKeepAlive();

        R onChoke();

        R onUnchoke();

        R onInterested();

        R onNotInterested();

        R onHave(Have have);

        R onBits(Bits bits);

        R onRequest(Request request);

        R onBlock(Block block);

        R onCancel(Cancel cancel);

        R onPort(Port port);

        R onSuggest(Suggest suggest);

        R onHaveAll();

        R onHaveNone();

        R onReject(Reject reject);

        R onAllowedFast(AllowedFast allowed);

        R onExtended(Extended extended);

        R onUnknown(Unknown unknown);
    }

    /** The empty frame that shows that the sender lives. */
    enum KeepAlive implements PeerMessage {
        INSTANCE;

        @Override
        public <R> R match(Handler<R> handler) {
            return handler.onKeepAlive();
        }
    }

    /** The sender will answer no requests. */
    enum Choke implements PeerMessage {
        INSTANCE;

        @Override
        public <R> R match(Handler<R> handler) {
            return handler.onChoke();
        }
    }

    /** The sender will answer requests. */
    enum Unchoke implements PeerMessage {
        INSTANCE;

        @Override
        public <R> R match(Handler<R> handler) {
            return handler.onUnchoke();
        }
    }

    /** The sender wants pieces of the receiver. */
    enum Interested implements PeerMessage {
        INSTANCE;

        @Override
        public <R> R match(Handler<R> handler) {
            return handler.onInterested();
        }
    }

    /** The sender wants nothing of the receiver. */
    enum NotInterested implements PeerMessage {
        INSTANCE;

        @Override
        public <R> R match(Handler<R> handler) {
            return handler.onNotInterested();
        }
    }

    /** The sender has this piece now. */
    record Have(int piece) implements PeerMessage {
        @Override
        public <R> R match(Handler<R> handler) {
            return handler.onHave(this);
        }
    }

    /** All pieces that the sender has, as the first message: the most significant bit of the first byte is piece 0. */
    record Bits(byte[] bytes) implements PeerMessage {
        @Override
        public <R> R match(Handler<R> handler) {
            return handler.onBits(this);
        }
    }

    /** The sender wants these {@code length} bytes at {@code begin} within a piece. */
    record Request(int piece, int begin, int length) implements PeerMessage {
        @Override
        public <R> R match(Handler<R> handler) {
            return handler.onRequest(this);
        }
    }

    /** Bytes of a piece (the message {@code piece} of BEP 3): {@code length} bytes of {@code array} from {@code offset}. */
    record Block(int piece, int begin, byte[] array, int offset, int length) implements PeerMessage {
        @Override
        public <R> R match(Handler<R> handler) {
            return handler.onBlock(this);
        }
    }

    /** The sender no longer wants what it asked for. */
    record Cancel(int piece, int begin, int length) implements PeerMessage {
        @Override
        public <R> R match(Handler<R> handler) {
            return handler.onCancel(this);
        }
    }

    /** The UDP port of the sender's DHT node (BEP 5). */
    record Port(int port) implements PeerMessage {
        @Override
        public <R> R match(Handler<R> handler) {
            return handler.onPort(this);
        }
    }

    /** The sender would like the receiver to ask for this piece (BEP 6). */
    record Suggest(int piece) implements PeerMessage {
        @Override
        public <R> R match(Handler<R> handler) {
            return handler.onSuggest(this);
        }
    }

    /** The sender has every piece; in place of {@link Bits} (BEP 6). */
    enum HaveAll implements PeerMessage {
        INSTANCE;

        @Override
        public <R> R match(Handler<R> handler) {
            return handler.onHaveAll();
        }
    }

    /** The sender has no piece; in place of {@link Bits} (BEP 6). */
    enum HaveNone implements PeerMessage {
        INSTANCE;

        @Override
        public <R> R match(Handler<R> handler) {
            return handler.onHaveNone();
        }
    }

    /** The sender will not answer this request (BEP 6). */
    record Reject(int piece, int begin, int length) implements PeerMessage {
        @Override
        public <R> R match(Handler<R> handler) {
            return handler.onReject(this);
        }
    }

    /** The sender answers requests for this piece even while it chokes the receiver (BEP 6). */
    record AllowedFast(int piece) implements PeerMessage {
        @Override
        public <R> R match(Handler<R> handler) {
            return handler.onAllowedFast(this);
        }
    }

    /** An extension message (BEP 10): {@code id} is 0 for the handshake, else what the receiver has asked for. */
    record Extended(int id, byte[] payload) implements PeerMessage {
        @Override
        public <R> R match(Handler<R> handler) {
            return handler.onExtended(this);
        }
    }

    /** A message that we do not know, to be ignored; its {@code length} bytes of payload were skipped. */
    record Unknown(int id, int length) implements PeerMessage {
        @Override
        public <R> R match(Handler<R> handler) {
            return handler.onUnknown(this);
        }
    }
}
