package io.bittern.tracker;

import io.bittern.net.Addresses;
import io.bittern.net.Resolver;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;

/** Announces to one UDP tracker (BEP 15); the name is looked up anew for each announce. */
final class UdpAnnouncer implements Announcer {

    private final TrackerUrl url;
    private final Resolver resolver;
    private final ActorRef<UdpExchangeActor.Command> exchange;

    UdpAnnouncer(TrackerUrl url, Resolver resolver, ActorRef<UdpExchangeActor.Command> exchange) {
        this.url = url;
        this.resolver = resolver;
        this.exchange = exchange;
    }

    @Override
    public CompletionStage<AnnounceResponse> announce(AnnounceRequest request) {
        CompletableFuture<AnnounceResponse> answer = new CompletableFuture<>();
        Stages.onEnd(resolver.resolve(url.host()), (addresses, failure) -> {
            if (failure != null) {
                answer.completeExceptionally(Failures.translated(failure, url));
            } else {
                begin(addresses, request, answer);
            }
        });
        return answer;
    }

    private void begin(
            List<InetAddress> addresses, AnnounceRequest request, CompletableFuture<AnnounceResponse> answer) {
        Optional<InetSocketAddress> tracker = addresses.stream()
                .sorted(Comparator.comparing(address -> !(address instanceof Inet4Address)))
                .map(address -> new InetSocketAddress(address, url.port()))
                .filter(address -> !Addresses.isMartian(address))
                .findFirst();
        if (tracker.isEmpty()) {
            answer.completeExceptionally(new TrackerException(url.host() + " has no address that can be used"));
            return;
        }
        String urlData = url.pathAndQuery().equals("/") ? "" : url.pathAndQuery();
        exchange.tell(new UdpExchangeActor.Begin(tracker.get(), urlData, request, answer));
        Stages.onEnd(answer, (response, failure) -> {
            if (answer.isCancelled()) {
                exchange.tell(new UdpExchangeActor.Withdraw(answer));
            }
        });
    }
}
