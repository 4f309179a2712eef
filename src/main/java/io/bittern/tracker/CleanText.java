package io.bittern.tracker;

import java.nio.charset.StandardCharsets;

/** Text of a tracker made fit for a terminal, a log or a page: printable, on one line, short. */
final class CleanText {

    /** Characters that are kept at most. */
    static final int LONGEST = 200;

    private static final int LONGEST_BYTES = 4 * LONGEST + 4;

    private CleanText() {}

    /** Bytes of the network as text. */
    static String of(byte[] bytes) {
        return of(new String(bytes, 0, Math.min(bytes.length, LONGEST_BYTES), StandardCharsets.UTF_8));
    }

    /** Text without control, format and other unprintable characters; runs of blanks are one blank. */
    static String of(String text) {
        StringBuilder clean = new StringBuilder();
        text.codePoints()
                .map(CleanText::printable)
                .filter(c -> c != 0)
                .limit(2 * LONGEST)
                .forEach(c -> append(clean, c));
        String line = clean.toString().strip();
        int length = line.codePointCount(0, line.length());
        return length <= LONGEST ? line : line.substring(0, line.offsetByCodePoints(0, LONGEST - 1)) + "…";
    }

    private static void append(StringBuilder clean, int codePoint) {
        boolean blankAgain = codePoint == ' ' && (clean.isEmpty() || clean.charAt(clean.length() - 1) == ' ');
        if (!blankAgain) {
            clean.appendCodePoint(codePoint);
        }
    }

    /** The character itself, a blank for what separates, or 0 for what has no place in a line. */
    private static int printable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> ' ';
            case Character.CONTROL -> Character.isWhitespace(codePoint) ? ' ' : 0;
            case Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED -> 0;
            default -> codePoint;
        };
    }
}
