package io.bittern.choke;

import io.bittern.peer.PeerActor;
import io.bittern.peer.Standing;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A peer as its choker knows it: how it stood last, and whether it was told that it may download. */
final class Member {

    /** Regular rounds without an answer after which a peer is not judged by its last one any more. */
    private static final int ROUNDS_TO_MISS = 3;

    private final Consumer<PeerActor.Command> peer;
    private @Nullable Standing standing;
    private boolean unchoked;
    private int missed;

    Member(Consumer<PeerActor.Command> peer) {
        this.peer = peer;
    }

    /** Asks how it stands; questions between regular rounds may be missed. */
    void ask(PeerActor.TellStanding question, boolean regularly) {
        missed += regularly ? 1 : 0;
        peer.accept(question);
    }

    void hear(Standing answer) {
        standing = answer;
        missed = 0;
    }

    /** How it stands, if it has said so lately. What it was told last counts, it may not have come to that yet. */
    Stream<Standing> judged() {
        Standing last = standing;
        return last == null || missed >= ROUNDS_TO_MISS ? Stream.empty() : Stream.of(last.unchoked(unchoked));
    }

    /** Tells it whether it may download, if that is news to it. */
    void serve(boolean serve) {
        if (serve != unchoked) {
            unchoked = serve;
            peer.accept(new PeerActor.Unchoke(serve));
        }
    }
}
