package io.bittern.tracker;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * One GET without TLS, over a socket of its own, which is closed at the end. It blocks its thread; {@link #close} from
 * another one ends it.
 */
final class PlainGet implements Closeable {

    private final Socket socket = new Socket();
    private final InetSocketAddress remote;
    private final String head;

    /** A GET of a URL at an address that was found for its host. */
    PlainGet(TrackerUrl url, InetSocketAddress remote, String userAgent) {
        this.remote = remote;
        this.head = "GET " + url.pathAndQuery() + " HTTP/1.1\r\nHost: " + url.authority() + "\r\nUser-Agent: "
                + userAgent + "\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n";
    }

    /**
     * Asks and reads the answer.
     *
     * @throws ConnectException if there is no connection, so that another address may be tried
     */
    HttpReply run(Duration connectTimeout, int limit) throws IOException, TrackerException {
        try (socket) {
            connect(connectTimeout);
            socket.setTcpNoDelay(true);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            return new HttpReplyReader(new BufferedInputStream(socket.getInputStream()), limit).read();
        }
    }

    private void connect(Duration timeout) throws ConnectException {
        try {
            socket.connect(remote, (int) timeout.toMillis());
        } catch (IOException failed) {
            ConnectException none = new ConnectException(failed.getMessage());
            none.initCause(failed);
            throw none;
        }
    }

    /** Hangs up, also before and while it connects. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException gone) {
            return; // there is nothing left to close
        }
    }
}
