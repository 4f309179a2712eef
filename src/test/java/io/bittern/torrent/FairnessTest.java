package io.bittern.torrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** That simulated swarms can be played again; {@link FairnessIT} plays as many as it takes to tell what comes of them. */
class FairnessTest {

    @Test
    void aSwarmFollowsFromItsSeed() {
        List<SimResult> results = SimMain.swarms(0, 3, which -> SimSwarm.superSeeded(42 + which % 2, SimMain::real));

        assertThat(results.get(0)).hasToString(results.get(2).toString());
        assertThat(results.get(0).digest()).isNotEqualTo(results.get(1).digest());
        assertThat(results)
                .extracting(SimResult::copies)
                .allSatisfy(copies -> assertThat(copies).isBetween(1.0, 1.5));
    }
}
