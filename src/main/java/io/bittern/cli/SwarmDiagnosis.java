package io.bittern.cli;

import io.bittern.cli.Diagnosis.Verdict;
import io.bittern.tracker.SwarmSize;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;

/** Why a torrent has peers, or has none. */
final class SwarmDiagnosis {

    private final Findings.Torrent torrent;
    private final Findings.Dht dht;

    private SwarmDiagnosis(Findings.Torrent torrent, Findings.Dht dht) {
        this.torrent = torrent;
        this.dht = dht;
    }

    /** A verdict for each tracker, and one on the swarm. */
    static List<Verdict> of(Findings.Torrent torrent, Findings.Dht dht) {
        SwarmDiagnosis diagnosis = new SwarmDiagnosis(torrent, dht);
        List<Verdict> verdicts = new ArrayList<>();
        torrent.trackers().forEach(answer -> verdicts.add(tracker(answer)));
        verdicts.add(diagnosis.peers());
        return verdicts;
    }

    private static Verdict tracker(Scrape.Answer answer) {
        String text = answer.tracker() + ": " + answer.words();
        if (answer.size().isPresent()) {
            return Verdict.ok("tracker", text);
        }
        return answer.answered()
                ? Verdict.warning("tracker", text, "ask who published the torrent, or rely on other trackers")
                : Verdict.warning("tracker", text, "try again later, or rely on other trackers");
    }

    private Verdict peers() {
        boolean trackers = torrent.trackers().stream().anyMatch(Scrape.Answer::answered);
        boolean dhtHelps = !torrent.isPrivate() && dht.answered() > 0;
        if (!trackers && !dhtHelps) {
            return torrent.webSeeds() > 0 ? onlyTheWeb() : nobodyToAsk();
        }
        int seeders = most(SwarmSize::seeders);
        int leechers = most(SwarmSize::leechers);
        if (seeders + leechers + torrent.dhtPeers() == 0) {
            return torrent.webSeeds() > 0 ? onlyTheWeb() : nobodyShares();
        }
        String known = "trackers know of " + Diagnosis.count(seeders, "seeder") + " and "
                + Diagnosis.count(leechers, "leecher")
                + (dhtHelps ? ", the DHT of " + Diagnosis.count(torrent.dhtPeers(), "peer") : "");
        return seeders == 0 && torrent.dhtPeers() == 0
                ? Verdict.warning(
                        "peers",
                        known + ": nobody may have all of it",
                        "leave it running until a seeder comes, or ask who published it")
                : Verdict.ok("peers", known);
    }

    /** What the tracker says that knows most; each sees much the same peers. */
    private int most(Function<SwarmSize, OptionalInt> kind) {
        return torrent.trackers().stream()
                .flatMap(answer -> answer.size().stream())
                .mapToInt(size -> kind.apply(size).orElse(0))
                .max()
                .orElse(0);
    }

    private Verdict onlyTheWeb() {
        return Verdict.warning(
                "peers",
                "no peers are known, but " + Diagnosis.count(torrent.webSeeds(), "web server") + " may have the data",
                "download it all the same");
    }

    private Verdict nobodyShares() {
        return Verdict.problem(
                "peers",
                "who answers knows nobody that shares " + torrent.name(),
                "wait, or ask who published it to seed it again");
    }

    private Verdict nobodyToAsk() {
        String trackers = torrent.named() == 0
                ? "it names no tracker"
                : torrent.trackers().isEmpty() ? "its trackers could not be asked" : "none of its trackers answers";
        if (torrent.isPrivate()) {
            return Verdict.problem(
                    "peers",
                    "the torrent is private, so that only its trackers name peers, and " + trackers,
                    "look whether the site of the tracker is up and your account good");
        }
        return Verdict.problem(
                "peers",
                "nobody names peers: " + trackers + ", and the DHT " + (dht.on() ? "does not answer" : "is off"),
                dht.on()
                        ? "look at the lines above, or name a peer with --peer HOST:PORT"
                        : "switch the DHT on, or name a peer with --peer HOST:PORT");
    }
}
