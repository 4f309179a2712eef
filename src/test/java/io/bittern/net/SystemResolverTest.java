package io.bittern.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class SystemResolverTest {

    private static final Duration SOON = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofSeconds(10);

    private static List<InetAddress> await(Resolver resolver, String host) throws Exception {
        return resolver.resolve(host).toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void resolvesOnTheBlockingDispatcher() throws Exception {
        var config = ConfigFactory.parseString("""
                bittern.blocking { type = Dispatcher, executor = thread-pool-executor,
                  thread-pool-executor.fixed-pool-size = 1 }
                """);
        var testKit = ActorTestKit.create(config.withFallback(ConfigFactory.load()));
        try {
            assertThat(await(Resolver.system(testKit.system(), LONG), "127.0.0.1"))
                    .containsExactly(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        } finally {
            testKit.shutdownTestKit();
        }
    }

    @Test
    void givesAllAddressesOfAName() throws Exception {
        InetAddress[] both = {
            InetAddress.getLoopbackAddress(),
            InetAddress.getByAddress(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1})
        };

        assertThat(await(new SystemResolver(host -> both, Runnable::run, LONG), "a.test"))
                .containsExactly(both);
    }

    @Test
    void saysWhichHostIsUnknown() {
        var resolver = new SystemResolver(
                host -> {
                    throw new UnknownHostException("a.test: Temporary failure\nin name resolution");
                },
                Runnable::run,
                LONG);

        assertThatThrownBy(() -> await(resolver, "a.test"))
                .hasCauseInstanceOf(UnknownHostException.class)
                .hasRootCauseMessage("unknown host a.test");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "b\u00fccher.test", "a\u0000b", "a\nb"})
    void refusesWhatIsNoHostNameWithoutAsking(String host) {
        var asked = new AtomicInteger();
        var resolver = new SystemResolver(
                name -> {
                    asked.incrementAndGet();
                    return new InetAddress[0];
                },
                Runnable::run,
                LONG);

        assertThatThrownBy(() -> await(resolver, host)).hasRootCauseMessage("not a host name");
        assertThat(asked).hasValue(0);
    }

    @Test
    void givesUpOnASystemThatDoesNotAnswer() {
        var never = new CountDownLatch(1);
        Executor thread = task -> {
            var daemon = new Thread(task);
            daemon.setDaemon(true);
            daemon.start();
        };
        var resolver = new SystemResolver(
                host -> {
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return new InetAddress[0];
                },
                thread,
                SOON);

        assertThatThrownBy(() -> await(resolver, "a.test")).hasRootCauseMessage("no answer in time for a.test");
        never.countDown();
    }

    @Test
    void doesNotAskForWhatNobodyWaitsForAnyMore() {
        List<Runnable> queue = new ArrayList<>();
        var asked = new AtomicInteger();
        var resolver = new SystemResolver(
                host -> {
                    asked.incrementAndGet();
                    return new InetAddress[0];
                },
                queue::add,
                SOON);
        assertThatThrownBy(() -> await(resolver, "a.test")).hasRootCauseMessage("no answer in time for a.test");

        queue.forEach(Runnable::run);

        assertThat(asked).hasValue(0);
    }
}
