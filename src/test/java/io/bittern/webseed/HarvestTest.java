package io.bittern.webseed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.bittern.Forall;
import io.bittern.metainfo.Metainfo;
import io.bittern.metainfo.MetainfoException;
import io.bittern.metainfo.PieceSizes;
import io.bittern.metainfo.TorrentBuilder;
import io.bittern.net.ByteBudget;
import io.bittern.net.RateLimit;
import io.bittern.piece.Lease;
import io.bittern.store.PieceStoreActor.Block;
import io.bittern.store.PieceStoreActor.Stored;
import io.bittern.webseed.WebSource.Answered;
import io.bittern.webseed.WebSource.Ask;
import io.bittern.webseed.WebSource.Came;
import io.bittern.webseed.WebSource.Ended;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class HarvestTest {

    private static final int PIECE = 2 * PieceSizes.BLOCK + 100;
    private static final Duration REST = Duration.ofSeconds(1);
    private static final int SEED = -2;

    /** A server, a store and a torrent, all of them under the test's hand. */
    private static final class Stage implements Harvest.World {

        final Metainfo torrent;
        final byte[] payload;
        final ByteBudget budget;
        final Map<Integer, Request> requests = new TreeMap<>();
        final List<WebSeedActor.Event> events = new ArrayList<>();
        final ArrayDeque<List<Block>> writes = new ArrayDeque<>();
        final byte[] got;
        final int[] times;
        final Harvest harvest;
        final List<Lease> free = new ArrayList<>();
        boolean hungry = true;
        long now;

        Stage(Random random, RateLimit limit, int budget, int... lengths) throws Exception {
            this.torrent = torrent(lengths);
            this.payload = new byte[(int) torrent.sizes().length()];
            random.nextBytes(payload);
            this.got = new byte[payload.length];
            this.times =
                    new int[payload.length / PieceSizes.BLOCK + torrent.sizes().count() + 1];
            this.budget = new ByteBudget(budget);
            this.harvest = new Harvest(
                    SEED,
                    WebPlan.ofFiles(torrent, "http://w.test/"),
                    new WebSeedActor.Limits(this.budget, limit),
                    new WebSeedActor.Settings(2, Duration.ofSeconds(20), REST, Duration.ofMinutes(5), () -> now),
                    this);
            settle();
        }

        Stage(int... lengths) throws Exception {
            this(new Random(1), RateLimit.unlimited(), 4 << 20, lengths);
        }

        void settle() {
            harvest.settle(now);
        }

        void pass(Duration time) {
            now += time.toNanos();
            settle();
        }

        void grantAll() {
            List<Lease> all = new ArrayList<>();
            for (int piece = 0; piece < torrent.sizes().count(); piece++) {
                all.add(lease(piece));
            }
            grant(all);
        }

        void grant(List<Lease> leases) {
            harvest.grant(leases);
            settle();
        }

        Lease lease(int piece) {
            return new Lease(piece, 0, 0, torrent.sizes().blocks(piece));
        }

        @Override
        public WebSource.Get get(int exchange, Ask ask) {
            Request request = new Request(exchange, ask);
            requests.put(exchange, request);
            return request;
        }

        @Override
        public void write(List<Block> blocks) {
            writes.add(blocks);
        }

        @Override
        public void tell(WebSeedActor.Event event) {
            events.add(event);
        }

        boolean store() {
            List<Block> blocks = writes.poll();
            if (blocks == null) {
                return false;
            }
            long bytes = 0;
            for (Block block : blocks) {
                long at = torrent.sizes().offset(block.piece()) + block.begin();
                System.arraycopy(block.array(), block.offset(), got, (int) at, block.length());
                times[block.piece() * torrent.sizes().blocks(0) + block.begin() / PieceSizes.BLOCK]++;
                bytes += block.length();
            }
            harvest.stored(new Stored(blocks.size(), bytes, 0, 0));
            settle();
            return true;
        }

        boolean done() {
            return requests.isEmpty() && writes.isEmpty() && Arrays.equals(got, payload);
        }

        /** Something happens: mostly what should. */
        void disturb(RandomGenerator random) {
            int dice = random.nextInt(40);
            if (dice == 0 && !requests.isEmpty()) {
                Request broken = request();
                requests.remove(broken.number);
                broken.hear(new Ended(Optional.of("broken")));
            } else if (dice == 1 && !requests.isEmpty() && !request().answered) {
                request().answer(503, "");
            } else if (dice < 20 && !writes.isEmpty()) {
                store();
            } else if (!requests.isEmpty() && (!request().answered || request().demand > 0)) {
                request().serve();
            } else if (!store()) {
                pass(REST);
            }
            grantReturned();
        }

        /** Who wants gets back what was returned. */
        private void grantReturned() {
            List<WebSeedActor.Event> before = List.copyOf(events);
            events.clear();
            for (WebSeedActor.Event event : before) {
                if (event instanceof WebSeedActor.Returned returned) {
                    free.addAll(returned.leases());
                } else if (event instanceof WebSeedActor.Wants wants) {
                    hungry = wants.blocks() > 0;
                }
            }
            if (hungry && !free.isEmpty()) {
                List<Lease> leases = List.copyOf(free);
                free.clear();
                grant(leases);
            }
        }

        Request request() {
            assertThat(requests).isNotEmpty();
            return requests.values().iterator().next();
        }

        /** Answers every request as an honest server does, and stores all that comes. */
        void serveAll() {
            while (!requests.isEmpty() || !writes.isEmpty()) {
                if (!store()) {
                    request().serve();
                }
            }
        }

        <E extends WebSeedActor.Event> List<E> told(Class<E> type) {
            return events.stream().filter(type::isInstance).map(type::cast).toList();
        }

        /** One request that has been sent. */
        final class Request implements WebSource.Get {

            final int number;
            final Ask ask;
            int demand;
            boolean answered;
            boolean cancelled;
            long sent;

            Request(int number, Ask ask) {
                this.number = number;
                this.ask = ask;
            }

            @Override
            public void more() {
                demand++;
            }

            @Override
            public void cancel() {
                cancelled = true;
                requests.remove(number);
            }

            long fileOffset() {
                return torrent.layout().files().stream()
                        .filter(file -> ask.url()
                                .uri()
                                .getPath()
                                .endsWith("/" + file.path().get(file.path().size() - 1)))
                        .findFirst()
                        .orElseThrow()
                        .offset();
            }

            void hear(WebSource.Event event) {
                harvest.heard(number, event, now);
                settle();
            }

            void answer(int status, String range) {
                answered = true;
                hear(new Answered(
                        status,
                        OptionalLong.empty(),
                        Optional.of(range).filter(text -> !text.isEmpty()),
                        Optional.empty(),
                        Optional.empty()));
            }

            void send(int bytes) {
                demand--;
                int from = (int) (fileOffset() + ask.from() + sent);
                sent += bytes;
                // two buffers, as the real client hands over several
                int half = bytes / 2;
                hear(new Came(List.of(
                        ByteBuffer.wrap(payload, from, half), ByteBuffer.wrap(payload, from + half, bytes - half))));
            }

            /** One more step of an honest answer. */
            void serve() {
                if (!answered) {
                    answer(206, "bytes " + ask.from() + "-" + (ask.from() + ask.length() - 1) + "/*");
                } else if (sent < ask.length()) {
                    assertThat(demand)
                            .as("it asks for more while nothing waits")
                            .isEqualTo(1);
                    send((int) Math.min(20_000, ask.length() - sent));
                } else {
                    requests.remove(number);
                    hear(new Ended(Optional.empty()));
                }
            }
        }
    }

    @Test
    void fetchesAllThatIsGrantedAcrossFiles() throws Exception {
        Stage stage = new Stage(PIECE - 7, 3, 0, 5 * PIECE, 1);
        assertThat(stage.told(WebSeedActor.Wants.class)).hasSize(1);

        stage.grantAll();
        stage.serveAll();

        assertThat(stage.got).isEqualTo(stage.payload);
        assertThat(stage.told(WebSeedActor.Fetched.class))
                .extracting(fetched -> fetched.lease().piece())
                .containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5);
        assertThat(stage.budget.taken()).isZero();
    }

    @Test
    void asksForNeighboursInOneRequest() throws Exception {
        Stage stage = new Stage(6 * PIECE);

        stage.grant(List.of(stage.lease(1), stage.lease(2), stage.lease(4)));

        assertThat(stage.requests.values())
                .extracting(request -> request.ask.from(), request -> request.ask.length())
                .containsExactly(tuple((long) PIECE, 2L * PIECE), tuple(4L * PIECE, (long) PIECE));
    }

    @Test
    void asksForMoreOnlyAsTheStoreAnswers() throws Exception {
        Stage stage = new Stage(40 * PIECE);
        stage.grantAll();
        Stage.Request request = stage.request();
        request.serve();
        while (request.demand == 1) {
            request.send(20_000);
        }

        assertThat(request.sent).isLessThanOrEqualTo(256 << 10);
        while (request.demand == 0) {
            assertThat(stage.store()).isTrue();
        }
    }

    @Test
    void waitsForTheRateLimit() throws Exception {
        Stage stage = new Stage(new Random(1), RateLimit.of(20_000), 4 << 20, 40 * PIECE);
        stage.grantAll();
        Stage.Request request = stage.request();
        request.serve();
        request.send(20_000);
        assertThat(request.demand).isZero();

        stage.pass(Duration.ofMillis(700));
        assertThat(request.demand).isZero();
        assertThat(stage.harvest.deadline(stage.now))
                .isLessThanOrEqualTo(Duration.ofSeconds(1).toNanos());
        stage.pass(Duration.ofMillis(100));
        assertThat(request.demand).isEqualTo(1);
    }

    @Test
    void asksForNothingWithoutBudget() throws Exception {
        Stage stage = new Stage(new Random(1), RateLimit.unlimited(), 128 << 10, 40 * PIECE);
        long all = stage.budget.takeUpTo(128 << 10);

        stage.grantAll();
        assertThat(stage.requests).isEmpty();

        stage.budget.giveBack(all);
        stage.pass(Duration.ofMillis(50));
        assertThat(stage.requests).isNotEmpty();
    }

    @Test
    void restsLongerWithEachFailureAndGivesItsLeasesBack() throws Exception {
        Stage stage = new Stage(6 * PIECE);
        for (int failures = 0; failures < 4; failures++) {
            stage.events.clear();
            stage.grantAll();
            stage.request().answer(500, "");

            assertThat(stage.requests).isEmpty();
            assertThat(stage.told(WebSeedActor.Returned.class)).hasSize(1);
            assertThat(stage.budget.taken()).isZero();
            stage.pass(REST.multipliedBy(1L << failures).minusNanos(1));
            stage.grantAll();
            assertThat(stage.requests).as("it rests").isEmpty();
            stage.pass(Duration.ofNanos(1));
        }
        stage.grantAll();
        stage.serveAll();

        assertThat(stage.got).isEqualTo(stage.payload);
    }

    @Test
    void waitsAsLongAsTheServerAsks() throws Exception {
        Stage stage = new Stage(6 * PIECE);
        stage.grantAll();
        stage.request()
                .hear(new Answered(
                        503,
                        OptionalLong.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(Duration.ofSeconds(30))));
        stage.pass(Duration.ofSeconds(29));
        stage.grantAll();
        assertThat(stage.requests).isEmpty();

        stage.pass(Duration.ofSeconds(1));
        stage.grantAll();
        assertThat(stage.requests).isNotEmpty();
    }

    @Test
    void givesASilentServerUp() throws Exception {
        Stage stage = new Stage(6 * PIECE);
        stage.grantAll();
        Stage.Request request = stage.request();
        request.serve();
        request.send(10);

        stage.pass(Duration.ofSeconds(20));

        assertThat(request.cancelled).isTrue();
        assertThat(stage.told(WebSeedActor.Failed.class)).hasSize(1);
        assertThat(stage.budget.taken()).isZero();
    }

    @Test
    void doesWithoutAFileThatIsMissing() throws Exception {
        Stage stage = new Stage(2 * PIECE, 2 * PIECE);
        stage.grantAll();

        stage.request().answer(404, "");

        assertThat(stage.told(WebSeedActor.HasOnly.class).get(0).pieces().count())
                .isEqualTo(2);
        assertThat(stage.told(WebSeedActor.Returned.class)).isNotEmpty();
        stage.grant(List.of(stage.lease(0), stage.lease(2)));
        assertThat(stage.requests.values()).allMatch(request -> request.fileOffset() == 2 * PIECE);
        stage.request().answer(410, "");
        assertThat(stage.told(WebSeedActor.Gone.class)).hasSize(1);
        assertThat(stage.harvest.uselessness()).isPresent();
    }

    @Test
    void takesWhatIsUsefulOfAFileThatComesWhole() throws Exception {
        Stage stage = new Stage(6 * PIECE);
        stage.grant(List.of(stage.lease(1), stage.lease(4)));
        Stage.Request request = stage.request();

        request.answer(200, "");
        request.sent = -request.ask.from();
        while (!stage.requests.isEmpty() && stage.requests.containsValue(request)) {
            if (!stage.store()) {
                request.send((int) Math.min(20_000, 6L * PIECE - request.ask.from() - request.sent));
            }
        }

        assertThat(request.cancelled)
                .as("it hangs up when nothing more is wanted")
                .isTrue();
        while (stage.store()) {
            assertThat(stage.writes.size()).isLessThan(10);
        }
        for (int piece : List.of(1, 4)) {
            assertThat(Arrays.copyOfRange(stage.got, piece * PIECE, (piece + 1) * PIECE))
                    .isEqualTo(Arrays.copyOfRange(stage.payload, piece * PIECE, (piece + 1) * PIECE));
        }
    }

    @Test
    void hangsUpOnWhatOthersHaveBrought() throws Exception {
        Stage stage = new Stage(6 * PIECE);
        stage.grant(List.of(stage.lease(1), stage.lease(2)));
        Stage.Request request = stage.request();
        request.serve();
        request.send(10);

        stage.harvest.revoke(List.of(stage.lease(1), stage.lease(2)));
        stage.settle();

        assertThat(request.cancelled).isTrue();
        assertThat(stage.budget.taken()).isZero();
    }

    @Test
    void endsAServerThatSendsMoreThanWasAskedFor() throws Exception {
        Stage stage = new Stage(6 * PIECE);
        stage.grant(List.of(stage.lease(1)));
        Stage.Request request = stage.request();
        request.serve();
        request.send(PIECE - 1);
        request.send(2);

        assertThat(stage.told(WebSeedActor.Gone.class)).hasSize(1);
    }

    @Test
    void countsWhatCame() throws Exception {
        Stage stage = new Stage(6 * PIECE);
        stage.grantAll();
        stage.serveAll();
        stage.harvest.close();

        assertThat(stage.told(WebSeedActor.Traffic.class).stream()
                        .mapToLong(WebSeedActor.Traffic::down)
                        .sum())
                .isEqualTo(6L * PIECE);
        assertThat(stage.told(WebSeedActor.Traffic.class)).allMatch(traffic -> traffic.wasted() == 0);
    }

    @Test
    void bringsEverythingOnceWhateverTheServerDoes() {
        Forall.seeds(40, random -> {
            int[] lengths = random.ints(1 + random.nextInt(6), 0, 3 * PIECE).toArray();
            lengths[0]++;
            Stage stage = new Stage(
                    new Random(random.nextLong()),
                    RateLimit.unlimited(),
                    random.nextBoolean() ? 1 << 20 : 20_000,
                    lengths);
            stage.grantAll();
            for (int step = 0; step < 100_000 && !stage.done(); step++) {
                stage.disturb(random);
            }
            assertThat(stage.got).isEqualTo(stage.payload);
            assertThat(Arrays.stream(stage.times).max().orElse(0)).isEqualTo(1);
            stage.harvest.close();
            assertThat(stage.budget.taken()).isZero();
        });
    }

    private static Metainfo torrent(int... lengths) throws MetainfoException {
        List<TorrentBuilder.Entry> files = new ArrayList<>();
        for (int length : lengths) {
            files.add(new TorrentBuilder.Entry(List.of("file" + files.size()), length));
        }
        TorrentBuilder builder = lengths.length == 1
                ? TorrentBuilder.ofFile("file0", lengths[0])
                : TorrentBuilder.ofFolder("dir", files);
        builder.pieceLength(PIECE);
        return Metainfo.parse(
                builder.hashes(new byte[20 * builder.sizes().count()]).build());
    }
}
