package io.bittern.peer;

import io.bittern.net.Link;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/** Where one peer lives, for all its states: what is around it, its link while that is open, and the way out. */
final class Place {

    /** Comes when what is waited for has not come in time. */
    enum Late {
        INSTANCE
    }

    private final int peer;
    private final ActorContext<Object> context;
    private final TimerScheduler<Object> timers;
    private final PeerActor.Environment env;
    private final ActorRef<PeerActor.Event> torrent;
    private @Nullable ActorRef<Link.Command> link;

    Place(
            int peer,
            ActorContext<Object> context,
            TimerScheduler<Object> timers,
            PeerActor.Environment env,
            ActorRef<PeerActor.Event> torrent) {
        this.peer = peer;
        this.context = context;
        this.timers = timers;
        this.env = env;
        this.torrent = torrent;
    }

    int peer() {
        return peer;
    }

    /** Takes {@link PeerActor.Command}s, and what the link and the store answer. */
    ActorRef<Object> self() {
        return context.getSelf();
    }

    TimerScheduler<Object> timers() {
        return timers;
    }

    PeerActor.Environment env() {
        return env;
    }

    long now() {
        return env.settings().nanoTime().getAsLong();
    }

    /** For answers that nobody waits for. */
    <T> ActorRef<T> nobody() {
        return context.getSystem().ignoreRef();
    }

    /** The link is ours from now on, to be told the last word. */
    void open(ActorRef<Link.Command> opened) {
        link = opened;
    }

    void tell(Link.Command command) {
        if (link != null) {
            link.tell(command);
        }
    }

    void tell(PeerActor.Event event) {
        torrent.tell(event);
    }

    /** Every way out but a crash leads through here, so the torrent hears of it exactly once. */
    Behavior<Object> gone(Parting parting) {
        hangUp(parting.last());
        torrent.tell(new PeerActor.Gone(peer, parting.fault(), parting.reason()));
        return Behaviors.stopped();
    }

    /** The end of the actor, after a crash, too. */
    Behavior<Object> stopped() {
        hangUp(Link.Close.INSTANCE);
        return Behaviors.same();
    }

    private void hangUp(Link.@Nullable Command last) {
        if (last != null) {
            tell(last);
        }
        link = null;
    }
}
