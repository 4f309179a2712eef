package io.bittern.cli;

import io.bittern.bencode.BString;
import io.bittern.client.DhtClient;
import io.bittern.client.Settings;
import io.bittern.dht.Item;
import io.bittern.dht.NodeId;
import io.bittern.metainfo.InfoHash;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** A DHT in memory. */
final class FakeDht implements DhtClient, DhtClient.Starter {

    final Map<InfoHash, List<InetSocketAddress>> peers = new HashMap<>();
    final Map<NodeId, Item> items = new HashMap<>();
    final List<Optional<Long>> cas = new ArrayList<>();
    Outcome outcome = new Outcome(0, 0, Optional.empty());
    Neighbourhood around = new Neighbourhood(List.of(), 0, Optional.empty(), 0);

    /** Whether no question is ever answered to its end. */
    boolean endless;

    @Override
    public DhtClient start(Settings settings) {
        return this;
    }

    private <T> CompletionStage<T> over(T result) {
        return endless ? new CompletableFuture<>() : CompletableFuture.completedStage(result);
    }

    @Override
    public CompletionStage<Outcome> peers(InfoHash torrent, Consumer<List<InetSocketAddress>> found) {
        found.accept(peers.getOrDefault(torrent, List.of()));
        return over(outcome);
    }

    @Override
    public CompletionStage<Outcome> get(NodeId target, BString salt, Consumer<Item> found) {
        Optional.ofNullable(items.get(target)).ifPresent(found);
        return over(outcome);
    }

    @Override
    public CompletionStage<Outcome> put(Item item, Optional<Long> expected) {
        items.put(item.target(), item);
        cas.add(expected);
        return over(outcome);
    }

    @Override
    public CompletionStage<Neighbourhood> nodes() {
        return over(around);
    }

    @Override
    public void close() {}
}
