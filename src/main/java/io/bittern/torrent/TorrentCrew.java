package io.bittern.torrent;

import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.Metainfo;
import io.bittern.net.Link;
import io.bittern.peer.PeerActor;
import io.bittern.piece.PiecePicker;
import io.bittern.torrent.Report.Failure;
import io.bittern.torrent.Report.Phase;
import io.bittern.torrent.TorrentActor.Command;
import io.bittern.tracker.TrackerActor;
import io.bittern.webseed.WebSeedActor;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.japi.function.Function;

/** What a torrent has in all of its states: its picker and its figures, its peers and its trackers. */
record TorrentCrew(
        ActorContext<Command> context,
        TimerScheduler<Command> timers,
        TorrentParts parts,
        ActorRef<TorrentActor.Event> client,
        PiecePicker picker,
        Tally tally,
        PeerCrew peers,
        TrackerCrew trackers,
        Account account) {

    static TorrentCrew of(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            TorrentParts parts,
            ActorRef<TorrentActor.Event> client) {
        Metainfo metainfo = parts.setup().metainfo();
        InfoHash torrent = metainfo.infoHash();
        PiecePicker picker = new PiecePicker(metainfo.sizes(), parts.settings().random());
        picker.want(parts.setup().choice().pieces());
        picker.inOrder(parts.setup().way().inOrder());
        WebSeedCrew webSeeds = new WebSeedCrew(context, parts, picker, client);
        PeerCrew peers = new PeerCrew(
                context, parts, picker, webSeeds, liar -> client.tell(new TorrentActor.Banned(torrent, liar)));
        Tally tally = new Tally();
        Account account = new Account(parts.setup(), picker, tally, peers.company());
        TrackerCrew trackers = new TrackerCrew(
                context,
                new TrackerCrew.Directory(torrent, metainfo.announceTiers(), parts.children()),
                parts.settings(),
                account::request,
                client);
        return new TorrentCrew(context, timers, parts, client, picker, tally, peers, trackers, account);
    }

    /** What is done at a message and changes no state. */
    static <M> Function<M, Behavior<Command>> same(Consumer<M> step) {
        return message -> {
            step.accept(message);
            return Behaviors.same();
        };
    }

    InfoHash torrent() {
        return parts.setup().metainfo().infoHash();
    }

    long now() {
        return parts.settings().nanoTime().getAsLong();
    }

    void report(Phase phase, long checked, Optional<Failure> failure) {
        client.tell(
                new TorrentActor.Reported(torrent(), account.report(phase, checked, failure, trackers.swarm(), now())));
    }

    /** Reports while its data may move. */
    void reportRunning() {
        report(picker.complete() ? Phase.SEEDING : Phase.DOWNLOADING, 0, Optional.empty());
    }

    /** Sets the timer of a message anew, or cancels it if nothing is due. */
    void startTimer(Command message, OptionalLong due, long now) {
        if (due.isPresent()) {
            timers.startSingleTimer(message, Duration.ofNanos(Math.max(0, due.getAsLong() - now)));
        } else {
            timers.cancel(message);
        }
    }

    void refuse(TorrentActor.Accept incoming) {
        incoming.link().link().tell(Link.Abort.INSTANCE);
    }

    void peerDown(TorrentActor.PeerDown down) {
        peers.gone(down.peer(), PeerActor.Fault.NONE, now());
    }

    /** What a peer says to whom there are none any more. */
    void goodbye(PeerActor.Event event) {
        count(event);
        if (event instanceof PeerActor.Gone gone) {
            peers.gone(gone.peer(), gone.fault(), now());
        }
    }

    void count(PeerActor.Event event) {
        if (event instanceof PeerActor.Traffic traffic) {
            tally.add(traffic.down(), traffic.wasted(), traffic.up(), now());
        }
    }

    void count(WebSeedActor.Event event) {
        if (event instanceof WebSeedActor.Traffic traffic) {
            tally.add(traffic.down(), traffic.wasted(), 0, now());
        }
    }

    /** Carries on what a tracker has answered; its peers are dialled when there is a state for it. */
    void answered(TrackerActor.Event event) {
        if (event instanceof TrackerActor.Announced answer) {
            peers.meet(answer.response().peers(), PeerSource.TRACKER);
        }
        trackers.answered(event, now());
    }
}
