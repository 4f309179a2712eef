package io.bittern.torrent;

import io.bittern.metainfo.InfoHash;
import io.bittern.net.ExternalAddress;
import io.bittern.net.Pace;
import io.bittern.tracker.AnnounceEvent;
import io.bittern.tracker.AnnounceRequest;
import io.bittern.tracker.AnnounceResponse;
import io.bittern.tracker.Announcing;
import io.bittern.tracker.SwarmSize;
import io.bittern.tracker.TrackerActor;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * The trackers of a torrent: told what {@link Announcing} orders, by actors that live until they have answered, on behalf of
 * the {@link TorrentActor}.
 */
final class TrackerCrew {

    private final ActorContext<TorrentActor.Command> context;
    private final TorrentParts.Contacts children;
    private final Announcing announcing;
    private final Function<AnnounceEvent, AnnounceRequest> requests;
    private final ActorRef<TorrentActor.Event> client;
    private final InfoHash infoHash;
    private final ActorRef<TrackerActor.Event> events;
    private final Pace announces;
    private final ExternalAddress external;
    private OptionalLong turn = OptionalLong.empty();
    private boolean starting;
    private List<Talk> talks = List.of();
    private int talksBegun;

    /** A tracker that is being told something, {@code latest} at the end. */
    private record Talk(int tracker, ActorRef<TrackerActor.Command> actor, AnnounceEvent latest) {}

    /** Which trackers to ask for which torrent. */
    record Directory(InfoHash torrent, List<List<String>> tiers, TorrentParts.Contacts children) {}

    /**
     * @param requests makes the request of an announce, with the figures of the moment
     * @param client hears what trackers answer
     */
    TrackerCrew(
            ActorContext<TorrentActor.Command> context,
            Directory directory,
            TorrentParts.Settings settings,
            Function<AnnounceEvent, AnnounceRequest> requests,
            ActorRef<TorrentActor.Event> client) {
        this.context = context;
        this.children = directory.children();
        this.announcing = new Announcing(directory.tiers(), settings.announceTo(), settings.random());
        this.announces = settings.announces();
        this.external = settings.external();
        this.requests = requests;
        this.client = client;
        this.infoHash = directory.torrent();
        this.events = context.messageAdapter(TrackerActor.Event.class, TorrentActor.FromTracker::new);
    }

    /** Begins to announce; what is not urgent waits for its turn among all torrents of the client. */
    void started(long now, boolean urgent) {
        starting = true;
        due(now, urgent);
    }

    void completed(long now) {
        carryOut(announcing.completed(now));
    }

    /** The moment of {@link #nextDue} has come. */
    void due(long now, boolean urgent) {
        if (!urgent && turn.isEmpty()) {
            turn = OptionalLong.of(now + announces.reserve(1, now));
        }
        if (urgent || now - turn.getAsLong() >= 0) {
            turn = OptionalLong.empty();
            carryOut(starting ? announcing.started(now) : announcing.due(now));
            starting = false;
        }
    }

    /** Says good-bye to every tracker that knows us; {@link #allStopped} tells when they have answered. */
    void stopped(long now) {
        turn = OptionalLong.empty();
        carryOut(announcing.stopped(now));
    }

    boolean allStopped() {
        return talks.stream().noneMatch(talk -> talk.latest() == AnnounceEvent.STOPPED);
    }

    /** The size of the swarm as far as trackers have said. */
    SwarmSize swarm() {
        return announcing.swarm();
    }

    OptionalLong nextDue() {
        return turn.isPresent() ? turn : announcing.nextDue();
    }

    /** Tells the client of an answer, and carries it on. */
    void answered(TrackerActor.Event event, long now) {
        if (event instanceof TrackerActor.Announced answer) {
            AnnounceResponse response = answer.response();
            client.tell(new TorrentActor.Announced(
                    infoHash, url(answer.tracker()), response.peers().size(), response.warning()));
        } else if (event instanceof TrackerActor.Refused answer) {
            client.tell(new TorrentActor.AnnounceFailed(infoHash, url(answer.tracker()), answer.reason()));
        } else if (event instanceof TrackerActor.Silent silent) {
            client.tell(new TorrentActor.AnnounceFailed(infoHash, url(silent.tracker()), "no answer yet"));
        }
        on(event, now);
    }

    /** Carries on what a tracker has answered. */
    void on(TrackerActor.Event event, long now) {
        if (event instanceof TrackerActor.Announced answer) {
            ended(answer.tracker(), answer.event());
            answer.response().externalIp().ifPresent(ours -> external.says(announcing.host(answer.tracker()), ours));
            carryOut(announcing.announced(answer.tracker(), answer.response(), now));
        } else if (event instanceof TrackerActor.Refused answer) {
            ended(answer.tracker(), answer.event());
            carryOut(announcing.refused(answer.tracker(), answer.reason(), answer.retryIn(), now));
        } else if (event instanceof TrackerActor.Silent silent) {
            carryOut(announcing.silent(silent.tracker(), now));
        }
    }

    /** Ends the talk with a tracker that has answered the latest that it was told. */
    private void ended(int tracker, AnnounceEvent event) {
        talk(tracker).filter(talk -> talk.latest() == event).ifPresent(talk -> {
            context.stop(talk.actor());
            talks = others(tracker).toList();
        });
    }

    private Optional<Talk> talk(int tracker) {
        return talks.stream().filter(talk -> talk.tracker() == tracker).findFirst();
    }

    private Stream<Talk> others(int tracker) {
        return talks.stream().filter(talk -> talk.tracker() != tracker);
    }

    private String url(int tracker) {
        return announcing.urls().get(tracker);
    }

    private void carryOut(List<Announcing.Order> orders) {
        orders.forEach(order -> tell(order.tracker(), order.event()));
    }

    private void tell(int tracker, AnnounceEvent event) {
        Optional<Talk> before = talk(tracker);
        Talk talk = new Talk(tracker, before.map(Talk::actor).orElseGet(() -> spawn(tracker)), event);
        talks = Stream.concat(others(tracker), Stream.of(talk)).toList();
        AnnounceRequest request = requests.apply(event).withAddresses(external.all());
        talk.actor()
                .tell(new TrackerActor.Announce(announcing
                        .trackerId(tracker)
                        .map(request::withTrackerId)
                        .orElse(request)));
    }

    /* An actor of the same tracker may be about to end, so none has a name that was used before. */
    private ActorRef<TrackerActor.Command> spawn(int tracker) {
        return context.spawn(
                Behaviors.supervise(children.tracker(tracker, url(tracker), events))
                        .onFailure(Exception.class, SupervisorStrategy.restart()),
                "tracker-" + tracker + "-" + talksBegun++);
    }
}
