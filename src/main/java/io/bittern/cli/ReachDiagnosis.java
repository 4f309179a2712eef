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
        return Verdict.ok(
                "reach", "nobody came to port " + port + " unasked meanwhile, which proves nothing" + WHO_CAN_TELL);
    }
}
