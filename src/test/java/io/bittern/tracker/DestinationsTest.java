package io.bittern.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.net.Destinations;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DestinationsTest {

    @ParameterizedTest
    @CsvSource({
        // address, path, sent there by a host of the internet, allowed
        "93.184.216.34, /any.php, false, true",
        "93.184.216.34, /any.php, true, true",
        "127.0.0.1, /announce, false, true",
        "127.0.0.1, /announce.php, false, true",
        "127.0.0.1, /announce/key, false, true",
        "127.0.0.1, /scrape, false, true",
        "127.0.0.1, /scrape.php, false, true",
        "127.0.0.1, /announcements, false, false",
        "127.0.0.1, /admin, false, false",
        "127.0.0.1, /x/../announce, false, false",
        "::1, /admin, false, false",
        "::ffff:127.0.0.1, /admin, false, false",
        "169.254.169.254, /latest/meta-data, false, false",
        "192.168.1.1, /tracker/announce, false, true",
        "127.0.0.1, /announce, true, false",
        "192.168.1.1, /announce, true, false",
        "fd00::1, /announce, true, false",
        "0.0.0.0, /announce, false, false",
        "224.0.0.1, /announce, false, false"
    })
    void guardsWhatIsLocal(String address, String path, boolean fromGlobal, boolean allowed) throws Exception {
        TrackerUrl url = TrackerUrl.parse("http://a.test" + path);

        assertThat(Destinations.objection(url, LiteralAddress.of(address).orElseThrow(), fromGlobal)
                        .isEmpty())
                .isEqualTo(allowed);
    }
}
