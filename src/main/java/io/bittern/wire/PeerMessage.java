package io.bittern.wire;

/** What peers say to each other after the handshake (BEP 3). */
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

    /** A message that we do not know, to be ignored; its {@code length} bytes of payload were skipped. */
    record Unknown(int id, int length) implements PeerMessage {
        @Override
        public <R> R match(Handler<R> handler) {
            return handler.onUnknown(this);
        }
    }
}
