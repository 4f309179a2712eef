package io.bittern.peer;

import io.bittern.net.Addresses;
import io.bittern.wire.ExtendedHandshake;
import io.bittern.wire.PexMessage;
import io.bittern.wire.WireException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Which of the addresses that a peer tells are believed (BEP 11): one message a minute, and one more for clocks that
 * differ; of each so many as may be told at most; none that nobody but the teller could reach, and not ours.
 */
final class PeerExchange {

    /** The most addresses that one message may add, and that one may drop. */
    static final int MOST = 50;

    private static final long EVERY = TimeUnit.MINUTES.toNanos(1);

    private final Encounter with;
    private @Nullable InetAddress ours;
    private long paidUntil = Long.MIN_VALUE;

    PeerExchange(Encounter with) {
        this.with = with;
    }

    /** The peer says how it sees us. */
    void met(ExtendedHandshake said) {
        said.yourIp().ifPresent(address -> ours = address);
    }

    /** Whether a message that comes now is one too many; if not it counts. */
    boolean tooOften(long now) {
        if (paidUntil != Long.MIN_VALUE && paidUntil - now > EVERY) {
            return true;
        }
        paidUntil = (paidUntil == Long.MIN_VALUE ? now : Math.max(now, paidUntil)) + EVERY;
        return false;
    }

    /** The addresses in a message that may be dialled. */
    List<InetSocketAddress> heard(byte[] payload) throws WireException {
        return PexMessage.decode(payload).added().stream()
                .map(PexMessage.Contact::address)
                .filter(this::believed)
                .distinct()
                .limit(MOST)
                .toList();
    }

    /** A stranger may send us to strangers only: not to this machine, nor into this network. */
    private boolean believed(InetSocketAddress told) {
        boolean us = told.getPort() == with.introduction().port()
                && told.getAddress().equals(ours);
        return !us
                && !Addresses.isMartian(told)
                && Addresses.scope(told.getAddress()).compareTo(Addresses.scope(with.remote())) >= 0;
    }
}
