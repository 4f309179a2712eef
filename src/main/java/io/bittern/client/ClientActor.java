package io.bittern.client;

import io.bittern.metainfo.FilePriorities;
import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.MagnetLink;
import io.bittern.torrent.Choice;
import io.bittern.torrent.TorrentActor;
import io.bittern.torrent.TorrentParts;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
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

/** The guardian: the torrents of a client, each with the handle by which its user sees it. */
final class ClientActor extends AbstractBehavior<ClientActor.Command> {

    /** What the client can be told. */
    sealed interface Command {}

    /** Starts a torrent whose data nobody else works on. */
    record Add(TorrentHandle handle) implements Command {}

    /** Fetches the metadata of a magnet link. */
    record Learn(Magnets.Fetch fetch) implements Command {}

    /** Stops a torrent; what it has to write may take so long. */
    record Remove(InfoHash torrent, Duration within) implements Command {}

    /** Wants other files of a torrent. */
    record Choose(InfoHash torrent, FilePriorities files) implements Command {}

    /** A reader of a torrent waits for pieces. */
    record Await(InfoHash torrent, TorrentActor.Await reader) implements Command {}

    /** Stops all torrents, and then the client. */
    record Shutdown(Duration within) implements Command {}

    private record FromTorrent(TorrentActor.Event event) implements Command {}

    private record TorrentDown(InfoHash torrent, ActorRef<TorrentActor.Command> actor) implements Command {}

    record MagnetDown(InfoHash torrent, ActorRef<TorrentActor.Command> actor) implements Command {}

    private enum Left implements Command {
        INSTANCE
    }

    private record SeededLongEnough(InfoHash torrent) implements Command {}

    /** What torrents are made of, and the doors to them. */
    interface Wiring {

        TorrentParts parts(AddTorrent request, Throttle throttle);

        /** What is wanted of a torrent whose user wants these files. */
        Choice choice(AddTorrent request, FilePriorities files);

        /** An actor that fetches the metadata of a magnet link. */
        Behavior<TorrentActor.Command> magnet(MagnetLink link, ActorRef<TorrentActor.Event> events);

        /** Whoever connects for this torrent, or is found to have it unless it is private, is for its actor. */
        void open(Sought torrent, boolean isPrivate);

        /** Nobody wants peers of this torrent any more. */
        void close(InfoHash torrent);

        /** Takes back what was asked of others on this network, and says when that is done. */
        CompletionStage<Void> leave();
    }

    private record Entry(TorrentHandle handle, ActorRef<TorrentActor.Command> actor) {}

    private final TimerScheduler<Command> timers;
    private final Wiring wiring;
    private final ActorRef<TorrentActor.Event> events;
    private final Map<InfoHash, Entry> torrents = new HashMap<>();
    private final Fetches fetches;
    private long added;
    private boolean stopping;
    private boolean left;

    /** @param wiring makes what all torrents share, as children of this actor */
    static Behavior<Command> create(Function<ActorContext<Command>, Wiring> wiring) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new ClientActor(context, timers, wiring.apply(context))));
    }

    private ClientActor(ActorContext<Command> context, TimerScheduler<Command> timers, Wiring wiring) {
        super(context);
        this.timers = timers;
        this.wiring = wiring;
        this.events = context.messageAdapter(TorrentActor.Event.class, FromTorrent::new);
        this.fetches = new Fetches(context, wiring, events);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Add.class, this::add)
                .onMessage(Learn.class, this::learn)
                .onMessage(MagnetDown.class, this::onMagnetDown)
                .onMessage(Remove.class, this::remove)
                .onMessage(Choose.class, this::choose)
                .onMessage(Await.class, this::await)
                .onMessage(FromTorrent.class, wrapped -> onTorrent(wrapped.event()))
                .onMessage(TorrentDown.class, this::onDown)
                .onMessage(SeededLongEnough.class, this::onSeeded)
                .onMessageEquals(Left.INSTANCE, this::onLeft)
                .onMessage(Shutdown.class, this::shutDown)
                .build();
    }

    private Behavior<Command> add(Add add) {
        TorrentHandle handle = add.handle();
        if (stopping) {
            handle.ended(Optional.empty());
            return this;
        }
        InfoHash torrent = handle.metainfo().infoHash();
        fetches.takeOver(torrent);
        var actor = getContext()
                .spawn(
                        TorrentActor.create(wiring.parts(handle.request(), handle.throttle()), events),
                        "torrent-" + torrent + "-" + added++);
        getContext().watchWith(actor, new TorrentDown(torrent, actor));
        torrents.put(torrent, new Entry(handle, actor));
        wiring.open(Sought.of(handle, actor), handle.metainfo().isPrivate());
        actor.tell(new TorrentActor.Meet(handle.request().peers()));
        return this;
    }

    private Behavior<Command> remove(Remove remove) {
        Entry entry = torrents.get(remove.torrent());
        if (entry != null) {
            wiring.close(remove.torrent());
            entry.actor().tell(new TorrentActor.Stop(remove.within()));
        }
        return this;
    }

    private Behavior<Command> choose(Choose choose) {
        Entry entry = torrents.get(choose.torrent());
        if (entry != null) {
            Choice choice = wiring.choice(entry.handle().request(), choose.files());
            entry.actor().tell(new TorrentActor.Choose(choice));
        }
        return this;
    }

    private Behavior<Command> await(Await await) {
        Entry entry = torrents.get(await.torrent());
        if (entry != null) {
            entry.actor().tell(await.reader());
        }
        return this;
    }

    private Behavior<Command> learn(Learn command) {
        Magnets.Fetch fetch = command.fetch();
        if (torrents.containsKey(fetch.link().infoHash())) {
            fetch.fail(new Failure(Failure.Kind.BUSY, "this torrent has been added already"));
        } else {
            fetches.begin(fetch);
        }
        return this;
    }

    private Behavior<Command> onMagnetDown(MagnetDown down) {
        fetches.down(down.torrent(), down.actor());
        return orEnd();
    }

    private Behavior<Command> onTorrent(TorrentActor.Event event) {
        if (fetches.on(event)) {
            return this;
        }
        Entry entry = torrents.get(event.torrent());
        if (entry == null) {
            return this;
        }
        entry.handle().on(event);
        if (event instanceof TorrentActor.Completed) {
            entry.handle()
                    .request()
                    .seedGoal()
                    .time()
                    .ifPresent(time ->
                            timers.startSingleTimer(event.torrent(), new SeededLongEnough(event.torrent()), time));
        }
        return event instanceof TorrentActor.Stopped ? forget(event.torrent()) : this;
    }

    private Behavior<Command> onSeeded(SeededLongEnough seeded) {
        Entry entry = torrents.get(seeded.torrent());
        if (entry != null) {
            entry.handle()
                    .seedingSince(entry.handle().request().seedGoal().time().orElse(Duration.ZERO));
        }
        return this;
    }

    /** A torrent that is gone without a word has failed by a bug of ours; the others go on. */
    private Behavior<Command> onDown(TorrentDown down) {
        Entry entry = torrents.get(down.torrent());
        if (entry == null || !entry.actor().equals(down.actor())) {
            return this;
        }
        entry.handle().ended(Optional.of(new Failure(Failure.Kind.INTERNAL, "the torrent failed; the log says why")));
        return forget(down.torrent());
    }

    private Behavior<Command> forget(InfoHash torrent) {
        timers.cancel(torrent);
        torrents.remove(torrent);
        wiring.close(torrent);
        return orEnd();
    }

    /** Goes on, unless it is to stop and all have ended. */
    private Behavior<Command> orEnd() {
        return stopping && left && torrents.isEmpty() && fetches.isEmpty() ? Behaviors.stopped() : this;
    }

    private Behavior<Command> onLeft() {
        left = true;
        return orEnd();
    }

    private Behavior<Command> shutDown(Shutdown command) {
        stopping = true;
        getContext().pipeToSelf(wiring.leave(), (done, failed) -> Left.INSTANCE);
        for (Entry entry : torrents.values()) {
            entry.actor().tell(new TorrentActor.Stop(command.within()));
        }
        fetches.stop(command.within());
        return orEnd();
    }
}
