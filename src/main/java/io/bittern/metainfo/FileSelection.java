package io.bittern.metainfo;

import io.bittern.metainfo.FileLayout.TorrentFile;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Which files of a torrent a user wants, written as numbers, ranges and globs with commas between: {@code 1,4-6,*.txt}.
 *
 * <p>Numbers count from 1 in the torrent's order; {@code 7-} goes to the last. In a glob {@code ?} and {@code *} stay
 * within a name, {@code **} does not, {@code [a-c]} and {@code [!a-c]} are one character. A glob without a slash fits
 * any file or folder below the torrent's own folder, one with a slash a whole path, with that folder or without; a
 * folder stands for all in it. A backslash takes its meaning from the next character.
 */
public final class FileSelection {

    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,9})(-(\\d{1,9})?)?");

    private FileSelection() {}

    /** A selection says nothing, or something that no file of the torrent fits; the message may be shown. */
    public static final class SelectionException extends Exception {

        private static final long serialVersionUID = 1L;

        SelectionException(String message) {
            super(message);
        }
    }

    /** The indexes, from 0, of the files that an expression selects. */
    public static BitSet parse(String expression, FileLayout layout) throws SelectionException {
        BitSet selected = new BitSet(layout.files().size());
        for (String item : items(expression)) {
            Matcher numbers = NUMBERS.matcher(item);
            BitSet found = numbers.matches() ? numbered(item, numbers, layout) : named(item, layout);
            if (found.isEmpty()) {
                throw new SelectionException("no file matches \"" + Text.clean(item) + "\"");
            }
            selected.or(found);
        }
        if (selected.isEmpty()) {
            throw new SelectionException("the selection of files is empty");
        }
        return selected;
    }

    private static BitSet numbered(String item, Matcher numbers, FileLayout layout) throws SelectionException {
        int count = layout.files().size();
        int first = Integer.parseInt(numbers.group(1));
        int last = numbers.group(3) != null
                ? Integer.parseInt(numbers.group(3))
                : numbers.group(2) != null ? count : first;
        if (first < 1 || last > count || first > last) {
            throw new SelectionException("no files " + item + ": the torrent has files 1 to " + count);
        }
        BitSet found = layout.all();
        found.clear(0, first - 1);
        found.clear(last, count);
        return found;
    }

    private static BitSet named(String item, FileLayout layout) throws SelectionException {
        Predicate<String> glob = glob(item);
        boolean slash = item.indexOf('/') >= 0;
        BitSet found = layout.all();
        for (TorrentFile file : layout.files()) {
            if (found.get(file.index())
                    && candidates(file.path(), slash).stream().noneMatch(glob)) {
                found.clear(file.index());
            }
        }
        return found;
    }

    /** What a glob may fit of a path: with a slash every beginning, with and without the torrent's folder; else every element below it. */
    private static List<String> candidates(List<String> path, boolean slash) {
        List<String> below = path.size() == 1 ? path : path.subList(1, path.size());
        if (!slash) {
            return below;
        }
        List<String> candidates = new ArrayList<>(2 * path.size());
        for (int end = 1; end <= path.size(); end++) {
            candidates.add(String.join("/", path.subList(0, end)));
        }
        for (int end = 1; end <= below.size(); end++) {
            candidates.add(String.join("/", below.subList(0, end)));
        }
        return candidates;
    }

    /** The parts between commas without blank ones; a comma after a backslash is none of these, its backslash stays. */
    private static List<String> items(String expression) {
        List<String> items = new ArrayList<>();
        StringBuilder item = new StringBuilder();
        for (int i = 0; i < expression.length(); i++) {
            char character = expression.charAt(i);
            if (character == '\\' && i + 1 < expression.length()) {
                item.append(character).append(expression.charAt(++i));
            } else if (character == ',') {
                items.add(item.toString().strip());
                item.setLength(0);
            } else {
                item.append(character);
            }
        }
        items.add(item.toString().strip());
        items.removeIf(String::isEmpty);
        return items;
    }

    private static Predicate<String> glob(String item) throws SelectionException {
        try {
            return Pattern.compile(regex(item), Pattern.DOTALL).asMatchPredicate();
        } catch (PatternSyntaxException bad) {
            throw new SelectionException("not a pattern for files: \"" + Text.clean(item) + "\"");
        }
    }

    private static String regex(String glob) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < glob.length(); ) {
            int end = tokenEnd(glob, i);
            regex.append(regexOf(glob.substring(i, end)));
            i = end;
        }
        return regex.toString();
    }

    /** Where the part of a glob ends that begins at {@code start}: a wildcard, a class, or one character with its backslash. */
    private static int tokenEnd(String glob, int start) {
        if (glob.startsWith("**", start)) {
            return start + 2;
        }
        if (glob.charAt(start) == '\\') {
            return start + 1 == glob.length() ? start + 1 : glob.offsetByCodePoints(start, 2);
        }
        int from = glob.startsWith("[!", start) ? start + 3 : start + 2;
        int close = glob.charAt(start) == '[' ? glob.indexOf(']', from) : -1;
        return close < 0 ? glob.offsetByCodePoints(start, 1) : close + 1;
    }

    private static String regexOf(String token) {
        if (token.length() > 2 && token.charAt(0) == '[') {
            boolean not = token.charAt(1) == '!';
            String members = token.substring(not ? 2 : 1, token.length() - 1).replaceAll("[\\\\\\[\\]^&]", "\\\\$0");
            return (not ? "[^/" : "[") + members + "]";
        }
        return switch (token) {
            case "**" -> ".*";
            case "*" -> "[^/]*";
            case "?" -> "[^/]";
            default -> Pattern.quote(token.length() > 1 && token.charAt(0) == '\\' ? token.substring(1) : token);
        };
    }
}
