package io.bittern.dht;

import java.util.Set;

/** To get to know the nodes near to a point. */
record NodesGoal(NodeId target) implements Goal {

    @Override
    public Ask.Near ask() {
        return new Ask.FindNode(target, Set.of());
    }
}
