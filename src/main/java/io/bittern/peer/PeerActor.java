package io.bittern.peer;

import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.PeerId;
import io.bittern.metainfo.PieceSizes;
import io.bittern.net.ByteBudget;
import io.bittern.net.Bytes;
import io.bittern.net.Link;
import io.bittern.net.RateLimit;
import io.bittern.piece.Bitfield;
import io.bittern.piece.Lease;
import io.bittern.store.PieceStoreActor;
import io.bittern.wire.PexMessage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * One connection to a peer, from dialling to gone (BEP 3).
 *
 * <p>States: connecting, greeting, waiting to be started ({@link OpeningActor}), talking ({@link TalkingActor}) or
 * learning ({@link LearningActor}). The
 * rules are in {@link Greeting} and {@link PeerSession}; the actors move bytes, timers and messages.
 *
 * <p>From outside a peer takes {@link Command}s. Inside it takes objects, since its link and the store answer to it by
 * their own messages: an adapter would wrap each of them, which is one or two for each read.
 */
public final class PeerActor {

    /** What a peer can be told. */
    public sealed interface Command {}

    /** Answers {@link Joined}: the connection is wanted, and this is what we have. */
    public record Start(Bitfield verified) implements Command {}

    /** Answers {@link Joined}: the connection is wanted, for the metadata only (BEP 9). */
    public enum Learn implements Command {
        INSTANCE
    }

    /** Asks a peer of whom we {@link Learn} for a piece of the metadata. */
    public record AskMetadata(int piece) implements Command {}

    /** Answers {@link Wants}: blocks to fetch. Fewer than wanted, or none, means that more comes by itself when there is some. */
    public record Grant(List<Lease> leases) implements Command {}

    /** Takes blocks back that somebody else has brought, or that are no longer wanted. */
    public record Revoke(List<Lease> leases) implements Command {}

    /** We have a piece now. */
    public record Have(int piece) implements Command {}

    /** We have these pieces, some of which the peer may know of. */
    public record Haves(Bitfield pieces) implements Command {}

    /** We had these pieces and have them no more (BEP 54). */
    public record Lost(Bitfield pieces) implements Command {}

    /** Whether the peer has pieces that we want. */
    public record Interest(boolean interested) implements Command {}

    /** Whether the peer may download from us. */
    public record Unchoke(boolean unchoked) implements Command {}

    /** Whether we want nothing of anybody, which peers like to know (BEP 21). */
    public record UploadOnly(boolean uploadOnly) implements Command {}

    /** Tells a peer that {@link Introduced} itself as one who exchanges whom else we are connected to (BEP 11). */
    public record Exchange(PexMessage message) implements Command {}

    /** Asks for the {@link Standing}. */
    public record TellStanding(ActorRef<Standing> replyTo) implements Command {}

    /** Ends the connection, for the hostile at once. */
    public record Disconnect(String reason, boolean hostile) implements Command {}

    /** What a peer tells its torrent; {@code peer} is the number that the torrent gave the connection. */
    public sealed interface Event {
        int peer();
    }

    /** The handshake is done both ways. */
    public record Joined(int peer, ActorRef<Command> ref, PeerId id, InetSocketAddress remote) implements Event {}

    /** The peer says from which address of ours it is connected (BEP 10). */
    public record SeesUs(int peer, InetAddress us) implements Event {}

    /** The peer can give metadata of so many bytes, as it says. */
    public record KnowsMetadata(int peer, int size) implements Event {}

    /** The peer gave a piece of metadata of {@code size} bytes. */
    @SuppressWarnings("ArrayRecordComponent") // nobody changes it
    public record GaveMetadata(int peer, int piece, int size, byte[] bytes) implements Event {}

    /** The peer will not give a piece of the metadata. */
    public record RefusedMetadata(int peer, int piece) implements Event {}

    /** The pieces that the peer had at the start. */
    public record HasAll(int peer, Bitfield pieces) implements Event {}

    /** Pieces that the peer has got since. */
    public record Has(int peer, List<Integer> pieces) implements Event {}

    /** Pieces that the peer has lost. */
    public record Lacks(int peer, List<Integer> pieces) implements Event {}

    /** Whether the peer says that it wants nothing of anybody (BEP 21). */
    public record NothingWanted(int peer, boolean nothingWanted) implements Event {}

    /**
     * What the peer says of itself.
     *
     * @param port where it listens, 0 if it does not say
     * @param exchanges whether it takes addresses of other peers (BEP 11)
     */
    public record Introduced(int peer, int port, boolean exchanges) implements Event {}

    /** The peer knows others, who can be dialled (BEP 11). */
    public record Found(int peer, List<InetSocketAddress> others) implements Event {}

    /** The peer serves us and could fetch so many blocks more; {@code fast}: a whole piece would take it under 20 s. */
    public record Wants(int peer, int blocks, boolean fast) implements Event {}

    /**
     * Like {@link Wants}, but of these pieces first, or of these only: then a {@link Grant}, maybe of nothing, is the one
     * answer (BEP 6).
     */
    public record WantsOf(int peer, int blocks, boolean fast, List<Integer> pieces, boolean only) implements Event {}

    /** Every block of a lease is with the store. */
    public record Fetched(int peer, Lease lease) implements Event {}

    /** The peer will not fetch what is left of these leases: it was choked, fell silent, or its requests were refused. */
    public record Returned(int peer, List<Lease> leases) implements Event {}

    /** Whether the peer wants pieces of us. */
    public record Interested(int peer, boolean interested) implements Event {}

    /** Bytes of payload since the last report, at most one report a second: down and of these wasted, up. */
    public record Traffic(int peer, long down, long wasted, long up) implements Event {}

    /** The last event of a peer, whether it joined or not; its leases go back to the torrent. */
    public record Gone(int peer, Fault fault, String reason) implements Event {}

    /** Why a connection ended. */
    public enum Fault {
        /** Nobody did wrong: hung up, or asked to. */
        NONE,
        /** It could not be dialled, or the handshake did not come. */
        UNREACHABLE,
        /** We had no room for the connection. */
        CROWDED,
        /** It broke the protocol. */
        PROTOCOL,
        /** It is ourselves. */
        SELF
    }

    /** What the peers of one torrent have in common. */
    public record Environment(
            InfoHash infoHash,
            PeerId self,
            PieceSizes sizes,
            Link.Dialer dialer,
            ActorRef<PieceStoreActor.Command> store,
            Limits limits,
            PeerSettings settings,
            Introduction introduction) {}

    /** What peers share: bytes in flight, and the rates that all of them are under together. */
    public record Limits(ByteBudget budget, RateLimit download, RateLimit upload) {}

    private PeerActor() {}

    /** A peer that is to be dialled. */
    public static Behavior<Command> dial(int peer, InetSocketAddress remote, Environment env, ActorRef<Event> torrent) {
        return create(peer, env, torrent, place -> OpeningActor.create(place, remote));
    }

    /** A peer that has dialled us and has sent {@code leftover} so far, from the first byte of its handshake on. */
    public static Behavior<Command> accept(
            int peer, Link.Opened link, Bytes leftover, Environment env, ActorRef<Event> torrent) {
        return create(peer, env, torrent, place -> OpeningActor.create(place, link, leftover));
    }

    private static Behavior<Command> create(
            int peer, Environment env, ActorRef<Event> torrent, Function<Place, Behavior<Object>> first) {
        return Behaviors.setup((ActorContext<Object> context) ->
                        Behaviors.withTimers(timers -> first.apply(new Place(peer, context, timers, env, torrent))))
                .narrow();
    }
}
