package io.bittern.portmap;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** What is to be sent to the gateway. */
final class Outbox {

    /** A datagram. */
    record Packet(InetSocketAddress to, byte[] payload) {}

    /**
     * A request by HTTP, to be answered by its number.
     *
     * @param soapAction empty for a GET
     */
    record Question(long number, URI to, String soapAction, byte[] body) {}

    private List<Packet> packets = new ArrayList<>();
    private List<Question> questions = new ArrayList<>();
    private long numbers;

    void send(InetSocketAddress to, byte[] payload) {
        packets.add(new Packet(to, payload));
    }

    /** Returns the number of the question. */
    long ask(URI to, String soapAction, byte[] body) {
        questions.add(new Question(++numbers, to, soapAction, body));
        return numbers;
    }

    List<Packet> takePackets() {
        List<Packet> taken = packets;
        packets = new ArrayList<>();
        return taken;
    }

    List<Question> takeQuestions() {
        List<Question> taken = questions;
        questions = new ArrayList<>();
        return taken;
    }
}
