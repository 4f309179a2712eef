package io.bittern.net;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;

/** Who listens where, on behalf of the {@link NetActor}. Listeners take turns: each has leave for one connection at a time, and with it a slot. */
final class Listeners {

    private final Slots slots;
    private final Map<ActorRef<TcpListener.Command>, InetSocketAddress> bound = new HashMap<>();
    private final Deque<ActorRef<TcpListener.Command>> wanting = new ArrayDeque<>();
    private final Set<ActorRef<TcpListener.Command>> permitted = new HashSet<>();

    Listeners(Slots slots) {
        this.slots = slots;
    }

    /** One begins to listen. */
    void add(ActorRef<TcpListener.Command> listener, InetSocketAddress local) {
        bound.put(listener, local);
        wanting.add(listener);
        permit();
    }

    /** One has used its leave: the slot is the connection's, and others are first now. */
    void accepted(ActorRef<TcpListener.Command> listener) {
        permitted.remove(listener);
        wanting.add(listener);
        permit();
    }

    /** Gives leave to accept for as long as there are slots; to be called when one has become free. */
    void permit() {
        while (!wanting.isEmpty() && slots.take()) {
            ActorRef<TcpListener.Command> listener = wanting.remove();
            permitted.add(listener);
            listener.tell(TcpListener.Permit.INSTANCE);
        }
    }

    /** Stops whoever listens there. */
    void stop(InetSocketAddress local) {
        bound.forEach((listener, address) -> {
            if (address.equals(local)) {
                listener.tell(TcpListener.Stop.INSTANCE);
            }
        });
    }

    /** One listens no more, or never did. */
    void remove(ActorRef<TcpListener.Command> listener) {
        bound.remove(listener);
        wanting.remove(listener);
        if (permitted.remove(listener)) {
            slots.giveBack();
            permit();
        }
    }
}
