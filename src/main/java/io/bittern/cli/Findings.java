package io.bittern.cli;

import io.bittern.client.PortMapping;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What the doctor has seen, without judgement.
 *
 * @param descriptors files and sockets that may still be opened, if the system tells
 * @param wantedDescriptors those that the settings would use
 */
record Findings(
        Port port,
        Router router,
        Dht dht,
        Instant clock,
        Folder state,
        Folder data,
        OptionalInt descriptors,
        int wantedDescriptors,
        Optional<Torrent> torrent) {

    /**
     * Where peers connect.
     *
     * @param wanted the port of the settings, 0 for any
     * @param got the port that could be had
     * @param refusal why the client did not start, if it did not
     */
    record Port(int wanted, OptionalInt got, Optional<String> refusal) {}

    /**
     * Whether the router lets peers in.
     *
     * @param asked whether the settings allow to ask
     * @param answer what came of it, if it came in time
     */
    record Router(boolean asked, Optional<PortMapping> answer) {}

    /**
     * The DHT.
     *
     * @param on whether the settings allow it
     * @param answered nodes that answered
     * @param address where they see us, if they agree
     * @param ours whether this machine itself has that address
     * @param strangers hosts of other networks that asked us first
     */
    record Dht(boolean on, int answered, Optional<String> address, boolean ours, long strangers) {

        static final Dht OFF = new Dht(false, 0, Optional.empty(), false, 0);
    }

    /**
     * A folder, or where it would be made.
     *
     * @param free bytes that we may write there
     * @param fileSystem its kind, as the system calls it
     */
    record Folder(Path path, boolean writable, OptionalLong free, String fileSystem) {}

    /**
     * A torrent that somebody asks about.
     *
     * @param trackers what each of them said; empty when they could not be asked
     * @param named how many trackers it names
     * @param dhtPeers peers that the DHT knows
     * @param content what is known of its data; nothing for a magnet link
     */
    record Torrent(
            String name,
            boolean isPrivate,
            int named,
            List<Scrape.Answer> trackers,
            int dhtPeers,
            int webSeeds,
            Optional<Content> content) {}

    /**
     * Data of a torrent.
     *
     * @param present whether something of it is there already
     */
    record Content(long length, long largestFile, boolean present, Optional<Instant> created) {}
}
