package io.bittern.webseed;

import io.bittern.net.JdkHttp;
import io.bittern.net.Resolver;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks web servers by the JDK's client, which keeps connections; made when it is first needed. */
public final class WebClient implements WebSource {

    private final Resolver resolver;
    private final Duration connectTimeout;
    private final String userAgent;
    private final ExecutorService threads = JdkHttp.threads("bittern-web");
    private @Nullable HttpClient client;

    public WebClient(Resolver resolver, Duration connectTimeout, String userAgent) {
        this.resolver = resolver;
        this.connectTimeout = connectTimeout;
        this.userAgent = userAgent;
    }

    /** Never blocks: making the client and all that follows happens in threads of its own. */
    @Override
    public Get get(Ask ask, Consumer<Event> to) {
        RangeGet get = new RangeGet(this::client, resolver, userAgent, ask, to);
        threads.execute(get::start);
        return get;
    }

    private synchronized HttpClient client() {
        if (client == null) {
            client = JdkHttp.client(connectTimeout, threads);
        }
        return client;
    }
}
