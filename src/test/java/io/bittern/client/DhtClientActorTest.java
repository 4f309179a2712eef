package io.bittern.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.bittern.dht.Wanted;
import io.bittern.metainfo.InfoHash;
import io.bittern.net.UdpActor;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DhtClientActorTest {

    private static final ActorTestKit testKit = ActorTestKit.create(ManualTime.config());
    private static final Wanted PEERS = new Wanted.Peers(InfoHash.fromHex("ab".repeat(20)), true);

    private final FailingNodes failing = new FailingNodes(testKit);
    private final ActorRef<DhtClientActor.Command> client =
            testKit.spawn(DhtClientActor.create(system -> CompletableFuture.completedFuture(failing.parts())));

    @AfterAll
    static void shutDown() {
        testKit.shutdownTestKit();
    }

    @Test
    void aSearchEndsWhenItsNodeFails() {
        CompletableFuture<DhtClient.Outcome> result = new CompletableFuture<>();
        client.tell(new DhtClientActor.Search(PEERS, found -> {}, result));
        UdpActor.Subscribe node = failing.next();
        failing.awaitAsked(FailingNodes.NODE, "get_peers");

        FailingNodes.fail(node);

        assertThat(result)
                .failsWithin(20, TimeUnit.SECONDS)
                .withThrowableThat()
                .havingCause()
                .asInstanceOf(type(ClientException.class))
                .extracting(ClientException::failure)
                .isEqualTo(new Failure(Failure.Kind.INTERNAL, "the node of the DHT failed; the log says why"));
    }

    @Test
    void aSearchWithoutNodesIsOverAtOnce() {
        CompletableFuture<SearchActor.Over> end = new CompletableFuture<>();

        testKit.spawn(SearchActor.create(Map.of(), found -> {}, end::complete));

        assertThat(end.orTimeout(20, TimeUnit.SECONDS).join().whole()).isFalse();
    }
}
