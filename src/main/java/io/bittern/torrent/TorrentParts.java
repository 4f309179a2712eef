package io.bittern.torrent;

import io.bittern.choke.ChokerActor;
import io.bittern.metainfo.Metainfo;
import io.bittern.metainfo.PeerId;
import io.bittern.net.ExternalAddress;
import io.bittern.net.IpFilter;
import io.bittern.net.Pace;
import io.bittern.peer.PeerActor;
import io.bittern.piece.Priorities;
import io.bittern.store.PieceStoreActor;
import io.bittern.tracker.AnnounceTo;
import io.bittern.tracker.TrackerActor;
import io.bittern.webseed.WebPlan;
import io.bittern.webseed.WebSeedActor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.BitSet;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;

/** All that a {@link TorrentActor} is made of. */
public record TorrentParts(Setup setup, Settings settings, Children children) {

    /**
     * What a torrent is.
     *
     * @param choice what is wanted of it
     * @param way how its pieces move
     */
    public record Setup(Metainfo metainfo, Choice choice, Identity us, Way way) {

        /** One that wants these pieces and moves them as is best for the swarm. */
        public Setup(Metainfo metainfo, BitSet wanted, PeerId self, int port, int key) {
            this(metainfo, choice(metainfo, wanted), new Identity(self, () -> port, key), Way.USUAL);
        }

        private static Choice choice(Metainfo metainfo, BitSet wanted) {
            return new Choice(
                    metainfo.layout().all(),
                    Priorities.only(wanted, metainfo.sizes().count()));
        }
    }

    /**
     * How the pieces of a torrent move.
     *
     * @param inOrder whether they are fetched in the order of the payload
     * @param superSeed whether peers are shown them one by one while nobody else has everything (BEP 16)
     */
    public record Way(boolean inOrder, boolean superSeed) {

        /** The rarest first, and what we have is no secret. */
        public static final Way USUAL = new Way(false, false);
    }

    /**
     * Durations and bounds.
     *
     * @param reportEvery between two reports while something moves
     * @param retryAfter before a failed torrent is tried again
     * @param announces the announces per second of all torrents that have nothing to fetch
     * @param partingTime how long trackers are waited for at a stop
     * @param announceTo how many of the trackers are told
     * @param external our addresses as others see them, of the whole client
     * @param disk the threads of the store
     * @param filter the addresses of peers that the user has ruled out
     */
    public record Settings(
            Limits limits,
            Duration reportEvery,
            Duration retryAfter,
            Pace announces,
            Duration partingTime,
            AnnounceTo announceTo,
            ExternalAddress external,
            DispatcherSelector disk,
            LongSupplier nanoTime,
            RandomGenerator random,
            IpFilter filter) {}

    /**
     * Bounds of a swarm, and who comes first in it.
     *
     * @param known most addresses that are remembered
     * @param connections most connections of the torrent, in and out, half-open ones among them
     * @param halfOpen most dials of the torrent at the same time
     * @param perAddress most connections to one address, but for loopback
     * @param dials the dials of all torrents of the client
     * @param priority of a peer by BEP 40: of those whom sources of the same rank name, the greatest goes first
     */
    public record Limits(
            int known,
            int connections,
            int halfOpen,
            int perAddress,
            Dials dials,
            ToLongFunction<InetSocketAddress> priority) {}

    /** How those are made who talk to trackers and peers; the client wires the real ones. */
    public interface Contacts {

        Behavior<TrackerActor.Command> tracker(int tracker, String url, ActorRef<TrackerActor.Event> torrent);

        Behavior<PeerActor.Command> dial(
                int peer,
                InetSocketAddress remote,
                ActorRef<PieceStoreActor.Command> store,
                ActorRef<PeerActor.Event> torrent);

        Behavior<PeerActor.Command> accept(
                int peer,
                TorrentActor.Accept incoming,
                ActorRef<PieceStoreActor.Command> store,
                ActorRef<PeerActor.Event> torrent);
    }

    /** How a torrent makes its children. */
    public interface Children extends Contacts {

        /** A store for the wanted files, by index, which are all that it may create. */
        Behavior<PieceStoreActor.Command> store(BitSet files, ActorRef<PieceStoreActor.Event> torrent);

        Behavior<ChokerActor.Command> choker();

        Behavior<WebSeedActor.Command> webSeed(
                int seed, WebPlan plan, ActorRef<PieceStoreActor.Command> store, ActorRef<WebSeedActor.Event> torrent);
    }
}
