package io.bittern.peer;

import io.bittern.metainfo.PeerId;
import io.bittern.piece.Bitfield;
import io.bittern.piece.Lease;
import java.net.InetSocketAddress;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * One connection to a peer, from dialling to gone.
 */
public final class PeerActor {

    private PeerActor() {}

    /** What a peer can be told. */
    public sealed interface Command {}

    /** Answers {@link Joined}: the connection is wanted, and this is what we have. */
    public record Start(Bitfield verified) implements Command {}

    /** Answers {@link Wants}: blocks to fetch. Fewer than wanted, or none, means that more comes by itself when there is some. */
    public record Grant(List<Lease> leases) implements Command {}

    /** Takes blocks back that somebody else has brought, or that are no longer wanted. */
    public record Revoke(List<Lease> leases) implements Command {}

    /** We have a piece now. */
    public record Have(int piece) implements Command {}

    /** Whether the peer has pieces that we want. */
    public record Interest(boolean interested) implements Command {}

    /** Whether the peer may download from us. */
    public record Unchoke(boolean unchoked) implements Command {}

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

    /** The pieces that the peer had at the start. */
    public record HasAll(int peer, Bitfield pieces) implements Event {}

    /** Pieces that the peer has got since. */
    public record Has(int peer, List<Integer> pieces) implements Event {}

    /** The peer serves us and could fetch so many blocks more; {@code fast}: a whole piece would take it under 20 s. */
    public record Wants(int peer, int blocks, boolean fast) implements Event {}

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
        /** It broke the protocol. */
        PROTOCOL,
        /** It is ourselves. */
        SELF
    }
}
