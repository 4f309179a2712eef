package io.bittern.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.net.Addresses;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Peers that send wrong data: libtorrent seeders with a proxy before some of them that spoils blocks. */
@Tag("interop")
class CorruptPeersIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern BANNED = Pattern.compile("\"event\":\"banned\".*\"peer\":\"/?([0-9.]+):");

    @RegisterExtension
    private final Area area = new Area();

    private final List<SpoilingProxy> proxies = new ArrayList<>();

    @AfterEach
    void close() {
        proxies.forEach(SpoilingProxy::close);
    }

    @Test
    void aPeerThatSpoilsOneBlockOfEachPieceIsBannedAndNoOther() {
        Outcome outcome = download(20 << 20, 1, 4, SpoilingProxy::oneInEachPiece);

        assertThat(outcome.banned()).containsExactly(liar(0));
    }

    @Test
    void finishesWithOneSpoiltBlockInTwentyOfHalfOfSixteenPeers() {
        Outcome outcome = download(32 << 20, 8, 16, () -> SpoilingProxy.oneIn(20));

        assertThat(proxies).allMatch(proxy -> proxy.spoilt() > 0);
        assertThat(outcome.banned())
                .isEqualTo(IntStream.range(0, 8).mapToObj(CorruptPeersIT::liar).collect(Collectors.toSet()));
    }

    @Test
    void finishesWhenAllButOneSpoilOneBlockOfEachPiece() {
        Outcome outcome = download(8 << 20, 5, 6, SpoilingProxy::oneInEachPiece);

        assertThat(outcome.banned())
                .isSubsetOf(IntStream.range(0, 5).mapToObj(CorruptPeersIT::liar).collect(Collectors.toSet()));
    }

    /** Who was banned, by address. */
    private record Outcome(Set<String> banned) {}

    /** Downloads from so many peers, of whom the first lie; so slowly that each of them has to do with it. */
    private Outcome download(int size, int liars, int peers, Supplier<IntPredicate> manner) {
        Needs.programs("python3-libtorrent");
        Payload payload = Payload.single(area, size, "256KiB", List.of());
        List<String> hosts =
                IntStream.range(0, peers).mapToObj(i -> "127.0.2." + (i + 1)).toList();
        LibtorrentCrowd seeders = LibtorrentCrowd.seed(area, payload.torrent(), payload.folder(), hosts);
        area.await("all listen", () -> !seeders.addresses().isEmpty());
        List<String> arguments = new ArrayList<>(List.of("--json", "--max-download", "5MiB"));
        for (int i = 0; i < peers; i++) {
            InetSocketAddress address = seeders.addresses().get(i);
            if (i < liars) {
                InetSocketAddress front = new InetSocketAddress(liar(i), address.getPort());
                proxies.add(new SpoilingProxy(front, address, manner));
                address = front;
            }
            arguments.addAll(List.of("--peer", Addresses.text(address)));
        }
        Path downloads = area.folder("downloads");

        Program bittern = BitternProgram.download(
                area, payload.torrent(), downloads, Area.freePort(), arguments.toArray(String[]::new));

        assertThat(bittern.exit(LIMIT)).as(bittern.tail()).isZero();
        assertThat(Payload.digests(downloads)).isEqualTo(payload.digests());
        return new Outcome(BANNED.matcher(bittern.output())
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new)));
    }

    private static String liar(int number) {
        return "127.0.1." + (number + 1);
    }
}
