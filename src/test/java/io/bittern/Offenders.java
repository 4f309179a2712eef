package io.bittern;

import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.function.LongSupplier;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.X509TrustManager;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** What the rules of {@link ArchitectureTest} refuse. */
final class Offenders {

    private Offenders() {}

    record ReadsClock(Instant now, long millis, LongSupplier nanos, Clock clock) {
        ReadsClock() {
            this(Instant.now(), System.currentTimeMillis(), System::nanoTime, Clock.systemUTC());
        }
    }

    static final class Sleeps {
        static void sleep() throws InterruptedException {
            Thread.sleep(1);
        }
    }

    static final class Prints {
        static void print(Exception exception) {
            System.out.print(exception);
            exception.printStackTrace();
        }
    }

    static final class TrustsAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    static final class TrustsAnyHost {
        static HostnameVerifier any() {
            return (host, session) -> true;
        }
    }

    record Holder(ActorRef<String> ref) {}

    static final class OpenActor {
        OpenActor() {}

        static Behavior<String> create() {
            return Behaviors.empty();
        }
    }

    public static final class UnmadeActor {
        private UnmadeActor() {}

        static Behavior<String> behaviour() {
            return Behaviors.ignore();
        }
    }
}
