package io.bittern.net;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Ranges of addresses, of IPv4 and IPv6, that are ruled out; of compact and immutable form, for many threads. */
public final class IpFilter {

    /* An IPv4 range is one number: the first address above, with its sign turned so that the order of numbers is that of
     * addresses, the last below. IPv6 ranges are four numbers each. Both are sorted, and no two ranges touch. */

    /** A filter that rules nothing out. */
    public static final IpFilter NONE = new IpFilter(new long[0], new long[0]);

    private static final long LOW = 0xffff_ffffL;
    private static final int WIDTH = 4;

    private final long[] ranges4;
    private final long[] ranges6;

    private IpFilter(long[] ranges4, long[] ranges6) {
        this.ranges4 = ranges4;
        this.ranges6 = ranges6;
    }

    /** Whether an address is in one of the ranges. */
    public boolean blocks(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4
                ? blocks4(number(bytes, 0, 4))
                : blocks6(number(bytes, 0, Long.BYTES), number(bytes, Long.BYTES, Long.BYTES));
    }

    /** How many ranges there are after those that touch are joined. */
    public int ranges() {
        return ranges4.length + ranges6.length / WIDTH;
    }

    private boolean blocks4(long address) {
        int found = Arrays.binarySearch(ranges4, pack(address, LOW));
        int at = found >= 0 ? found : -found - 2;
        return at >= 0 && (ranges4[at] & LOW) >= address;
    }

    private boolean blocks6(long high, long low) {
        int from = 0;
        int to = ranges6.length / WIDTH;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (compare(ranges6[WIDTH * middle], ranges6[WIDTH * middle + 1], high, low) <= 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        int at = WIDTH * (from - 1);
        return at >= 0 && compare(high, low, ranges6[at + 2], ranges6[at + 3]) <= 0;
    }

    private static long pack(long first, long last) {
        return ((first ^ 0x8000_0000L) << 32) | last;
    }

    private static int compare(long high, long low, long otherHigh, long otherLow) {
        int order = Long.compareUnsigned(high, otherHigh);
        return order != 0 ? order : Long.compareUnsigned(low, otherLow);
    }

    private static long number(byte[] bytes, int from, int length) {
        long number = 0;
        for (int i = from; i < from + length; i++) {
            number = (number << Byte.SIZE) | (bytes[i] & 0xff);
        }
        return number;
    }

    /** Takes ranges in any order, which may overlap. */
    public static final class Builder {

        private record Range6(long high, long low, long lastHigh, long lastLow) {

            boolean touches(Range6 next) {
                boolean wraps = lastLow == -1 && lastHigh == -1;
                long afterHigh = lastLow == -1 ? lastHigh + 1 : lastHigh;
                return wraps || compare(next.high, next.low, afterHigh, lastLow + 1) <= 0;
            }

            Range6 with(Range6 next) {
                return compare(lastHigh, lastLow, next.lastHigh, next.lastLow) >= 0
                        ? this
                        : new Range6(high, low, next.lastHigh, next.lastLow);
            }
        }

        private long[] ranges4 = new long[64];
        private int count4;
        private final List<Range6> ranges6 = new ArrayList<>();

        /**
         * Adds a range.
         *
         * @param first its first address, 4 bytes or 16
         * @param last its last address, of the same length
         * @return whether it is a range: false if it ends before it begins
         */
        public boolean add(byte[] first, byte[] last) {
            if (first.length != last.length || Arrays.compareUnsigned(first, last) > 0) {
                return false;
            }
            if (first.length == 4) {
                add4(number(first, 0, 4), number(last, 0, 4));
            } else {
                ranges6.add(new Range6(
                        number(first, 0, Long.BYTES),
                        number(first, Long.BYTES, Long.BYTES),
                        number(last, 0, Long.BYTES),
                        number(last, Long.BYTES, Long.BYTES)));
            }
            return true;
        }

        private void add4(long first, long last) {
            if (count4 == ranges4.length) {
                ranges4 = Arrays.copyOf(ranges4, 2 * count4);
            }
            ranges4[count4++] = pack(first, last);
        }

        /** How many ranges have been added. */
        public int size() {
            return count4 + ranges6.size();
        }

        public IpFilter build() {
            return size() == 0 ? NONE : new IpFilter(build4(), build6());
        }

        private long[] build4() {
            Arrays.sort(ranges4, 0, count4);
            long[] joined = new long[count4];
            int count = 0;
            for (int i = 0; i < count4; i++) {
                long range = ranges4[i];
                if (count > 0 && first(range) <= (joined[count - 1] & LOW) + 1) {
                    long last = Math.max(joined[count - 1] & LOW, range & LOW);
                    joined[count - 1] = (joined[count - 1] & ~LOW) | last;
                } else {
                    joined[count++] = range;
                }
            }
            return Arrays.copyOf(joined, count);
        }

        private static long first(long range) {
            return (range >>> 32) ^ 0x8000_0000L;
        }

        private long[] build6() {
            ranges6.sort((one, other) -> compare(one.high, one.low, other.high, other.low));
            List<Range6> joined = new ArrayList<>();
            for (Range6 range : ranges6) {
                int last = joined.size() - 1;
                if (last >= 0 && joined.get(last).touches(range)) {
                    joined.set(last, joined.get(last).with(range));
                } else {
                    joined.add(range);
                }
            }
            return joined.stream()
                    .flatMapToLong(
                            range -> Arrays.stream(new long[] {range.high, range.low, range.lastHigh, range.lastLow}))
                    .toArray();
        }
    }
}
