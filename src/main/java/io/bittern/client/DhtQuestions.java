package io.bittern.client;

import io.bittern.bencode.BString;
import io.bittern.dht.DhtEvent;
import io.bittern.dht.Item;
import io.bittern.dht.NodeId;
import io.bittern.dht.Wanted;
import io.bittern.metainfo.InfoHash;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.LoggerFactory;

/** The {@link DhtClient} that works: an actor system of a few actors. */
final class DhtQuestions implements DhtClient {

    private final ActorSystem<DhtClientActor.Command> system;

    DhtQuestions(Settings settings) {
        // before the system's threads do it all at once: SLF4J complains of what is logged while it is set up
        LoggerFactory.getILoggerFactory();
        this.system = ActorSystem.create(
                DhtClientActor.create(system -> DhtParts.single(system, settings)), "bittern-dht", settings.config());
    }

    @Override
    public CompletionStage<Outcome> peers(InfoHash torrent, Consumer<List<InetSocketAddress>> found) {
        return search(new Wanted.Peers(torrent, true), event -> {
            if (event instanceof DhtEvent.PeersFound news) {
                found.accept(news.peers());
            }
        });
    }

    @Override
    public CompletionStage<Outcome> get(NodeId target, BString salt, Consumer<Item> found) {
        return search(new Wanted.Get(target, salt), event -> {
            if (event instanceof DhtEvent.ItemFound news) {
                found.accept(news.item());
            }
        });
    }

    @Override
    public CompletionStage<Outcome> put(Item item, Optional<Long> cas) {
        return search(new Wanted.Put(item, cas), event -> {});
    }

    /** Whoever looks for anything at all meets nodes on the way. */
    @Override
    public CompletionStage<Neighbourhood> nodes() {
        return get(NodeId.random(new SecureRandom()), BString.EMPTY, item -> {}).thenCompose(over -> {
            CompletableFuture<Neighbourhood> result = result();
            system.tell(new DhtClientActor.Look(over.answered(), result));
            return result;
        });
    }

    private CompletionStage<Outcome> search(Wanted wanted, Consumer<DhtEvent.OfSearch> listener) {
        CompletableFuture<Outcome> result = result();
        system.tell(new DhtClientActor.Search(wanted, listener, result));
        return result;
    }

    private <T> CompletableFuture<T> result() {
        CompletableFuture<T> result = new CompletableFuture<>();
        system.getWhenTerminated()
                .thenRun(() -> result.completeExceptionally(
                        new ClientException(new Failure(Failure.Kind.STOPPED, "the client has been closed"))));
        return result;
    }

    @Override
    public void close() {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().join();
    }
}
