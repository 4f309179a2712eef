package io.bittern.metainfo;

import io.bittern.bencode.BDictionary;
import io.bittern.bencode.BList;
import io.bittern.bencode.BString;
import io.bittern.bencode.Bencode;
import io.bittern.metainfo.FileLayout.TorrentFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files of an {@code info} dictionary (BEP 3, BEP 47) with safe paths, see {@link SafePath} and {@link UniquePaths}. */
final class FileList {

    /** Elements that the path of a file may have. */
    static final int MAX_DEPTH = 100;

    /** Bytes of a path below the download folder, which leaves some for that folder within what a system call takes. */
    static final int MAX_PATH_BYTES = 3072;

    /** Names that are remembered: the folders of most torrents, and a bound for the others. */
    private static final int REMEMBERED = 1 << 16;

    private final String root;
    private final Map<BString, Optional<String>> names = new HashMap<>();

    private FileList(String root) {
        this.root = root;
    }

    /** Something with a length and a path in a torrent, before paths are made unique. */
    private record Entry(List<String> path, long length, boolean pad) {}

    static List<TorrentFile> of(BDictionary info) throws MetainfoException {
        String name = SafePath.name(info.string("name.utf-8")
                .filter(better -> !better.isEmpty())
                .or(() -> info.string("name"))
                .orElseThrow(() -> new MetainfoException("it has no name")));
        boolean single = info.get("length").isPresent();
        if (single == info.get("files").isPresent()) {
            throw new MetainfoException(single ? "it has both a length and a list of files" : "it has no files");
        }
        return single
                ? List.of(new TorrentFile(0, List.of(name), 0, length(info, "the file"), false))
                : placed(new FileList(name).entries(info));
    }

    private List<Entry> entries(BDictionary info) throws MetainfoException {
        List<Bencode> files = info.list("files").map(BList::values).orElse(List.of());
        if (files.isEmpty()) {
            throw new MetainfoException("its list of files is empty");
        }
        List<Entry> entries = new ArrayList<>(files.size());
        for (Bencode file : files) {
            String place = "file " + (entries.size() + 1);
            BDictionary dictionary =
                    file.asDictionary().orElseThrow(() -> new MetainfoException(place + " is not a dictionary"));
            entries.add(entry(dictionary, place));
        }
        return entries;
    }

    /** A link takes no bytes of the payload, whatever its length says. */
    private Entry entry(BDictionary file, String place) throws MetainfoException {
        String attributes = file.text("attr").orElse("");
        boolean link = attributes.indexOf('l') >= 0;
        boolean pad = link || attributes.indexOf('p') >= 0;
        return new Entry(path(file, place), link ? 0 : length(file, place), pad);
    }

    /** The paths of all files of an {@code info} dictionary that {@link #of} has read, as they are written. */
    static List<List<byte[]>> rawPaths(BDictionary info) {
        List<BString> name =
                info.string("name.utf-8").filter(better -> !better.isEmpty()).or(() -> info.string("name")).stream()
                        .toList();
        List<List<byte[]>> paths = new ArrayList<>();
        if (info.get("length").isPresent()) {
            paths.add(bytes(name));
        }
        for (Bencode file : info.list("files").map(BList::values).orElse(List.of())) {
            List<BString> path = new ArrayList<>(name);
            file.asDictionary()
                    .flatMap(one -> elements(one, "path.utf-8").or(() -> elements(one, "path")))
                    .ifPresent(path::addAll);
            paths.add(bytes(path));
        }
        return paths;
    }

    private static List<byte[]> bytes(List<BString> path) {
        return path.stream().map(BString::bytes).toList();
    }

    private static long length(BDictionary file, String place) throws MetainfoException {
        long length = file.integer("length").orElseThrow(() -> new MetainfoException(place + " has no length"));
        if (length < 0) {
            throw new MetainfoException(place + " has a length of " + length);
        }
        return length;
    }

    private List<String> path(BDictionary file, String place) throws MetainfoException {
        List<BString> elements = elements(file, "path.utf-8")
                .or(() -> elements(file, "path"))
                .orElseThrow(() -> new MetainfoException(place + " has no path"));
        if (elements.size() > MAX_DEPTH) {
            throw new MetainfoException(place + " lies more than " + MAX_DEPTH + " folders deep");
        }
        List<String> path = new ArrayList<>(elements.size() + 1);
        path.add(root);
        elements.forEach(element -> name(element).ifPresent(path::add));
        if (path.size() == 1) {
            path.add("_");
        }
        int bytes =
                path.stream().mapToInt(element -> SafePath.bytes(element) + 1).sum();
        if (bytes > MAX_PATH_BYTES) {
            throw new MetainfoException(place + " has a path of " + bytes + " bytes, more than " + MAX_PATH_BYTES);
        }
        return List.copyOf(path);
    }

    /** The safe name of an element, the same object for the same bytes while there are not too many. */
    private Optional<String> name(BString element) {
        Optional<String> known = names.get(element);
        if (known != null) {
            return known;
        }
        Optional<String> name = SafePath.element(element);
        if (names.size() < REMEMBERED) {
            names.put(element, name);
        }
        return name;
    }

    /** The elements of a path, if there are any and all of them are strings. */
    private static Optional<List<BString>> elements(BDictionary file, String key) {
        return file.list(key)
                .filter(list -> list.size() > 0)
                .map(list -> list.strings().size() == list.size() ? list.strings() : List.<BString>of())
                .filter(strings -> !strings.isEmpty());
    }

    private static List<TorrentFile> placed(List<Entry> entries) throws MetainfoException {
        UniquePaths paths = new UniquePaths(
                entries.stream().filter(entry -> !entry.pad).map(Entry::path).toList());
        List<TorrentFile> files = new ArrayList<>(entries.size());
        long offset = 0;
        for (Entry entry : entries) {
            if (entry.length > Long.MAX_VALUE - offset) {
                throw new MetainfoException("the lengths of its files add up to more than 64 bits hold");
            }
            List<String> path = entry.pad ? entry.path : paths.take(entry.path);
            files.add(new TorrentFile(files.size(), path, offset, entry.length, entry.pad));
            offset += entry.length;
        }
        return files;
    }
}
