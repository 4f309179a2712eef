package io.bittern.client;

import static io.bittern.client.FailingNodes.NODE;
import static io.bittern.client.FailingNodes.SUGGESTED;
import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.net.UdpActor;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes that fail by a bug. */
@Timeout(60)
class DhtRevivalTest {

    private static final ActorTestKit testKit = ActorTestKit.create(ManualTime.config());
    private static final ManualTime time = ManualTime.get(testKit.system());

    private final FailingNodes failing = new FailingNodes(testKit);
    private final TestProbe<DhtNodesActor.Ready> ready = testKit.createTestProbe();

    @AfterAll
    static void shutDown() {
        testKit.shutdownTestKit();
    }

    @Test
    void beginsANodeAnewAfterARestThatGrows() {
        var nodes = testKit.spawn(DhtNodesActor.create(failing.parts(), ready.ref()));
        assertThat(ready.receiveMessage().nodes()).hasSize(2);
        UdpActor.Subscribe first = failing.next();
        failing.awaitAsked(NODE, "find_node");

        FailingNodes.fail(first);
        assertThat(ready.receiveMessage().nodes()).hasSize(1);
        nodes.tell(new DhtNodesActor.Named(List.of("node.test:6881")));
        time.timePasses(DhtNodesActor.FIRST_REST);
        assertThat(ready.receiveMessage().nodes()).hasSize(2);
        UdpActor.Subscribe second = failing.next();
        failing.awaitAsked(NODE, "find_node");
        failing.awaitAsked(SUGGESTED, "ping");

        FailingNodes.fail(second);
        assertThat(ready.receiveMessage().nodes()).hasSize(1);
        time.timePasses(DhtNodesActor.FIRST_REST);
        ready.expectNoMessage(Duration.ZERO);
        time.timePasses(DhtNodesActor.FIRST_REST);
        assertThat(ready.receiveMessage().nodes()).hasSize(2);
    }
}
