package io.bittern.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** The system's resolver on an executor that may block. */
final class SystemResolver implements Resolver {

    private static final int LONGEST = 253;

    /** The blocking call itself. */
    @FunctionalInterface
    interface Lookup {
        InetAddress[] lookUp(String host) throws UnknownHostException;
    }

    private final Lookup lookup;
    private final Executor executor;
    private final Duration timeout;

    SystemResolver(Executor executor, Duration timeout) {
        this(InetAddress::getAllByName, executor, timeout);
    }

    SystemResolver(Lookup lookup, Executor executor, Duration timeout) {
        this.lookup = lookup;
        this.executor = executor;
        this.timeout = timeout;
    }

    @Override
    public CompletionStage<List<InetAddress>> resolve(String host) {
        var result = new CompletableFuture<List<InetAddress>>();
        if (!plain(host)) {
            result.completeExceptionally(new UnknownHostException("not a host name"));
            return result;
        }
        // a thread cannot be called back from the system's resolver, so the answer is given without it
        CompletableFuture<Void> deadline =
                new CompletableFuture<Void>().orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
        CompletableFuture<?> unused = deadline.whenComplete((nothing, late) ->
                result.completeExceptionally(new UnknownHostException("no answer in time for " + host)));
        // ended with the answer, so that no timer is left of a look-up that is done
        unused = result.whenComplete((addresses, failure) -> deadline.complete(null));
        executor.execute(() -> lookUp(host, result));
        return result;
    }

    private void lookUp(String host, CompletableFuture<List<InetAddress>> result) {
        if (result.isDone()) {
            return; // it waited too long for a thread: nobody wants it any more
        }
        try {
            result.complete(List.of(lookup.lookUp(host)));
        } catch (UnknownHostException e) {
            result.completeExceptionally(new UnknownHostException("unknown host " + host));
        } catch (RuntimeException e) {
            result.completeExceptionally(e);
        }
    }

    /** Look-alike and control characters have no place in a host name; the empty name would mean this machine. */
    private static boolean plain(String host) {
        return !host.isBlank() && host.length() <= LONGEST && host.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }
}
