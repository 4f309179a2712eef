package io.bittern.client;

import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.MagnetLink;
import io.bittern.torrent.TorrentActor;
import io.bittern.torrent.TorrentParts;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/** The guardian: torrents, magnet links whose metadata is being fetched, and the end of the client when both have ended. */
final class ClientActor extends AbstractBehavior<ClientActor.Command> {

    /** What the client can be told. */
    sealed interface Command {}

    /** Starts a torrent whose data nobody else works on. */
    record Add(TorrentHandle handle) implements Command {}

    /** Fetches the metadata of a magnet link. */
    record Learn(Magnets.Fetch fetch) implements Command {}

    /** Stops a torrent; what it has to write may take so long. */
    record Remove(InfoHash torrent, Duration within) implements Command {}

    /** Tells a torrent what its user wants. */
    record Tell(InfoHash torrent, TorrentActor.Command command) implements Command {}

    /** Stops all torrents, and then the client. */
    record Shutdown(Duration within) implements Command {}

    /** An actor of a torrent or a magnet link has ended. */
    record Down(InfoHash torrent, ActorRef<TorrentActor.Command> actor) implements Command {}

    /** A torrent has been complete for so long. */
    record Seeded(InfoHash torrent, Duration time) implements Command {}

    private record FromTorrent(TorrentActor.Event event) implements Command {}

    private enum Left implements Command {
        INSTANCE
    }

    /** What torrents are made of, and the doors to them. */
    interface Wiring {

        TorrentParts parts(AddTorrent request, Throttle throttle);

        /** An actor that fetches the metadata of a magnet link. */
        Behavior<TorrentActor.Command> magnet(MagnetLink link, ActorRef<TorrentActor.Event> events);

        /** Whoever connects for this torrent, or is found to have it unless it is private, is for its actor. */
        void open(Sought torrent, boolean isPrivate);

        /** Nobody wants peers of this torrent any more. */
        void close(InfoHash torrent);

        /** Takes back what was asked of others on this network, and says when that is done. */
        CompletionStage<Void> leave();
    }

    private final Wiring wiring;
    private final Torrents torrents;
    private final Fetches fetches;
    private boolean stopping;
    private boolean left;

    /** @param wiring makes what all torrents share, as children of this actor */
    static Behavior<Command> create(Function<ActorContext<Command>, Wiring> wiring) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new ClientActor(context, timers, wiring.apply(context))));
    }

    private ClientActor(ActorContext<Command> context, TimerScheduler<Command> timers, Wiring wiring) {
        super(context);
        this.wiring = wiring;
        var events = context.messageAdapter(TorrentActor.Event.class, FromTorrent::new);
        this.torrents = new Torrents(context, timers, wiring, events);
        this.fetches = new Fetches(context, wiring, events);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Add.class, add -> add(add.handle()))
                .onMessage(Learn.class, learn -> learn(learn.fetch()))
                .onMessage(Remove.class, this::remove)
                .onMessage(Tell.class, this::tell)
                .onMessage(FromTorrent.class, wrapped -> onTorrent(wrapped.event()))
                .onMessage(Down.class, this::onDown)
                .onMessage(Seeded.class, this::onSeeded)
                .onMessageEquals(Left.INSTANCE, this::onLeft)
                .onMessage(Shutdown.class, this::shutDown)
                .build();
    }

    private Behavior<Command> add(TorrentHandle handle) {
        if (stopping) {
            handle.ended(Optional.empty());
        } else {
            fetches.takeOver(handle.metainfo().infoHash());
            torrents.begin(handle);
        }
        return this;
    }

    private Behavior<Command> learn(Magnets.Fetch fetch) {
        if (torrents.contains(fetch.link().infoHash())) {
            fetch.fail(new Failure(Failure.Kind.BUSY, "this torrent has been added already"));
        } else {
            fetches.begin(fetch);
        }
        return this;
    }

    private Behavior<Command> remove(Remove remove) {
        if (torrents.contains(remove.torrent())) {
            wiring.close(remove.torrent());
            torrents.tell(remove.torrent(), new TorrentActor.Stop(remove.within()));
        }
        return this;
    }

    private Behavior<Command> tell(Tell tell) {
        torrents.tell(tell.torrent(), tell.command());
        return this;
    }

    private Behavior<Command> onTorrent(TorrentActor.Event event) {
        if (!fetches.on(event)) {
            torrents.on(event);
        }
        return orEnd();
    }

    private Behavior<Command> onDown(Down down) {
        fetches.down(down.torrent(), down.actor());
        torrents.down(down.torrent(), down.actor());
        return orEnd();
    }

    private Behavior<Command> onSeeded(Seeded seeded) {
        torrents.seeded(seeded.torrent(), seeded.time());
        return this;
    }

    private Behavior<Command> shutDown(Shutdown command) {
        stopping = true;
        getContext().pipeToSelf(wiring.leave(), (done, failed) -> Left.INSTANCE);
        torrents.stop(command.within());
        fetches.stop(command.within());
        return this;
    }

    private Behavior<Command> onLeft() {
        left = true;
        return orEnd();
    }

    /** Goes on, unless it is to stop and all have ended. */
    private Behavior<Command> orEnd() {
        return stopping && left && torrents.isEmpty() && fetches.isEmpty() ? Behaviors.stopped() : this;
    }
}
