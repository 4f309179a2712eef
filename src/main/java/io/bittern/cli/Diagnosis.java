package io.bittern.cli;

import io.bittern.client.PortMapping;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What {@link Findings} mean, in words. */
final class Diagnosis {

    private static final long LITTLE_SPACE = 100L << 20;
    private static final int MANY_NODES = 8;

    /** File systems on which no file has 4 GiB. */
    private static final Set<String> FAT = Set.of("vfat", "msdos", "fat", "fat32");

    private static final long FAT_LIMIT = (4L << 30) - 1;

    /** How bad it is. */
    enum Level {
        OK,
        WARNING,
        PROBLEM;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A judgement.
     *
     * @param topic what it is about, a word
     * @param next what to do about it; empty if there is nothing to do
     */
    record Verdict(Level level, String topic, String text, String next) {

        static Verdict ok(String topic, String text) {
            return new Verdict(Level.OK, topic, text, "");
        }

        static Verdict warning(String topic, String text, String next) {
            return new Verdict(Level.WARNING, topic, text, next);
        }

        static Verdict problem(String topic, String text, String next) {
            return new Verdict(Level.PROBLEM, topic, text, next);
        }
    }

    private final List<Verdict> verdicts = new ArrayList<>();

    private Diagnosis() {}

    /** All there is to say, a verdict for each topic at least. */
    static List<Verdict> of(Findings found) {
        Diagnosis diagnosis = new Diagnosis();
        diagnosis.verdicts.add(port(found.port()));
        found.port().got().ifPresent(port -> {
            diagnosis.verdicts.add(router(found.router(), port));
            diagnosis.verdicts.add(ReachDiagnosis.of(port, found.port().wanted() == port, found.dht()));
        });
        diagnosis.dht(found.dht());
        diagnosis.verdicts.add(ClockDiagnosis.of(found));
        diagnosis.verdicts.add(state(found.state()));
        diagnosis.data(found);
        diagnosis.verdicts.add(descriptors(found));
        found.torrent().ifPresent(torrent -> diagnosis.verdicts.addAll(SwarmDiagnosis.of(torrent, found.dht())));
        return diagnosis.verdicts;
    }

    private static Verdict port(Findings.Port port) {
        if (port.got().isEmpty()) {
            return Verdict.problem(
                    "port",
                    port.refusal().orElse("no port could be had"),
                    "until then nothing can be downloaded, and no tracker was asked");
        }
        int got = port.got().getAsInt();
        if (port.wanted() != 0 && port.wanted() != got) {
            return Verdict.warning(
                    "port",
                    "port " + port.wanted() + " is taken, by another Bittern perhaps; " + got + " could be had",
                    "stop what has it, or give another with --port");
        }
        return Verdict.ok("port", "port " + got + " can be had");
    }

    private static Verdict router(Findings.Router router, int port) {
        String byHand = "lead port " + port + " to this machine by hand in the router";
        if (!router.asked()) {
            return Verdict.ok(
                    "router",
                    "it is not asked to let peers in; unless it does by itself, peers wait until we connect to them");
        }
        if (router.answer().isEmpty()) {
            return Verdict.warning("router", "none has answered yet", "give it more time with --timeout, or " + byHand);
        }
        PortMapping mapping = router.answer().get();
        if (mapping.isOpen()) {
            return mapping.doors().stream().anyMatch(PortMapping.Door::isPublic)
                    ? Verdict.ok("router", mapping.text())
                    : Verdict.warning(
                            "router", mapping.text(), "let that one lead the port on, or ask the provider for it");
        }
        return mapping.gateways() == 0
                ? Verdict.ok("router", mapping.reason() + ": this machine is in the internet, or in no network")
                : Verdict.warning(
                        "router",
                        mapping.text() + "; peers wait until we connect to them",
                        "switch UPnP, NAT-PMP or PCP on in the router, or " + byHand);
    }

    private void dht(Findings.Dht dht) {
        verdicts.add(dhtNodes(dht));
        if (dht.on() && dht.answered() > 0) {
            verdicts.add(Verdict.ok(
                    "address",
                    dht.address()
                            .map(address -> "others see us at " + address)
                            .orElse("too few nodes agree on where they see us")));
        }
    }

    private static Verdict dhtNodes(Findings.Dht dht) {
        if (!dht.on()) {
            return Verdict.warning("dht", "the DHT is off", "leave out --no-dht, or set bittern.discovery.dht = true");
        }
        if (dht.answered() == 0) {
            return Verdict.problem(
                    "dht", "no node of the DHT answers", "let UDP out, or name a node with --dht-router HOST:PORT");
        }
        return dht.answered() < MANY_NODES
                ? Verdict.warning(
                        "dht",
                        "only " + count(dht.answered(), "node") + " of the DHT answered",
                        "try again in a minute")
                : Verdict.ok("dht", dht.answered() + " nodes of the DHT answered");
    }

    private static Verdict state(Findings.Folder state) {
        if (!state.writable()) {
            return Verdict.problem(
                    "state",
                    "the state folder " + state.path() + " cannot be written",
                    "make it writable or give another with --state-dir");
        }
        return isScarce(state)
                ? Verdict.problem("state", "the disk of " + state.path() + " has " + free(state), "make room")
                : Verdict.ok("state", state.path() + " can be written, " + free(state));
    }

    private static boolean isScarce(Findings.Folder folder) {
        return folder.free().isPresent() && folder.free().getAsLong() < LITTLE_SPACE;
    }

    private static String free(Findings.Folder folder) {
        return folder.free().isPresent() ? Units.size(folder.free().getAsLong()) + " free" : "free room unknown";
    }

    private void data(Findings found) {
        Findings.Folder data = found.data();
        if (!data.writable()) {
            verdicts.add(Verdict.problem(
                    "data", "the folder " + data.path() + " cannot be written", "give another with -d"));
            return;
        }
        int before = verdicts.size();
        found.torrent().flatMap(Findings.Torrent::content).ifPresent(content -> fits(content, data));
        if (verdicts.size() == before) {
            verdicts.add(
                    isScarce(data)
                            ? Verdict.warning("data", data.path() + " has " + free(data), "make room")
                            : Verdict.ok("data", data.path() + " can be written, " + free(data)));
        }
    }

    private void fits(Findings.Content content, Findings.Folder data) {
        if (content.largestFile() > FAT_LIMIT && FAT.contains(data.fileSystem().toLowerCase(Locale.ROOT))) {
            verdicts.add(Verdict.problem(
                    "data",
                    "the file system of " + data.path() + " is FAT, and a file of the torrent has "
                            + Units.size(content.largestFile()) + ", more than the 4 GiB that it can hold",
                    "give a folder on another with -d, or leave the file out with --select"));
        }
        if (data.free().isPresent() && data.free().getAsLong() < content.length()) {
            String text = data.path() + " has " + free(data) + ", the torrent " + Units.size(content.length())
                    + (content.present() ? ", of which some may be there" : "");
            String next = "make room, give another folder with -d, or take a part with --select";
            verdicts.add(content.present() ? Verdict.warning("data", text, next) : Verdict.problem("data", text, next));
        }
    }

    private static Verdict descriptors(Findings found) {
        if (found.descriptors().isEmpty()) {
            return Verdict.ok("files", "the system does not say how many files may be open");
        }
        int free = found.descriptors().getAsInt();
        return free < found.wantedDescriptors()
                ? Verdict.warning(
                        "files",
                        "only " + free + " more files and sockets may be open, and the settings would use "
                                + found.wantedDescriptors() + ": there will be fewer peers",
                        "raise the limit with 'ulimit -n " + 2 * found.wantedDescriptors() + "'")
                : Verdict.ok("files", free + " more files and sockets may be open");
    }

    /** Such as {@code 1 node} and {@code 2 nodes}. */
    static String count(int number, String thing) {
        return number + " " + thing + (number == 1 ? "" : "s");
    }
}
