package io.bittern.portmap;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** A {@link FakeGateway} with sockets: one port for NAT-PMP, PCP and searches that are not sent to a group, and one for HTTP. */
final class GatewayStation implements AutoCloseable {

    private final FakeGateway gateway = new FakeGateway();
    private final DatagramSocket udp;
    private final HttpServer http;

    /** Stands at an address, with ports of its own choice where they are 0. */
    GatewayStation(Set<FakeGateway.Speaks> speaks, InetAddress address, int udpPort, int httpPort) throws IOException {
        gateway.speaks.retainAll(speaks);
        udp = new DatagramSocket(udpPort, address);
        http = HttpServer.create(new InetSocketAddress(address, httpPort), 0);
        gateway.location =
                "http://" + address.getHostAddress() + ":" + http.getAddress().getPort() + "/igd.xml";
        http.createContext("/", this::answer);
        http.start();
        serve(udp);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String action = Optional.ofNullable(exchange.getRequestHeaders().getFirst("SOAPAction"))
                .orElse("");
        byte[] body = exchange.getRequestBody().readAllBytes();
        FakeGateway.Http answer;
        synchronized (gateway) {
            answer = gateway.http(exchange.getRequestURI().getPath(), action, body);
            gateway.notifyAll();
        }
        exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
        exchange.getResponseBody().write(answer.body());
        exchange.close();
    }

    /** Answers also what comes by this socket. */
    void serve(DatagramSocket socket) {
        Thread thread = new Thread(
                () -> {
                    try {
                        while (true) {
                            reply(socket);
                        }
                    } catch (IOException closed) {
                        return; // the test is over
                    }
                },
                "gateway");
        thread.setDaemon(true);
        thread.start();
    }

    private void reply(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
        socket.receive(packet);
        Optional<byte[]> reply;
        synchronized (gateway) {
            reply = gateway.reply(Arrays.copyOf(packet.getData(), packet.getLength()));
            gateway.notifyAll();
        }
        if (reply.isPresent()) {
            socket.send(new DatagramPacket(reply.get(), reply.get().length, packet.getSocketAddress()));
        }
    }

    FakeGateway gateway() {
        return gateway;
    }

    /** Of UDP. */
    int port() {
        return udp.getLocalPort();
    }

    Set<String> mappings() {
        synchronized (gateway) {
            return Set.copyOf(gateway.mappings.keySet());
        }
    }

    /** Waits until something else is mapped than that, and says what. */
    Set<String> awaitOtherThan(Set<String> known) throws InterruptedException {
        synchronized (gateway) {
            while (gateway.mappings.keySet().equals(known)) {
                gateway.wait();
            }
            return mappings();
        }
    }

    /** Answers nothing by UDP any more. */
    void fallSilent() {
        udp.close();
    }

    @Override
    public void close() {
        udp.close();
        http.stop(0);
    }
}
