package io.bittern.choke;

import io.bittern.peer.PeerActor;
import io.bittern.peer.Standing;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The peers of a choker: who has still to answer in this round, and whether we seed. Outlives a failed policy. */
final class Members {

    private final Map<Integer, Member> members = new TreeMap<>();
    private final Set<Integer> awaited = new HashSet<>();
    private boolean seeding;

    void join(int peer, Consumer<PeerActor.Command> ref) {
        members.put(peer, new Member(ref));
    }

    /** Forgets a peer; true if its answer was the last that was waited for. */
    boolean leave(int peer) {
        members.remove(peer);
        return awaited.remove(peer) && awaited.isEmpty();
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    void seeding(boolean now) {
        seeding = now;
    }

    boolean seeding() {
        return seeding;
    }

    /** Asks all how they stand. */
    void ask(PeerActor.TellStanding question, boolean regularly) {
        awaited.addAll(members.keySet());
        members.values().forEach(member -> member.ask(question, regularly));
    }

    /** Whether somebody has still to answer. */
    boolean awaited() {
        return !awaited.isEmpty();
    }

    /** Takes an answer; true if it was the last that was waited for. */
    boolean hear(Standing standing) {
        Member member = members.get(standing.peer());
        if (member != null) {
            member.hear(standing);
        }
        return awaited.remove(standing.peer()) && awaited.isEmpty();
    }

    /** How those stand who have said so lately; who has not answered by now is waited for no longer. */
    List<Standing> judged() {
        awaited.clear();
        return members.values().stream().flatMap(Member::judged).toList();
    }

    /** Tells each whether it may download, if that is news to it. */
    void serve(Set<Integer> chosen) {
        members.forEach((peer, member) -> member.serve(chosen.contains(peer)));
    }
}
