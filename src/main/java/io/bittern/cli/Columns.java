package io.bittern.cli;

/** How many columns of a terminal a text takes: marks that combine take none, wide characters of East Asia and emoji two. */
final class Columns {

    /** First and last code point of ranges that are two columns wide (Unicode's East Asian Width, roughly). */
    private static final int[] WIDE = {
        0x1100, 0x115F, 0x231A, 0x231B, 0x2329, 0x232A, 0x23E9, 0x23EC, 0x2E80, 0x303E, 0x3041, 0x33FF, 0x3400, 0x4DBF,
        0x4E00, 0x9FFF, 0xA000, 0xA4CF, 0xA960, 0xA97F, 0xAC00, 0xD7A3, 0xF900, 0xFAFF, 0xFE30, 0xFE6F, 0xFF00, 0xFF60,
        0xFFE0, 0xFFE6, 0x16FE0, 0x18AFF, 0x1B000, 0x1B2FF, 0x1F004, 0x1F004, 0x1F0CF, 0x1F0CF, 0x1F18E, 0x1F18E,
        0x1F191, 0x1F19A, 0x1F200, 0x1F320, 0x1F32D, 0x1F64F, 0x1F680, 0x1F6FF, 0x1F7E0, 0x1F7EB, 0x1F900, 0x1F9FF,
        0x1FA70, 0x1FAFF, 0x20000, 0x3FFFD
    };

    private Columns() {}

    /** Columns that a text takes. */
    static int of(String text) {
        return text.codePoints().map(Columns::of).sum();
    }

    /** The beginning of a text that fits. */
    static String cut(String text, int columns) {
        int taken = 0;
        for (int i = 0; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            taken += of(codePoint);
            if (taken > columns) {
                return text.substring(0, i);
            }
            i += Character.charCount(codePoint);
        }
        return text;
    }

    /** A text that takes exactly so many columns: filled with spaces, or cut and marked as such. */
    static String fit(String text, int columns) {
        int taken = of(text);
        if (taken <= columns) {
            return text + " ".repeat(columns - taken);
        }
        String head = cut(text, Math.max(0, columns - 1));
        String marked = columns > 0 ? head + "~" : "";
        return marked + " ".repeat(columns - of(marked));
    }

    private static int of(int codePoint) {
        int type = Character.getType(codePoint);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT) {
            return 0;
        }
        for (int i = 0; i < WIDE.length && codePoint >= WIDE[i]; i += 2) {
            if (codePoint <= WIDE[i + 1]) {
                return 2;
            }
        }
        return 1;
    }
}
