package io.bittern.bencode;

/**
 * What a reader puts up with.
 *
 * @param size bytes of the input
 * @param depth lists and dictionaries within each other; the bound on it makes a stack overflow impossible
 * @param tokens values, keys and ends of lists and dictionaries, which bounds the memory that a small input can claim
 * @param sortedKeys whether the keys of a dictionary must be in order; they must be unique in any case
 */
public record Limits(int size, int depth, int tokens, boolean sortedKeys) {

    /** The deepest nesting that any limits may allow. */
    public static final int DEEPEST = 500;

    /** Strict, for anything that has no limits of its own. */
    public static final Limits STRICT = new Limits(32 << 20, 100, 2_000_000, true);

    /** For .torrent files. */
    public static final Limits FILE = new Limits(10_000_000, 100, 3_000_000, true);

    /** For the {@code info} dictionary that peers send (BEP 9). */
    public static final Limits METADATA = new Limits(30 << 20, 100, 2_500_000, true);

    /** For answers of trackers: many of them do not sort their keys, and none names more than some thousand peers. */
    public static final Limits TRACKER = new Limits(2 << 20, 16, 200_000, false);

    /** For extension messages of peers. */
    public static final Limits PEER = new Limits(64 << 10, 100, 20_000, false);

    public Limits {
        if (size < 0 || depth < 0 || depth > DEEPEST || tokens < 0) {
            throw new IllegalArgumentException("no limits of " + size + ", " + depth + ", " + tokens);
        }
    }

    /** The same limits with another size. */
    public Limits withSize(int other) {
        return new Limits(other, depth, tokens, sortedKeys);
    }

    /** The same limits with another depth. */
    public Limits withDepth(int other) {
        return new Limits(size, other, tokens, sortedKeys);
    }

    /** The same limits with another number of tokens. */
    public Limits withTokens(int other) {
        return new Limits(size, depth, other, sortedKeys);
    }

    /** The same limits without regard to the order of keys. */
    public Limits lenient() {
        return new Limits(size, depth, tokens, false);
    }
}
