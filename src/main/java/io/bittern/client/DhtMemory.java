package io.bittern.client;

import io.bittern.dht.Family;
import io.bittern.dht.NodeMemory;
import io.bittern.dht.SavedNodes;
import io.bittern.store.DiskReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The nodes of the DHT that were known last time, in a file of the state folder. A damaged one counts as none. */
final class DhtMemory implements NodeMemory {

    private static final Logger LOG = LoggerFactory.getLogger(DhtMemory.class);
    private static final long MOST_BYTES = 1 << 16;

    private final Path file;
    private final Executor blocking;

    DhtMemory(Path stateDir, Family family, Executor blocking) {
        this.file = stateDir.resolve("dht-" + family.name().toLowerCase(Locale.ROOT) + ".nodes");
        this.blocking = blocking;
    }

    @Override
    public CompletionStage<Optional<SavedNodes>> load() {
        return CompletableFuture.supplyAsync(this::read, blocking);
    }

    private Optional<SavedNodes> read() {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Optional<SavedNodes> saved = Optional.empty();
        String problem = "it is damaged";
        try {
            if (Files.isRegularFile(file) && Files.size(file) <= MOST_BYTES) {
                saved = SavedNodes.decode(Files.readAllBytes(file));
            }
        } catch (IOException unreadable) {
            problem = DiskReason.of(unreadable);
        }
        if (saved.isEmpty()) {
            LOG.warn("cannot read the nodes of the DHT in {} ({}); others are looked for", file, problem);
        }
        return saved;
    }

    @Override
    public void keep(SavedNodes nodes) {
        blocking.execute(() -> keepNow(nodes));
    }

    /** Whoever cannot be remembered is found again: a full disk is no trouble here. */
    @Override
    public synchronized void keepNow(SavedNodes nodes) {
        if (nodes.contacts().isEmpty()) {
            return;
        }
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Aside.replace(file, nodes.encode());
        } catch (IOException full) {
            LOG.debug("nodes of the DHT are not remembered", full);
        }
    }
}
