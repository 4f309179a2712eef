package io.bittern;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Property tests without a library: runs a check for many seeds and names the seed, and a shrunk input, of a failure.
 *
 * <p>{@code -Dforall.seed=N} runs one seed only.
 */
public final class Forall {

    /** A check that may throw anything. */
    @FunctionalInterface
    public interface Check<T> {
        void accept(T value) throws Exception;
    }

    private Forall() {}

    /** Runs a check with a seeded generator, for seeds 0 to {@code tries} - 1. */
    public static void seeds(int tries, Check<RandomGenerator> check) {
        Long only = Long.getLong("forall.seed");
        for (long seed = only == null ? 0 : only; seed < (only == null ? tries : only + 1); seed++) {
            try {
                check.accept(new Random(seed));
            } catch (Exception | AssertionError failure) {
                throw new AssertionError("seed " + seed + ": " + failure, failure);
            }
        }
    }

    /** Runs a check on generated lists; a failing list is shrunk by leaving parts out while it still fails. */
    public static <T> void lists(int tries, Function<RandomGenerator, List<T>> generator, Check<List<T>> check) {
        seeds(tries, random -> {
            List<T> input = generator.apply(random);
            Throwable failure = failure(check, input);
            if (failure == null) {
                return;
            }
            List<T> smallest = input;
            for (int size = input.size() / 2; size > 0; size /= 2) {
                for (int from = 0; from + size <= smallest.size(); ) {
                    List<T> shorter = new ArrayList<>(smallest);
                    shorter.subList(from, from + size).clear();
                    Throwable again = failure(check, shorter);
                    if (again == null) {
                        from += size;
                    } else {
                        smallest = shorter;
                        failure = again;
                    }
                }
            }
            throw new AssertionError("fails for " + smallest + ": " + failure, failure);
        });
    }

    private static <T> Throwable failure(Check<T> check, T value) {
        try {
            check.accept(value);
            return null;
        } catch (Exception | AssertionError failure) {
            return failure;
        }
    }
}
