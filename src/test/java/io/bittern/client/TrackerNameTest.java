package io.bittern.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TrackerNameTest {

    @Test
    void showsWhatIsNoSecret() {
        assertThat(TrackerName.of("http://tracker.test:6969/announce")).isEqualTo("http://tracker.test:6969/announce");
        assertThat(TrackerName.of("udp://[::1]:80")).isEqualTo("udp://[::1]:80");
        assertThat(TrackerName.of("https://a.test/announce.php")).isEqualTo("https://a.test/announce.php");
    }

    @Test
    void hidesKeysInPathQueryAndUser() {
        assertThat(TrackerName.of("https://a.test/0123456789abcdef0123456789abcdef/announce"))
                .isEqualTo("https://a.test/.../announce");
        assertThat(TrackerName.of("https://a.test/announce?passkey=secret")).isEqualTo("https://a.test/announce?...");
        assertThat(TrackerName.of("https://me:secret@a.test/announce")).isEqualTo("https://a.test/announce");
    }

    @Test
    void showsNothingOfWhatIsNoUrl() {
        assertThat(TrackerName.of("http://a test/secret")).isEqualTo("...");
    }
}
