package io.bittern.torrent;

import org.junit.jupiter.api.Test;

/** {@link FairnessTest} with the seeds that the rules were tuned with. */
class FairnessIT {

    @Test
    void uploadersFareBetter() {
        FairnessTest.assertFair(FairnessTest.swarms(0, 20, SimMain::real));
    }
}
