package io.bittern.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpReplyReaderTest {

    private static final int LIMIT = 100;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcrest",
                "HTTP/1.0 200\nCONTENT-LENGTH:3\n\nabc",
                "HTTP/1.1 200 OK\r\n\r\nabc",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\nContent-Length: 99\r\n\r\n2;x=y\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
            })
    void readsABodyHoweverItEnds(String answer) throws Exception {
        HttpReply reply = read(answer);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body()).asString(StandardCharsets.US_ASCII).isEqualTo("abc");
    }

    @Test
    void leavesTheBodyOfARedirectAndOfAnAnswerWithoutOne() throws Exception {
        HttpReply redirect = read("HTTP/1.1 302 Found\r\nLocation:  /announce \r\nContent-Length: 5\r\n\r\n");

        assertThat(redirect.isRedirect()).isTrue();
        assertThat(redirect.location()).isEqualTo("/announce");
        assertThat(read("HTTP/1.1 204 No Content\r\n\r\nabc").body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/2 200 OK\r\n\r\n",
                "HTTP/1.1 2x0 OK\r\n\r\n",
                "HTTP/1.1 2000 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\n: nameless\r\n\r\n",
                "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 3x\r\n\r\nabc",
                "HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\nabc",
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\nabc",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: br\r\n\r\nabc",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nabc\r\n0\r\n\r\n"
            })
    void refusesWhatIsNotHttpOrTooLarge(String answer) {
        assertThatThrownBy(() -> read(answer)).isInstanceOf(TrackerException.class);
    }

    @Test
    void refusesTooLargeHeadsAndBodies() {
        assertThatThrownBy(() -> read("HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(20_000)))
                .hasMessageContaining("head");
        assertThatThrownBy(() -> read("HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(LIMIT + 1)))
                .hasMessageContaining("too large");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\nContent-Le",
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab"
            })
    void failsWhenTheConnectionEndsTooEarly(String answer) {
        assertThatThrownBy(() -> read(answer)).isInstanceOf(IOException.class);
    }

    private static HttpReply read(String answer) throws IOException, TrackerException {
        return new HttpReplyReader(new ByteArrayInputStream(answer.getBytes(StandardCharsets.ISO_8859_1)), LIMIT)
                .read();
    }
}
