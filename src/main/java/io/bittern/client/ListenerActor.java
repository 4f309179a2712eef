package io.bittern.client;

import io.bittern.metainfo.InfoHash;
import io.bittern.net.Bytes;
import io.bittern.net.IpFilter;
import io.bittern.net.Link;
import io.bittern.net.NetActor;
import io.bittern.torrent.TorrentActor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * The door: reads an incoming link as far as the info hash and hands it to that torrent; closes the rest without a word.
 */
final class ListenerActor extends AbstractBehavior<ListenerActor.Command> {

    /** What the listener can be told. */
    sealed interface Command {}

    /** Listens at the first of these addresses that can be had; answered by one {@link Answer}. */
    record Listen(List<InetSocketAddress> addresses, ActorRef<Answer> replyTo) implements Command {}

    /** Links that ask for this torrent are this actor's. */
    record Know(InfoHash torrent, ActorRef<TorrentActor.Command> actor) implements Command {}

    /** Nobody takes links for this torrent any more. */
    record Forget(InfoHash torrent) implements Command {}

    private record FromNet(Listen asked, NetActor.Event event) implements Command {}

    private record FromLink(Link.Event event) implements Command {}

    record Asked(InfoHash torrent, Link.Opened link, Bytes read) implements Command {}

    /** Where we listen, or why we cannot. */
    sealed interface Answer {}

    record Listening(InetSocketAddress local) implements Answer {}

    record CannotListen(String reason) implements Answer {}

    private final ActorRef<NetActor.Command> net;
    private final Duration patience;
    private final IpFilter filter;
    private final Map<InfoHash, ActorRef<TorrentActor.Command>> torrents = new HashMap<>();

    /**
     * @param patience how long a link may take to name a torrent
     * @param filter the addresses whose links are closed before anything is read
     */
    static Behavior<Command> create(ActorRef<NetActor.Command> net, Duration patience, IpFilter filter) {
        return Behaviors.setup(context -> new ListenerActor(context, net, patience, filter));
    }

    private ListenerActor(
            ActorContext<Command> context, ActorRef<NetActor.Command> net, Duration patience, IpFilter filter) {
        super(context);
        this.net = net;
        this.patience = patience;
        this.filter = filter;
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Listen.class, this::listen)
                .onMessage(FromNet.class, this::onNet)
                .onMessage(Know.class, this::know)
                .onMessage(Forget.class, this::forget)
                .onMessage(FromLink.class, this::onLink)
                .onMessage(Asked.class, this::onAsked)
                .build();
    }

    private Behavior<Command> listen(Listen listen) {
        net.tell(new NetActor.Listen(
                listen.addresses().get(0),
                getContext().messageAdapter(NetActor.Event.class, event -> new FromNet(listen, event)),
                getContext().messageAdapter(Link.Event.class, FromLink::new)));
        return this;
    }

    private Behavior<Command> onNet(FromNet answer) {
        Listen asked = answer.asked();
        if (answer.event() instanceof NetActor.Listening listening) {
            asked.replyTo().tell(new Listening(listening.local()));
        } else if (answer.event() instanceof NetActor.ListenFailed failed) {
            List<InetSocketAddress> rest =
                    asked.addresses().subList(1, asked.addresses().size());
            if (rest.isEmpty()) {
                asked.replyTo().tell(new CannotListen(failed.reason()));
            } else {
                return listen(new Listen(rest, asked.replyTo()));
            }
        }
        return this;
    }

    private Behavior<Command> know(Know know) {
        torrents.put(know.torrent(), know.actor());
        return this;
    }

    private Behavior<Command> forget(Forget forget) {
        torrents.remove(forget.torrent());
        return this;
    }

    private Behavior<Command> onLink(FromLink wrapped) {
        if (!(wrapped.event() instanceof Link.Opened opened)) {
            return this;
        }
        if (filter.blocks(opened.remote().getAddress())) {
            opened.link().tell(Link.Abort.INSTANCE);
        } else {
            getContext()
                    .spawnAnonymous(
                            GreeterActor.create(opened, patience, getContext().getSelf()));
        }
        return this;
    }

    private Behavior<Command> onAsked(Asked asked) {
        ActorRef<TorrentActor.Command> torrent = torrents.get(asked.torrent());
        if (torrent == null) {
            asked.link().link().tell(Link.Abort.INSTANCE);
        } else {
            torrent.tell(new TorrentActor.Accept(asked.link(), asked.read()));
        }
        return this;
    }
}
