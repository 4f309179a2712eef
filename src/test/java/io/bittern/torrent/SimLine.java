package io.bittern.torrent;

import java.util.ArrayDeque;

/**
 * The line of one peer, which all its links share: blocks leave one after another, one of each link in turn, and blocks
 * come in one after another. What is not a block is short and takes no time but the latency.
 */
final class SimLine {

    /** Lines are so much faster down than up. */
    private static final int DOWN_FOR_UP = 8;

    private final SimSwarm swarm;
    private final double upload;
    private final ArrayDeque<SimLink> queue = new ArrayDeque<>();
    private boolean busy;
    private long downFree;
    private long sent;

    /** @param upload bytes/s */
    SimLine(SimSwarm swarm, double upload) {
        this.swarm = swarm;
        this.upload = upload;
    }

    double upload() {
        return upload;
    }

    /** Bytes of blocks that have left. */
    long sent() {
        return sent;
    }

    /** A link has a block to send. */
    void queue(SimLink link) {
        queue.add(link);
        sendNext();
    }

    /** When a block that leaves now will have come. */
    long arrival(int bytes) {
        downFree = Math.max(downFree, swarm.now() + SimSwarm.LATENCY) + nanos(bytes, upload * DOWN_FOR_UP);
        return downFree;
    }

    private void sendNext() {
        SimLink next = busy ? null : queue.poll();
        if (next == null) {
            return;
        }
        busy = true;
        int bytes = next.firstBlock();
        swarm.after(nanos(bytes, upload), () -> {
            busy = false;
            sent += bytes;
            next.blockLeft();
            sendNext();
        });
    }

    private static long nanos(int bytes, double perSecond) {
        return (long) (bytes / perSecond * SimSwarm.SECOND);
    }
}
