package io.bittern.client;

import io.bittern.metainfo.InfoHash;
import io.bittern.torrent.TorrentActor;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * A torrent whose peers are sought.
 *
 * @param actor who wants them
 * @param nodes of the DHT that the torrent names, {@code HOST:PORT}
 * @param seed whether we have all of it by now; any thread may ask
 */
record Sought(InfoHash torrent, ActorRef<TorrentActor.Command> actor, List<String> nodes, BooleanSupplier seed) {

    static Sought of(TorrentHandle handle, ActorRef<TorrentActor.Command> actor) {
        return new Sought(
                handle.metainfo().infoHash(),
                actor,
                handle.metainfo().nodes(),
                () -> handle.snapshot().seed());
    }

    /** One of which no more is known than a magnet link says. */
    static Sought of(InfoHash torrent, ActorRef<TorrentActor.Command> actor) {
        return new Sought(torrent, actor, List.of(), () -> false);
    }
}
