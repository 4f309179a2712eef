package io.bittern.peer;

import io.bittern.wire.FrameEncoder;
import io.bittern.wire.PeerMessage;
import java.util.ArrayList;
import java.util.List;

/** What has been said and not been sent yet: messages to the peer, events to the torrent. */
final class Outgoing {

    private final int peer;
    private final List<PeerMessage> messages = new ArrayList<>();
    private List<PeerActor.Event> events = new ArrayList<>();

    Outgoing(int peer) {
        this.peer = peer;
    }

    /** The number that the torrent gave the connection. */
    int peer() {
        return peer;
    }

    /** Says something to the peer; blocks go through the {@link Outbox} instead. */
    void say(PeerMessage message) {
        messages.add(message);
    }

    void tell(PeerActor.Event event) {
        events.add(event);
    }

    /** Messages that wait. */
    int size() {
        return messages.size();
    }

    boolean silent() {
        return messages.isEmpty();
    }

    byte[] takeMessages() {
        byte[] bytes = FrameEncoder.encode(messages);
        messages.clear();
        return bytes;
    }

    List<PeerActor.Event> takeEvents() {
        if (events.isEmpty()) {
            return List.of();
        }
        List<PeerActor.Event> taken = events;
        events = new ArrayList<>();
        return taken;
    }
}
