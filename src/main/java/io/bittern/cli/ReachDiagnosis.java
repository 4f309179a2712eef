package io.bittern.cli;

import io.bittern.cli.Diagnosis.Verdict;

/** Whether others can connect to us, as far as that can be known from here: only they can try. */
final class ReachDiagnosis {

    private static final String WHO_CAN_TELL = "; whether peers can connect by TCP is for somebody outside to try";

    private ReachDiagnosis() {}

    /** What is known of a port that could be had. */
    static Verdict of(int port, boolean asWanted, Findings.Dht dht) {
        if (asWanted && dht.strangers() > 0) {
            return Verdict.ok(
                    "reach",
                    Diagnosis.count((int) Math.min(dht.strangers(), Integer.MAX_VALUE), "node")
                            + " of the DHT came to port " + port
                            + " unasked, so that UDP from outside arrives" + WHO_CAN_TELL);
        }
        if (dht.ours()) {
            return Verdict.ok(
                    "reach",
                    "others see an address of this machine, so that no router but at most a firewall is in the way"
                            + WHO_CAN_TELL);
        }
        String router = dht.address().isPresent()
                ? "others see us at an address that is not of this machine, so that a router must lead port " + port
                        + " here"
                : "a router, if there is one, must lead port " + port + " here";
        return Verdict.ok("reach", router + "; if it does not, peers wait until we connect to them");
    }
}
