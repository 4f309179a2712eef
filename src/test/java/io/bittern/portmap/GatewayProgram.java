package io.bittern.portmap;

import io.bittern.portmap.FakeGateway.Speaks;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.util.Set;
import java.util.TreeSet;

/** A fake gateway as a program of its own: says on standard output what is mapped, whenever that changes. */
final class GatewayProgram {

    private static final int HTTP_PORT = 5000;

    private GatewayProgram() {}

    /** Needs the address to stand at, and what to speak. */
    public static void main(String[] arguments) throws Exception {
        InetAddress address = InetAddress.getByName(arguments[0]);
        var station = new GatewayStation(
                Set.of(Speaks.valueOf(arguments[1])), address, PortMapperActor.GATEWAY_PORT, HTTP_PORT);
        MulticastSocket searches = new MulticastSocket(PortMapperActor.SSDP.getPort());
        searches.joinGroup(
                new InetSocketAddress(PortMapperActor.SSDP.getAddress(), 0),
                NetworkInterface.getByInetAddress(address));
        station.serve(searches);
        System.out.println("ready");
        Set<String> told = Set.of();
        while (true) {
            told = station.awaitOtherThan(told);
            System.out.println("mapped " + new TreeSet<>(told));
        }
    }
}
