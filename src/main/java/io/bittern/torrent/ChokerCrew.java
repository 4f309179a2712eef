package io.bittern.torrent;

import io.bittern.choke.ChokerActor;
import io.bittern.peer.PeerActor;
import io.bittern.torrent.Connections.Connection;
import java.util.Collection;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.jspecify.annotations.Nullable;

/** The choker of a torrent, which is there while there are peers: spawned, told and buried on behalf of the {@link TorrentActor}. */
final class ChokerCrew {

    private final ActorContext<TorrentActor.Command> context;
    private final TorrentParts.Children children;
    private final BooleanSupplier seeding;
    private @Nullable ActorRef<ChokerActor.Command> choker;

    /** @param seeding whether we have everything */
    ChokerCrew(ActorContext<TorrentActor.Command> context, TorrentParts.Children children, BooleanSupplier seeding) {
        this.context = context;
        this.children = children;
        this.seeding = seeding;
    }

    void join(Connection<ActorRef<PeerActor.Command>> connection) {
        choker().tell(new ChokerActor.Join(connection.number(), connection.ref()));
    }

    void leave(int peer) {
        tell(choker -> choker.tell(new ChokerActor.Leave(peer)));
    }

    /** Somebody wants something of us: no need to wait for the next round. */
    void nudge() {
        choker().tell(ChokerActor.Nudge.INSTANCE);
    }

    /** We have everything now, or no longer. */
    void changed() {
        tell(choker -> choker.tell(new ChokerActor.Seeding(seeding.getAsBoolean())));
    }

    void dismiss() {
        tell(context::stop);
        choker = null;
    }

    /** A choker has ended by itself; whoever is connected gets a new one. */
    void down(ActorRef<ChokerActor.Command> down, Collection<Connection<ActorRef<PeerActor.Command>>> joined) {
        if (down.equals(choker)) {
            choker = null;
            joined.forEach(this::join);
        }
    }

    private ActorRef<ChokerActor.Command> choker() {
        if (choker == null) {
            choker = context.spawnAnonymous(children.choker());
            context.watchWith(choker, new TorrentActor.ChokerDown(choker));
            changed();
        }
        return choker;
    }

    private void tell(Consumer<ActorRef<ChokerActor.Command>> telling) {
        if (choker != null) {
            telling.accept(choker);
        }
    }
}
