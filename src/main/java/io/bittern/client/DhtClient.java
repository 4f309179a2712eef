package io.bittern.client;

import io.bittern.bencode.BString;
import io.bittern.dht.Contact;
import io.bittern.dht.DhtEvent;
import io.bittern.dht.Item;
import io.bittern.dht.NodeId;
import io.bittern.metainfo.InfoHash;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Asks the DHT without torrents: a node of its own for each address family, which begins at the nodes of the last time and
 * the routers of the settings, and remembers nothing. Safe for many threads.
 *
 * <p>Unless the settings say so it is not read-only (BEP 43): nodes give a whole answer only to who answers them.
 *
 * <p>Answers take as long as the network takes, usually some seconds; a stage ends with a {@link ClientException} if the
 * client is closed before.
 */
public interface DhtClient extends AutoCloseable {

    /**
     * What came of a question.
     *
     * @param answered nodes that answered it
     * @param stored nodes that keep what was put
     * @param swarm about how many share the torrent, if that was asked and anybody knows
     */
    record Outcome(int answered, int stored, Optional<DhtEvent.SwarmSize> swarm) {}

    /**
     * Nodes that are there.
     *
     * @param nodes good ones first
     * @param answered nodes that answered us
     * @param address where others see us, if enough of them agree (BEP 42)
     * @param strangers hosts of other networks that have asked us though we had not spoken to them
     */
    record Neighbourhood(List<Contact> nodes, int answered, Optional<InetAddress> address, long strangers) {}

    /**
     * Looks for peers of a torrent, which must not be private (BEP 27), and estimates how many there are (BEP 33).
     *
     * @param found is told of peers as they are found, by a thread of the client: it must not block
     */
    CompletionStage<Outcome> peers(InfoHash torrent, Consumer<List<InetSocketAddress>> found);

    /**
     * Gets an item (BEP 44).
     *
     * @param salt that of a mutable item, or empty
     * @param found is told of the item, and again when a newer version of a mutable one is found, by a thread of the client
     */
    CompletionStage<Outcome> get(NodeId target, BString salt, Consumer<Item> found);

    /** Puts an item (BEP 44), in the place of the version {@code cas} if there is one. */
    CompletionStage<Outcome> put(Item item, Optional<Long> cas);

    /** Looks around. */
    CompletionStage<Neighbourhood> nodes();

    /** Ends it at once. */
    @Override
    void close();

    /** Starts with the network and the routers of these settings, on their port or, if that is taken, any other. */
    static DhtClient start(Settings settings) {
        return new DhtQuestions(settings);
    }

    /** A way to start one. */
    @FunctionalInterface
    interface Starter {
        DhtClient start(Settings settings);
    }
}
