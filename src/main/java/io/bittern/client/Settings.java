package io.bittern.client;

import com.typesafe.config.Config;
import io.bittern.tracker.AnnounceTo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that can be set, as {@code conf/bittern.conf} explains it.
 *
 * @param stateDir the folder of resume states and locks
 * @param config the same and Pekko's own settings, for the actor system
 */
public record Settings(
        Network network,
        Limits limits,
        Connections connections,
        Requests requests,
        Uploads uploads,
        Trackers trackers,
        Discovery discovery,
        Storage storage,
        Path stateDir,
        Config config) {

    /**
     * Where peers reach us, and which may.
     *
     * @param bindAddress the address to listen on, empty for all
     * @param portsToTry how many ports from the first on are tried before any free one is taken
     * @param ipFilter the file of address ranges that peers may not have
     */
    public record Network(Optional<String> bindAddress, int port, int portsToTry, Optional<Path> ipFilter) {}

    /**
     * How fast we go.
     *
     * @param all of the whole client
     * @param eachTorrent of each torrent that is given no limits of its own
     * @param eachPeer of each connection
     */
    public record Limits(RateLimits all, RateLimits eachTorrent, RateLimits eachPeer) {}

    /**
     * How many peers we talk to, and how long we wait for them.
     *
     * @param perAddress connections of one torrent to one address, an IPv6 network of 64 bits being one; loopback has no such
     *     limit
     * @param peerExchange whether peers of torrents that are not private tell each other of others
     */
    public record Connections(
            int total,
            int perTorrent,
            int perAddress,
            int dialsPerSecond,
            boolean peerExchange,
            Duration connectTimeout,
            Duration handshakeTimeout,
            Duration keepAlive,
            Duration silenceTimeout) {}

    /**
     * How blocks are asked for.
     *
     * @param maxOutstanding blocks asked of one peer at a time
     * @param takeBackTimeout silence after which others may be asked for the same block
     * @param snubTimeout silence after which a peer is asked for one block at a time
     * @param edgesFirst whether the first and the last piece of each file come before the rest of it
     */
    public record Requests(int maxOutstanding, Duration takeBackTimeout, Duration snubTimeout, boolean edgesFirst) {}

    /**
     * Who is given data.
     *
     * @param slots peers to serve at a time, 0 for a number that fits the upload rate
     * @param fastestFirst whether a seed serves those who take most a second, and not everybody in turn
     * @param quota pieces that a peer gets in one turn
     * @param superSeed whether a seed shows peers its pieces one by one until others have all of them, too (BEP 16)
     */
    public record Uploads(int slots, boolean fastestFirst, int quota, int maxQueued, boolean superSeed) {}

    /**
     * How trackers are asked.
     *
     * @param announcesPerSecond of all torrents that have nothing to fetch, 0 for no limit
     * @param announceTo how many of the trackers of a torrent are told
     */
    public record Trackers(Duration timeout, Duration stopTimeout, int announcesPerSecond, AnnounceTo announceTo) {}

    /**
     * How peers are found without a tracker; of private torrents never.
     *
     * @param local whether neighbours on the same network are asked (BEP 14)
     * @param dht whether the DHT is asked (BEP 5)
     * @param dhtReadOnly whether we ask others there and do not answer (BEP 43)
     * @param dhtRouters HOST:PORT of nodes that are always there
     * @param portMapping whether gateways are asked to let peers in
     */
    public record Discovery(
            boolean local, boolean dht, boolean dhtReadOnly, List<String> dhtRouters, boolean portMapping) {}

    /**
     * How data goes to the disk.
     *
     * @param preallocate whether files take their whole room from the start
     * @param buffer bytes that may be in flight between sockets and disk
     * @param syncBytes bytes after which the disk is synced, whatever the time
     */
    public record Storage(boolean preallocate, long buffer, int openFiles, Duration syncInterval, long syncBytes) {}

    /**
     * Reads the settings: defaults, then the user's file, {@code file}, the environment and the flags, each over those
     * before it.
     *
     * @param environment variables such as {@code BITTERN_MAX_UPLOAD} for {@code bittern.max-upload}; also those that
     *     say where the user's files are
     * @param file a further file, which has to exist
     * @param flags values by the name of their setting without {@code bittern.}
     * @throws SettingsException if a setting is not known or its value cannot be
     */
    public static Settings load(Map<String, String> environment, Optional<Path> file, Map<String, ?> flags)
            throws SettingsException {
        return SettingsReader.read(environment, file, flags);
    }

    /** Begins to read the defaults in another thread; {@link #load} then finds what is read already. */
    public static void preload() {
        Thread reader = new Thread(SettingsReader::readReference, "bittern-settings");
        reader.setDaemon(true);
        reader.setUncaughtExceptionHandler((thread, failed) -> {}); // load fails the same way, and its caller can tell
        reader.start();
    }
}
