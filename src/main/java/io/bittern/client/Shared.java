package io.bittern.client;

import io.bittern.metainfo.PeerId;
import io.bittern.net.Link;
import io.bittern.peer.PeerActor;
import io.bittern.store.StoreSettings;
import io.bittern.tracker.Announcers;
import io.bittern.webseed.WebClient;
import java.security.SecureRandom;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * What the children of all torrents of a client share.
 *
 * @param port where peers can connect to us, 0 until that is known
 * @param limits the budget of bytes on their way, and the rates of the client
 * @param disk open files, buffers and threads of the stores
 * @param nanoTime the monotonic clock
 */
record Shared(
        Settings settings,
        PeerId self,
        IntSupplier port,
        Link.Dialer dialer,
        Announcers announcers,
        WebClient web,
        PeerActor.Limits limits,
        StoreSettings.Shared disk,
        SecureRandom random,
        LongSupplier nanoTime) {}
