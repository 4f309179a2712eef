package io.bittern.client;

import io.bittern.dht.Family;
import io.bittern.dht.SavedNodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The nodes of the DHT that were known last time, a file in the state folder for each family. A damaged one counts as none. */
record DhtMemory(Path stateDir, Executor blocking) implements DhtNodesActor.Memory {

    private static final Logger LOG = LoggerFactory.getLogger(DhtMemory.class);
    private static final long MOST_BYTES = 1 << 16;

    @Override
    public CompletionStage<Map<Family, SavedNodes>> load() {
        return CompletableFuture.supplyAsync(
                () -> {
                    Map<Family, SavedNodes> saved = new EnumMap<>(Family.class);
                    for (Family family : Family.values()) {
                        load(family).ifPresent(nodes -> saved.put(family, nodes));
                    }
                    return saved;
                },
                blocking);
    }

    private Optional<SavedNodes> load(Family family) {
        try {
            Path file = file(family);
            return Files.isRegularFile(file) && Files.size(file) <= MOST_BYTES
                    ? SavedNodes.decode(Files.readAllBytes(file))
                    : Optional.empty();
        } catch (IOException unreadable) {
            LOG.debug("nodes of the DHT are not known again", unreadable);
            return Optional.empty();
        }
    }

    /** Whoever cannot be remembered is found again: a full disk is no trouble here. */
    @Override
    public void save(Family family, SavedNodes nodes) {
        if (nodes.contacts().isEmpty()) {
            return;
        }
        try {
            Files.createDirectories(stateDir);
            Aside.replace(file(family), nodes.encode());
        } catch (IOException full) {
            LOG.debug("nodes of the DHT are not remembered", full);
        }
    }

    private Path file(Family family) {
        return stateDir.resolve("dht-" + family.name().toLowerCase(Locale.ROOT) + ".nodes");
    }
}
