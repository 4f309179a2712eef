package io.bittern.net;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;

/** Turns host names into addresses: the real one asks the system, tests have a table. */
@FunctionalInterface
public interface Resolver {

    /** The addresses of a name or literal, at least one; else fails with {@link java.net.UnknownHostException}. */
    CompletionStage<List<InetAddress>> resolve(String host);

    /** Asks the system on the dispatcher {@code bittern.blocking}, and gives up after the timeout. */
    static Resolver system(ActorSystem<?> system, Duration timeout) {
        return new SystemResolver(
                system.dispatchers().lookup(DispatcherSelector.fromConfig("bittern.blocking")), timeout);
    }
}
