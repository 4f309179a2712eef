package io.bittern.tracker;

import io.bittern.net.JdkHttp;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** An {@link HttpBody} for the JDK's client; whatever is wrong with it closes the connection at once. */
final class BoundedBody implements HttpResponse.BodySubscriber<byte[]> {

    private final CompletableFuture<byte[]> result = new CompletableFuture<>();
    private final @Nullable HttpBody body;
    private Flow.@Nullable Subscription subscription;

    private BoundedBody(@Nullable HttpBody body) {
        this.body = body;
    }

    /** Reads the bodies of answers that are wanted, and hangs up on those of redirects. */
    static HttpResponse.BodyHandler<byte[]> handler(int limit) {
        return head -> new BoundedBody(
                JdkHttp.isRedirect(head.statusCode())
                        ? null
                        : new HttpBody(
                                head.headers().firstValue("Content-Encoding").orElse(""), limit));
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return result;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        if (body == null) {
            given.cancel();
            result.complete(new byte[0]);
        } else {
            given.request(1);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        if (result.isDone() || subscription == null || body == null) {
            return;
        }
        try {
            for (ByteBuffer buffer : buffers) {
                byte[] bytes = new byte[buffer.remaining()];
                buffer.get(bytes);
                body.add(bytes);
            }
            subscription.request(1);
        } catch (TrackerException e) {
            subscription.cancel();
            onError(e);
        }
    }

    @Override
    public void onError(Throwable failure) {
        close();
        result.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        try {
            result.complete(body == null ? new byte[0] : body.finish());
        } catch (TrackerException e) {
            result.completeExceptionally(e);
        }
        close();
    }

    private void close() {
        if (body != null) {
            body.close();
        }
    }
}
