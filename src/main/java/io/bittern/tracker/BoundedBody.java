package io.bittern.tracker;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** The body of an answer, unpacked and bounded; whatever is wrong with it closes the connection at once. */
final class BoundedBody implements HttpResponse.BodySubscriber<byte[]> {

    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private final ByteArrayOutputStream plain = new ByteArrayOutputStream();
    private final @Nullable Gunzip gunzip;
    private final int limit;
    private Flow.@Nullable Subscription subscription;

    private BoundedBody(@Nullable Gunzip gunzip, int limit) {
        this.gunzip = gunzip;
        this.limit = limit;
    }

    /** Reads the bodies of answers that are wanted, and hangs up on those of redirects. */
    static HttpResponse.BodyHandler<byte[]> handler(int limit) {
        return head -> {
            if (HttpGet.isRedirect(head.statusCode())) {
                return new BoundedBody(null, -1);
            }
            String encoding =
                    head.headers().firstValue("Content-Encoding").orElse("").toLowerCase(Locale.ROOT);
            boolean gzip = encoding.equals("gzip") || encoding.equals("x-gzip");
            return new BoundedBody(gzip ? new Gunzip(limit) : null, limit);
        };
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        if (limit < 0) {
            given.cancel();
            body.complete(new byte[0]);
        } else {
            given.request(1);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        if (body.isDone() || subscription == null) {
            return;
        }
        try {
            for (ByteBuffer buffer : buffers) {
                add(buffer);
            }
            subscription.request(1);
        } catch (TrackerException e) {
            subscription.cancel();
            onError(e);
        }
    }

    private void add(ByteBuffer buffer) throws TrackerException {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        if (gunzip != null) {
            gunzip.add(bytes);
            return;
        }
        if (plain.size() + bytes.length > limit) {
            throw new TrackerException("the tracker's answer is too large");
        }
        plain.writeBytes(bytes);
    }

    @Override
    public void onError(Throwable failure) {
        close();
        body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        try {
            body.complete(gunzip == null ? plain.toByteArray() : gunzip.finish());
        } catch (TrackerException e) {
            body.completeExceptionally(e);
        }
        close();
    }

    private void close() {
        if (gunzip != null) {
            gunzip.close();
        }
    }
}
