package io.bittern.client;

import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.MagnetLink;
import io.bittern.metainfo.Metainfo;
import io.bittern.metainfo.MetainfoException;
import io.bittern.torrent.TorrentActor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Metadata of magnet links: what is remembered in the state folder, and one fetch that is under way. */
final class Magnets {

    private static final Logger LOG = LoggerFactory.getLogger(Magnets.class);
    private static final int LARGEST = 40 << 20;

    private final Path folder;

    Magnets(Path stateDir) {
        folder = stateDir;
    }

    /** One fetch, told by the client's actor alone. */
    record Fetch(
            MagnetLink link,
            List<InetSocketAddress> peers,
            Consumer<? super Bittern.Learning> listener,
            CompletableFuture<Bittern.Learned> result) {

        void tell(Bittern.Learning learning) {
            try {
                listener.accept(learning);
            } catch (RuntimeException broken) {
                LOG.warn("a listener of {} failed", link.infoHash(), broken);
            }
        }

        void fail(Failure failure) {
            result.completeExceptionally(new ClientException(failure));
        }

        /** A private torrent begins with those peers only whom it would have found without the others (BEP 27). */
        void learned(TorrentActor.Learned news) {
            try {
                Metainfo torrent = Metainfo.ofInfo(news.info(), link.tiers(), link.webSeeds());
                result.complete(new Bittern.Learned(torrent, torrent.isPrivate() ? news.named() : news.peers()));
            } catch (MetainfoException unfit) {
                fail(new Failure(
                        Failure.Kind.METADATA,
                        "the metadata of " + link.infoHash() + " cannot be used: " + unfit.getMessage()));
            }
        }
    }

    /** The torrent of a link, if its metadata is remembered, with the link's trackers. */
    Optional<Metainfo> recall(MagnetLink link) {
        Path file = file(link.infoHash());
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > LARGEST) {
                return Optional.empty();
            }
            Metainfo torrent = Metainfo.ofInfo(Files.readAllBytes(file), link.tiers(), link.webSeeds());
            return Optional.of(torrent).filter(known -> known.infoHash().equals(link.infoHash()));
        } catch (IOException | MetainfoException unusable) {
            LOG.info("the metadata in {} cannot be used and is fetched again: {}", file, unusable.getMessage());
            return Optional.empty();
        }
    }

    /** Remembers the metadata; if that fails it is fetched again the next time. */
    void remember(Metainfo torrent) {
        Path file = file(torrent.infoHash());
        try {
            Aside.replace(file, torrent.infoBytes());
        } catch (IOException broken) {
            LOG.info("the metadata of {} cannot be kept in {}: {}", torrent.infoHash(), file, broken.getMessage());
        }
    }

    private Path file(InfoHash torrent) {
        return folder.resolve(torrent + ".metadata");
    }
}
