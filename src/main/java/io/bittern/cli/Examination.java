package io.bittern.cli;

import io.bittern.client.Bittern;
import io.bittern.client.ClientException;
import io.bittern.client.DhtClient;
import io.bittern.client.PortMapping;
import io.bittern.client.Settings;
import io.bittern.metainfo.FileLayout.TorrentFile;
import io.bittern.metainfo.Metainfo;
import io.bittern.net.OpenFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** Looks at network and disk for the doctor. */
final class Examination {

    private final Shell shell;
    private final Settings settings;
    private final Settings forClient;
    private final Path folder;
    private final Duration patience;

    /**
     * With these settings and this folder for data.
     *
     * @param forClient the same, but that the client does not look for peers by itself
     * @param patience how long the DHT and the router may take
     */
    Examination(Shell shell, Settings settings, Settings forClient, Path folder, Duration patience) {
        this.shell = shell;
        this.settings = settings;
        this.forClient = forClient;
        this.folder = folder;
        this.patience = patience;
    }

    /** What is seen through a client. */
    private record Contact(Findings.Port port, Findings.Router router, List<Scrape.Answer> trackers) {}

    /** Looks at all there is, which takes as long as the slowest tracker and the DHT. */
    Findings of(Optional<Subject> subject) throws CliException, InterruptedException {
        if (!settings.discovery().dht()) {
            return findings(subject, contact(subject), Findings.Dht.OFF, 0);
        }
        Set<InetSocketAddress> peers = ConcurrentHashMap.newKeySet();
        try (DhtClient dht = shell.dht().start(settings)) {
            CompletionStage<DhtClient.Neighbourhood> looking = dht.nodes();
            Optional<CompletionStage<DhtClient.Outcome>> searching = subject.filter(torrent -> !torrent.isPrivate())
                    .map(torrent -> dht.peers(torrent.hash(), peers::addAll));
            Contact contact = contact(subject);
            Optional<DhtClient.Neighbourhood> around = DhtOptions.within(patience, looking);
            if (searching.isPresent() && around.isPresent()) {
                DhtOptions.within(patience, searching.get());
            }
            return findings(subject, contact, dht(around), peers.size());
        }
    }

    private static Findings.Dht dht(Optional<DhtClient.Neighbourhood> around) {
        Optional<InetAddress> address = around.flatMap(DhtClient.Neighbourhood::address);
        return new Findings.Dht(
                true,
                around.map(DhtClient.Neighbourhood::answered).orElse(0),
                address.map(InetAddress::getHostAddress),
                address.filter(Examination::isOurs).isPresent(),
                around.map(DhtClient.Neighbourhood::strangers).orElse(0L));
    }

    private static boolean isOurs(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException unknown) {
            return false;
        }
    }

    private Contact contact(Optional<Subject> subject) throws CliException, InterruptedException {
        int wanted = settings.network().port();
        try (Bittern client = shell.starter().start(forClient)) {
            CompletableFuture<PortMapping> mapping = new CompletableFuture<>();
            client.watchPort(mapping::complete);
            Findings.Port port = new Findings.Port(wanted, OptionalInt.of(client.port()), Optional.empty());
            List<Scrape.Answer> trackers = subject.isEmpty()
                    ? List.of()
                    : Scrape.ask(client, subject.get().hash(), subject.get().tiers(), shell.clock())
                            .answers();
            boolean asked = forClient.discovery().portMapping();
            return new Contact(
                    port,
                    new Findings.Router(asked, asked ? DhtOptions.within(patience, mapping) : Optional.empty()),
                    trackers);
        } catch (ClientException refused) {
            Optional<String> reason = Optional.of(refused.failure().reason());
            return new Contact(
                    new Findings.Port(wanted, OptionalInt.empty(), reason),
                    new Findings.Router(false, Optional.empty()),
                    List.of());
        }
    }

    private Findings findings(Optional<Subject> subject, Contact contact, Findings.Dht dht, int dhtPeers) {
        return new Findings(
                contact.port(),
                contact.router(),
                dht,
                shell.clock().instant(),
                look(settings.stateDir()),
                look(folder),
                OpenFiles.free(),
                settings.connections().total() + settings.storage().openFiles(),
                subject.map(torrent -> torrent(torrent, contact.trackers(), dhtPeers)));
    }

    private Findings.Torrent torrent(Subject torrent, List<Scrape.Answer> trackers, int dhtPeers) {
        return new Findings.Torrent(
                torrent.name(),
                torrent.isPrivate(),
                (int) torrent.tiers().stream().mapToLong(List::size).sum(),
                trackers,
                dhtPeers,
                torrent.webSeeds().size(),
                torrent.metainfo().map(this::content));
    }

    private Findings.Content content(Metainfo torrent) {
        return new Findings.Content(
                torrent.sizes().length(),
                torrent.layout().files().stream()
                        .mapToLong(TorrentFile::length)
                        .max()
                        .orElse(0),
                Files.exists(folder.resolve(torrent.name())),
                torrent.creationDate());
    }

    /** A folder that is not there is judged by the one that it would be made in. */
    private static Findings.Folder look(Path folder) {
        Path there = folder.toAbsolutePath();
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        boolean writable = Files.isDirectory(there) && Files.isWritable(there);
        try {
            FileStore store = Files.getFileStore(there);
            return new Findings.Folder(folder, writable, OptionalLong.of(store.getUsableSpace()), store.type());
        } catch (IOException unknown) {
            return new Findings.Folder(folder, writable, OptionalLong.empty(), "");
        }
    }
}
