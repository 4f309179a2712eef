package io.bittern.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * A network in memory: links between actors of one system, by the rules of {@link Link}.
 *
 * <p>It needs no time but for timeouts, which run on the clock of the system, so it works under {@code ManualTime}. Who
 * breaks the rules, by a second write before {@link Link.Written} or a hand-over with a read outstanding, gets
 * {@link Link.Closed} with a reason that begins with "misuse".
 */
public final class MemoryNetwork implements Link.Dialer {

    private static final int FIRST_EPHEMERAL_PORT = 32768;

    /** Who gets the links that come in at an address. */
    @FunctionalInterface
    public interface Listener {
        ActorRef<Link.Event> ownerOf(InetSocketAddress remote);
    }

    /**
     * How a network behaves.
     *
     * @param window bytes that wait at an end unread before writes to it wait, too
     * @param longestRead bytes of one {@link Link.Received} at most; 1 cuts everything
     */
    public record Settings(int window, int longestRead) {
        public static final Settings USUAL = new Settings(128 << 10, 128 << 10);
    }

    private record Dial(
            InetSocketAddress local, InetSocketAddress remote, Duration timeout, ActorRef<Link.Event> owner) {}

    private final Map<InetSocketAddress, Listener> listeners = new ConcurrentHashMap<>();
    private final Map<InetSocketAddress, Boolean> silent = new ConcurrentHashMap<>();
    private final AtomicInteger ports = new AtomicInteger(FIRST_EPHEMERAL_PORT);
    private final ActorRef<Dial> hub;

    private MemoryNetwork(ActorTestKit testKit, Settings settings) {
        hub = testKit.spawn(hub(settings));
    }

    /** A network with nobody on it. */
    public static MemoryNetwork create(ActorTestKit testKit) {
        return create(testKit, Settings.USUAL);
    }

    /** A network with nobody on it. */
    public static MemoryNetwork create(ActorTestKit testKit, Settings settings) {
        return new MemoryNetwork(testKit, settings);
    }

    /** Takes links in at an address from now on; each has an owner of its own. */
    public void listen(InetSocketAddress address, Listener listener) {
        listeners.put(address, listener);
    }

    /** Refuses links at an address from now on, as every address does where nobody listens. */
    public void refuse(InetSocketAddress address) {
        listeners.remove(address);
        silent.remove(address);
    }

    /** Lets every dial to an address time out from now on. */
    public void swallow(InetSocketAddress address) {
        silent.put(address, true);
    }

    /** A dialer whose links come from one address. */
    public Link.Dialer from(InetSocketAddress local) {
        return (remote, timeout, owner) -> hub.tell(new Dial(local, remote, timeout, owner));
    }

    @Override
    public void dial(InetSocketAddress remote, Duration timeout, ActorRef<Link.Event> owner) {
        from(new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.getAndIncrement()))
                .dial(remote, timeout, owner);
    }

    private Behavior<Dial> hub(Settings settings) {
        return Behaviors.setup(context -> Behaviors.receiveMessage(dial -> {
            connect(context, settings, dial);
            return Behaviors.same();
        }));
    }

    private void connect(ActorContext<Dial> context, Settings settings, Dial dial) {
        Listener listener = listeners.get(dial.remote());
        if (silent.containsKey(dial.remote())) {
            context.scheduleOnce(dial.timeout(), dial.owner(), new Link.Closed("no answer in time"));
        } else if (listener == null) {
            dial.owner().tell(new Link.Closed("connection refused"));
        } else {
            ActorRef<Link.Event> taker = listener.ownerOf(dial.local());
            ActorRef<Object> far = context.spawnAnonymous(
                    MemoryLink.accepted(new MemoryLink.Ends(dial.remote(), dial.local()), settings, taker));
            context.spawnAnonymous(
                    MemoryLink.dialled(new MemoryLink.Ends(dial.local(), dial.remote()), settings, dial.owner(), far));
        }
    }
}
