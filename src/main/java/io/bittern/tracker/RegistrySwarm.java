package io.bittern.tracker;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** One swarm of a {@link Registry}: its peers by address, the one that was silent longest first. */
final class RegistrySwarm {

    private final Map<InetSocketAddress, Member> members = new LinkedHashMap<>();
    private int seeders;
    private int completed;

    /** The size of the swarm, and how often its torrent was completed. */
    record Counts(int seeders, int completed, int leechers) {}

    private record Member(Registry.Peer peer, boolean seeder, long seen) {}

    int size() {
        return members.size();
    }

    Counts counts() {
        return new Counts(seeders, completed, members.size() - seeders);
    }

    void join(Registry.Peer peer, AnnounceRequest request, long now) {
        leave(peer.address());
        Member member = new Member(peer, request.left() == 0, now);
        members.put(peer.address(), member);
        seeders += member.seeder() ? 1 : 0;
        completed += request.event() == AnnounceEvent.COMPLETED ? 1 : 0;
    }

    void leave(InetSocketAddress address) {
        Member gone = members.remove(address);
        seeders -= gone != null && gone.seeder() ? 1 : 0;
    }

    /** Forgets those who were silent longest, until no more than so many are left. */
    void trim(int most) {
        while (members.size() > most) {
            leave(members.keySet().iterator().next());
        }
    }

    /** Forgets those who have been silent for longer than {@code life} nanoseconds. */
    void expire(long life, long now) {
        for (Iterator<Member> oldest = members.values().iterator(); oldest.hasNext(); ) {
            Member member = oldest.next();
            if (now - member.seen() <= life) {
                return;
            }
            oldest.remove();
            seeders -= member.seeder() ? 1 : 0;
        }
    }

    /** Some peers at random for the one at {@code asker}, never itself; a seeder has no use for seeders. */
    List<Registry.Peer> choose(int wanted, InetSocketAddress asker, boolean sameFamily, RandomGenerator random) {
        Member self = members.get(asker);
        boolean seeding = self != null && self.seeder();
        List<Registry.Peer> fitting = new ArrayList<>();
        for (Member member : members.values()) {
            InetSocketAddress address = member.peer().address();
            boolean family = !sameFamily
                    || address.getAddress().getClass() == asker.getAddress().getClass();
            if (family && !address.equals(asker) && !(seeding && member.seeder())) {
                fitting.add(member.peer());
            }
        }
        int chosen = Math.min(wanted, fitting.size());
        for (int i = 0; i < chosen; i++) {
            Collections.swap(fitting, i, i + random.nextInt(fitting.size() - i));
        }
        return fitting.subList(0, chosen);
    }
}
