package io.bittern.metainfo;

/** Makes text of strangers fit to be shown: without what a terminal obeys, on one line, and not too long. */
public final class Text {

    /** Characters that a message may take of such a text unless it says otherwise. */
    public static final int LINE = 200;

    private Text() {}

    /** The text without control and direction characters, on one line of at most {@link #LINE} characters. */
    public static String clean(String text) {
        return clean(text, LINE);
    }

    /** The text without control and direction characters, on one line of at most {@code maxChars} characters. */
    public static String clean(String text, int maxChars) {
        StringBuilder clean = new StringBuilder(Math.min(text.length(), maxChars + 2));
        for (int i = 0; i < text.length() && clean.length() <= maxChars; ) {
            int character = text.codePointAt(i);
            i += Character.charCount(character);
            if (isBreak(character)) {
                space(clean);
            } else if (!isHostile(character)) {
                clean.appendCodePoint(character);
            }
        }
        return cut(clean.toString().strip(), maxChars);
    }

    /**
     * Whether a character does something rather than show something: controls (C0, DEL, C1), line and paragraph
     * separators, what turns the direction of writing, and halves of a surrogate pair.
     */
    static boolean isHostile(int character) {
        return Character.isISOControl(character)
                || character == 0x061c
                || character == 0x200e
                || character == 0x200f
                || (character >= 0x2028 && character <= 0x202e)
                || (character >= 0x2066 && character <= 0x206f)
                || (character >= 0xd800 && character <= 0xdfff);
    }

    /** The first characters of a text, with a mark if there were more; a surrogate pair is not torn. */
    private static String cut(String text, int maxChars) {
        if (text.length() <= maxChars) {
            return text;
        }
        int end = Math.max(0, maxChars - 1);
        if (end > 0 && Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        return maxChars < 1 ? "" : text.substring(0, end) + "\u2026";
    }

    private static boolean isBreak(int character) {
        return (character >= '\t' && character <= '\r')
                || character == 0x85
                || character == 0x2028
                || character == 0x2029;
    }

    private static void space(StringBuilder text) {
        if (!text.isEmpty() && text.charAt(text.length() - 1) != ' ') {
            text.append(' ');
        }
    }
}
