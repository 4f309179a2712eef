package io.bittern.portmap;

import java.util.Optional;
import java.util.stream.Stream;

/** What is mapped: peers connect by TCP; the DHT and uTP use UDP. */
public enum Protocol {
    TCP(6),
    UDP(17);

    private final int number;

    Protocol(int number) {
        this.number = number;
    }

    /** The number that IANA has given it. */
    int number() {
        return number;
    }

    static Optional<Protocol> of(int number) {
        return Stream.of(values()).filter(each -> each.number == number).findFirst();
    }
}
