package io.bittern.cli;

import io.bittern.metainfo.FileLayout.TorrentFile;
import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.MagnetLink;
import io.bittern.metainfo.Metainfo;
import io.bittern.metainfo.Text;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a torrent or a magnet link says.
 *
 * @param tiers the announce URLs
 * @param lines all of it for people
 * @param fields all of it for programs
 */
record Facts(InfoHash infoHash, List<List<String>> tiers, List<String> lines, Map<String, @Nullable Object> fields) {

    private static final int LONGEST = 8000;

    static Facts of(Metainfo torrent) {
        return new Facts(torrent.infoHash(), torrent.announceTiers(), lines(torrent), fields(torrent));
    }

    static Facts of(MagnetLink link) {
        List<String> lines = new ArrayList<>();
        link.name().ifPresent(name -> lines.add(line("name", name)));
        lines.add(line("info hash", link.infoHash().toString()));
        addTrackers(lines, link.tiers());
        addUrls(lines, "web seeds", link.webSeeds());
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("name", link.name().orElse(null));
        fields.put("hash", link.infoHash().toString());
        fields.put("trackers", link.tiers());
        fields.put("web_seeds", link.webSeeds());
        return new Facts(link.infoHash(), link.tiers(), lines, fields);
    }

    /** The same and what trackers say of the swarm. */
    Facts with(Scrape swarm) {
        List<String> moreLines = new ArrayList<>(lines);
        moreLines.addAll(swarm.lines());
        Map<String, @Nullable Object> moreFields = new LinkedHashMap<>(fields);
        moreFields.put("scrape", swarm.fields());
        return new Facts(infoHash, tiers, moreLines, moreFields);
    }

    /** A line of a label and what belongs to it. */
    static String line(String label, String value) {
        return label + " ".repeat(12 - label.length()) + Text.clean(value, LONGEST);
    }

    private static List<TorrentFile> files(Metainfo torrent) {
        return torrent.layout().files().stream().filter(file -> !file.pad()).toList();
    }

    private static List<String> lines(Metainfo torrent) {
        List<String> lines = new ArrayList<>();
        lines.add(line("name", torrent.name()));
        lines.add(line("info hash", torrent.infoHash().toString()));
        lines.add(line("size", Units.size(length(torrent)) + " (" + length(torrent) + " bytes)"));
        lines.add(line(
                "pieces",
                torrent.sizes().count() + " of " + Units.size(torrent.sizes().pieceLength())));
        lines.add(line("private", torrent.isPrivate() ? "yes" : "no"));
        torrent.creationDate().ifPresent(date -> lines.add(line("created", date.toString())));
        torrent.createdBy().ifPresent(program -> lines.add(line("created by", Text.clean(program))));
        torrent.comment().ifPresent(comment -> lines.add(line("comment", Text.clean(comment, 1000))));
        addTrackers(lines, torrent.announceTiers());
        addUrls(lines, "web seeds", torrent.webSeeds());
        addUrls(lines, "http seeds", torrent.httpSeeds());
        addUrls(lines, "dht nodes", torrent.nodes());
        lines.add("files");
        files(torrent).forEach(file -> lines.add(line(file)));
        return lines;
    }

    private static void addTrackers(List<String> lines, List<List<String>> tiers) {
        int tier = 0;
        for (List<String> urls : tiers) {
            tier++;
            lines.add(line(tier == 1 ? "trackers" : "", "tier " + tier + ": " + String.join(" ", urls)));
        }
    }

    private static void addUrls(List<String> lines, String label, List<String> urls) {
        urls.forEach(url -> lines.add(line(url.equals(urls.get(0)) ? label : "", url)));
    }

    private static String line(TorrentFile file) {
        String number = String.valueOf(file.index() + 1);
        String size = Units.size(file.length());
        return " ".repeat(Math.max(0, 6 - number.length())) + number + " ".repeat(Math.max(1, 12 - size.length()))
                + size + "  " + Text.clean(file.pathText(), LONGEST);
    }

    private static long length(Metainfo torrent) {
        return files(torrent).stream().mapToLong(TorrentFile::length).sum();
    }

    private static Map<String, @Nullable Object> fields(Metainfo torrent) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("name", torrent.name());
        fields.put("hash", torrent.infoHash().toString());
        fields.put("total", length(torrent));
        fields.put("piece_length", torrent.sizes().pieceLength());
        fields.put("pieces", torrent.sizes().count());
        fields.put("private", torrent.isPrivate());
        fields.put(
                "created", torrent.creationDate().map(Instant::getEpochSecond).orElse(null));
        fields.put("created_by", torrent.createdBy().orElse(null));
        fields.put("comment", torrent.comment().orElse(null));
        fields.put("trackers", torrent.announceTiers());
        fields.put("web_seeds", torrent.webSeeds());
        fields.put("http_seeds", torrent.httpSeeds());
        fields.put("dht_nodes", torrent.nodes());
        fields.put("files", files(torrent).stream().map(Facts::fields).toList());
        return fields;
    }

    private static Map<String, Object> fields(TorrentFile file) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("number", file.index() + 1);
        fields.put("path", file.pathText());
        fields.put("length", file.length());
        return fields;
    }
}
