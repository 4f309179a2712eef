package io.bittern.store;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Threads for one piece of work that somebody waits for. */
final class Workers {

    private Workers() {}

    /** Runs work on so many threads of its own and waits for its end; an interrupt ends it. */
    static <T> T run(int threads, Function<Executor, CompletableFuture<T>> work)
            throws StoreException, InterruptedException {
        ExecutorService executor = Executors.newFixedThreadPool(threads, Workers::daemon);
        CompletableFuture<T> result = work.apply(executor);
        try {
            return result.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StoreException trouble) {
                throw trouble;
            }
            throw new IllegalStateException("the work failed", e.getCause());
        } finally {
            result.cancel(false);
            executor.shutdown();
        }
    }

    /** A thread that does not keep the process alive. */
    static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "hasher");
        thread.setDaemon(true);
        return thread;
    }
}
