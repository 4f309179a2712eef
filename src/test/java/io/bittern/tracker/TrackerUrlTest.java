package io.bittern.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrackerUrlTest {

    @Test
    void takesAUrlApart() throws TrackerException {
        assertThat(TrackerUrl.parse(" HTTP://Tracker.Example:6969/abc/announce?passkey=1#top "))
                .isEqualTo(new TrackerUrl("http", "tracker.example", 6969, "/abc/announce", "passkey=1"));
    }

    @Test
    void readsLiteralsOfBothFamilies() throws TrackerException {
        assertThat(TrackerUrl.parse("udp://[2001:DB8::1]:80"))
                .isEqualTo(new TrackerUrl("udp", "2001:db8::1", 80, "/", ""));
        assertThat(TrackerUrl.parse("http://192.0.2.1/announce").authority()).isEqualTo("192.0.2.1");
    }

    @Test
    void takesUnderscoresInHostsAndEscapesWhatIsIllegal() throws TrackerException {
        TrackerUrl url = TrackerUrl.parse("http://my_tracker/an nounce?x={ü}|%20");

        assertThat(url.host()).isEqualTo("my_tracker");
        assertThat(url.pathAndQuery()).isEqualTo("/an%20nounce?x=%7B%C3%BC%7D%7C%20");
    }

    @Test
    void knowsTheUsualPorts() throws TrackerException {
        assertThat(TrackerUrl.parse("http://a.test/announce").port()).isEqualTo(80);
        assertThat(TrackerUrl.parse("https://a.test/announce").port()).isEqualTo(443);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "announce",
                "file:///etc/passwd",
                "ftp://a.test/announce",
                "wss://a.test/announce",
                "http:///announce",
                "http://user:secret@a.test/announce",
                "http://a.test:0/announce",
                "http://a.test:65536/announce",
                "http://a.test:-1/announce",
                "http://a.test:80:80/announce",
                "http://a b/announce",
                "http://[::1/announce",
                "http://a\r\nHost:b/announce",
                "udp://a.test/announce"
            })
    void refusesWhatIsNoTrackerUrl(String url) {
        assertThatThrownBy(() -> TrackerUrl.parse(url)).isInstanceOf(TrackerException.class);
    }

    @Test
    void refusesHostsWithLookAlikeLetters() {
        assertThatThrownBy(() -> TrackerUrl.parse("http://tr\u0430cker.example/announce"))
                .isInstanceOf(TrackerException.class)
                .hasMessageContaining("xn--");
    }

    @ParameterizedTest
    @CsvSource({
        "http://b.test/x?y, http://b.test/x?y",
        "//b.test/x, http://b.test/x",
        "/x?y, http://a.test:81/x?y",
        "x, http://a.test:81/dir/x"
    })
    void followsRedirectsThatAreAbsoluteOrRelative(String location, String target) throws TrackerException {
        assertThat(TrackerUrl.parse("http://a.test:81/dir/announce?q").redirectedTo(location))
                .isEqualTo(TrackerUrl.parse(target));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"file:///etc/passwd", "file:/etc/passwd", "ftp://a.test/", "udp://a.test:80", "javascript:1"})
    void followsRedirectsToHttpOnly(String location) throws TrackerException {
        TrackerUrl from = TrackerUrl.parse("http://a.test/announce");

        assertThatThrownBy(() -> from.redirectedTo(location)).isInstanceOf(TrackerException.class);
    }

    @Test
    void seesParametersThatOnlyWeMaySet() throws TrackerException {
        assertThat(TrackerUrl.parse("http://a.test/announce?passkey=abc").presetsOurParameters())
                .isFalse();
        assertThat(TrackerUrl.parse("http://a.test/announce?x=1&Info_Hash=2").presetsOurParameters())
                .isTrue();
    }

    @Test
    void keepsPasskeysOutOfMessages() throws TrackerException {
        assertThat(TrackerUrl.parse("https://a.test/secret/announce?key2=secret"))
                .hasToString("https://a.test");
    }
}
