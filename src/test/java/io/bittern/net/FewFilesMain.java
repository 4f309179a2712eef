package io.bittern.net;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** A process that listens and, when told, uses up its descriptors: the other half of {@link FewFilesIT}. */
final class FewFilesMain {

    private FewFilesMain() {}

    public static void main(String[] args) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        ActorSystem<Void> system = ActorSystem.create(listening(out), "few-files");
        List<FileInputStream> hoard = new ArrayList<>();
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String command = in.readLine(); command != null; command = in.readLine()) {
            if (command.equals("fill")) {
                fill(hoard);
                out.println("FULL");
            } else {
                for (FileInputStream file : hoard) {
                    file.close();
                }
                out.println("FREE");
            }
        }
        system.terminate();
    }

    private static void fill(List<FileInputStream> hoard) {
        try {
            while (true) {
                hoard.add(new FileInputStream("/dev/null"));
            }
        } catch (IOException full) {
            // as wanted
        }
    }

    private static Behavior<Void> listening(PrintStream out) {
        return Behaviors.setup(context -> {
            var net = context.spawn(NetActor.create(NetSettings.defaults()), "net");
            ActorRef<Link.Event> acceptor = context.spawn(
                    Behaviors.receive(Link.Event.class)
                            .onMessage(Link.Opened.class, opened -> {
                                out.println("OPENED");
                                return Behaviors.same();
                            })
                            .build(),
                    "acceptor");
            ActorRef<NetActor.Event> events = context.spawn(
                    Behaviors.receive(NetActor.Event.class)
                            .onMessage(NetActor.Listening.class, listening -> {
                                out.println("PORT " + listening.local().getPort());
                                return Behaviors.same();
                            })
                            .build(),
                    "events");
            net.tell(new NetActor.Listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), events, acceptor));
            return Behaviors.empty();
        });
    }
}
