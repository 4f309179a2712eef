package io.bittern.torrent;

import io.bittern.choke.ChokePolicy;
import io.bittern.metainfo.PieceSizes;
import io.bittern.peer.Standing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongFunction;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;

/** Runs simulated swarms with the seeds from one number up to another, and prints what came of each. */
final class SimMain {

    private static final int QUOTA = 20;

    private SimMain() {}

    /** Takes the first seed, the one after the last, and perhaps {@code random} or {@code super}. */
    public static void main(String[] args) {
        String way = args.length > 2 ? args[2] : "";
        swarms(Long.parseLong(args[0]), Long.parseLong(args[1]), seed -> play(seed, way))
                .forEach(System.out::println);
    }

    private static SimResult play(long seed, String way) {
        return way.equals("super")
                ? SimSwarm.superSeeded(seed, SimMain::real)
                : SimSwarm.run(seed, way.equals("random") ? SimMain::random : SimMain::real);
    }

    /** What comes of the swarms with these seeds, in their order; they are played side by side. */
    static List<SimResult> swarms(long from, long to, LongFunction<SimResult> play) {
        return LongStream.range(from, to).parallel().mapToObj(play).toList();
    }

    /** The choke policy, with its default settings. */
    static SimSwarm.Choker real(PieceSizes sizes, RandomGenerator random) {
        var settings = new ChokePolicy.Settings(0, false, (long) QUOTA * sizes.pieceLength());
        ChokePolicy policy = new ChokePolicy(settings, random);
        return (standings, turn, now) ->
                policy.choose(standings, turn, false, now).unchoked();
    }

    /** As many slots, but for anybody. */
    static SimSwarm.Choker random(PieceSizes sizes, RandomGenerator random) {
        return (standings, turn, now) -> {
            Set<Integer> chosen = new TreeSet<>();
            List<Integer> others = new ArrayList<>();
            for (Standing standing : standings) {
                if (standing.unchoked() && !turn.regular()) {
                    chosen.add(standing.peer());
                } else if (standing.interested()) {
                    others.add(standing.peer());
                }
            }
            for (int i = others.size() - 1; i > 0; i--) {
                Collections.swap(others, i, random.nextInt(i + 1));
            }
            double rate = standings.stream().mapToDouble(Standing::uploadRate).sum();
            int places = ChokePolicy.slots(rate) + 1 - chosen.size();
            others.stream().limit(Math.max(0, places)).forEach(chosen::add);
            return chosen;
        };
    }
}
