package io.bittern.cli;

import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.MagnetLink;
import io.bittern.metainfo.Metainfo;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The torrent that an argument means, whether it is a file, a URL, a magnet link or a bare info hash.
 *
 * @param metainfo what is known of its content
 */
record Subject(
        InfoHash hash,
        String name,
        List<List<String>> tiers,
        List<String> webSeeds,
        boolean isPrivate,
        Optional<Metainfo> metainfo) {

    private static final Pattern HASH = Pattern.compile("[0-9a-fA-F]{40}");

    static Subject of(String argument, Shell shell) throws CliException, InterruptedException {
        if (HASH.matcher(argument).matches()) {
            InfoHash hash = InfoHash.fromHex(argument);
            return new Subject(hash, hash.toString(), List.of(), List.of(), false, Optional.empty());
        }
        return MagnetLink.isMagnet(argument)
                ? of(Metadata.parse(argument))
                : of(new TorrentSource(shell).load(argument));
    }

    private static Subject of(MagnetLink link) {
        String name = link.name().orElse(link.infoHash().toString());
        return new Subject(link.infoHash(), name, link.tiers(), link.webSeeds(), false, Optional.empty());
    }

    private static Subject of(Metainfo torrent) {
        return new Subject(
                torrent.infoHash(),
                torrent.name(),
                torrent.announceTiers(),
                torrent.webSeeds(),
                torrent.isPrivate(),
                Optional.of(torrent));
    }
}
