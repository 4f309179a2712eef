package io.bittern.client;

import io.bittern.metainfo.PeerId;
import io.bittern.net.ExternalPort;
import io.bittern.net.Link;
import io.bittern.peer.Introduction;
import io.bittern.peer.PeerActor;
import io.bittern.store.StoreSettings;
import io.bittern.tracker.Announcers;
import io.bittern.webseed.WebClient;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * What the children of all torrents of a client share.
 *
 * @param port where peers can connect to us
 * @param node our node of the DHT, once there is one
 * @param limits the budget of bytes on their way, and the limits of the client or of one torrent
 * @param disk open files, buffers and threads of the stores
 * @param nanoTime the monotonic clock
 */
record Shared(
        Settings settings,
        PeerId self,
        ExternalPort port,
        AtomicReference<Introduction.DhtNode> node,
        Link.Dialer dialer,
        Announcers announcers,
        WebClient web,
        PeerActor.Limits limits,
        StoreSettings.Shared disk,
        SecureRandom random,
        LongSupplier nanoTime) {

    /** The same for a torrent with limits of its own. */
    Shared under(Throttle throttle) {
        PeerActor.Limits own = new PeerActor.Limits(limits.budget(), throttle.download(), throttle.upload());
        return new Shared(settings, self, port, node, dialer, announcers, web, own, disk, random, nanoTime);
    }
}
