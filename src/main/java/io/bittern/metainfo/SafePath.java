package io.bittern.metainfo;

import io.bittern.bencode.BString;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Turns what a torrent calls a file or folder into a name that stays where it is put, on every usual file system.
 *
 * <p>The rules, in order; the same bytes always give the same name:
 * <ol>
 *   <li>malformed UTF-8 becomes {@code _}; so do both kinds of slash, and control characters;
 *   <li>characters that turn the direction of writing are left out;
 *   <li>nothing, {@code .} and {@code ..} are no name: such an element of a path is left out;
 *   <li>spaces and dots at the end are cut off, and what is left empty becomes {@code _};
 *   <li>the names of devices in Windows, with whatever extension, get a {@code _} in front;
 *   <li>what is longer than 255 bytes is cut, but keeps its extension.
 * </ol>
 * Characters such as {@code :} and {@code ?} stay, since other clients keep them where the file system allows them.
 */
final class SafePath {

    /** Bytes that the usual file systems allow in a name. */
    static final int NAME_BYTES = 255;

    private static final String FALLBACK = "_";
    private static final int EXTENSION_BYTES = 32;
    private static final Pattern DEVICE = Pattern.compile(
            "(con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3]|conin\\$|conout\\$|clock\\$) *([.:].*)?",
            Pattern.CASE_INSENSITIVE);

    private SafePath() {}

    /** A name for an element of a path; nothing if the element goes nowhere. */
    static Optional<String> element(BString raw) {
        String decoded = raw.utf8();
        if (decoded.isEmpty() || decoded.equals(".") || decoded.equals("..")) {
            return Optional.empty();
        }
        String ended = withoutEnd(replaced(decoded));
        String named = ended.isEmpty() ? FALLBACK : ended;
        return Optional.of(fitted(DEVICE.matcher(named).matches() ? "_" + named : named, ""));
    }

    /** A name for a whole torrent, whatever it is called. */
    static String name(BString raw) {
        return element(raw).orElse(FALLBACK);
    }

    /** The name with a number before its extension, for when the name itself is taken. */
    static String numbered(String name, int number) {
        return fitted(name, "." + number);
    }

    /** The same for all names that some file system takes for one: by case, by composition (NFC), by what is invisible. */
    static String folded(String name) {
        if (isAscii(name)) {
            return name.toLowerCase(Locale.ROOT);
        }
        // To lower case first, since the capital sharp s has only that, and upper case makes two letters of it.
        String upper = Normalizer.normalize(visible(name), Normalizer.Form.NFD)
                .toLowerCase(Locale.ROOT)
                .toUpperCase(Locale.ROOT);
        return Normalizer.normalize(upper.toLowerCase(Locale.ROOT).replace('\u03c2', '\u03c3'), Normalizer.Form.NFC);
    }

    private static String replaced(String text) {
        StringBuilder name = new StringBuilder(text.length());
        text.codePoints().forEach(character -> {
            if (character == '/' || character == '\\' || character == 0xfffd || Character.isISOControl(character)) {
                name.append('_');
            } else if (!Text.isHostile(character)) {
                name.appendCodePoint(character);
            }
        });
        return name.toString();
    }

    private static String withoutEnd(String name) {
        int end = name.length();
        while (end > 0 && (name.charAt(end - 1) == '.' || name.charAt(end - 1) == ' ')) {
            end--;
        }
        return name.substring(0, end);
    }

    /** The name with {@code mark} before its extension, the part before both cut so that all of it fits. */
    private static String fitted(String name, String mark) {
        int dot = name.lastIndexOf('.');
        boolean extended = dot > 0 && bytes(name.substring(dot)) <= EXTENSION_BYTES;
        String end = mark + (extended ? name.substring(dot) : "");
        String stem = extended ? name.substring(0, dot) : name;
        String cut = cut(stem, NAME_BYTES - bytes(end));
        return (end.isEmpty() ? withoutEnd(cut) : cut) + end;
    }

    private static String cut(String text, int maxBytes) {
        int left = maxBytes;
        for (int i = 0; i < text.length(); ) {
            int character = text.codePointAt(i);
            left -= character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
            if (left < 0) {
                return text.substring(0, i);
            }
            i += Character.charCount(character);
        }
        return text;
    }

    private static String visible(String name) {
        StringBuilder visible = new StringBuilder(name.length());
        name.codePoints()
                .filter(character -> Character.getType(character) != Character.FORMAT)
                .forEach(visible::appendCodePoint);
        return visible.toString();
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(character -> character < 0x80);
    }

    /** Bytes of a text in UTF-8. */
    static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
