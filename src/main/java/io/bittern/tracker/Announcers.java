package io.bittern.tracker;

import io.bittern.metainfo.InfoHash;
import io.bittern.net.Resolver;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/** Makes the announcers of a client, which share its HTTP clients, its slots for announces and its UDP socket. */
public final class Announcers {

    private static final int ANY_PORT = 9;

    private final Settings settings;
    private final Resolver resolver;
    private final ActorRef<UdpExchangeActor.Command> udp;
    private final HttpClients clients;
    private final HttpSlots slots;

    /**
     * How announces are made.
     *
     * @param deadline for a whole HTTP announce, from the name to the last byte
     * @param stopDeadline the same when a torrent stops
     * @param httpSlots HTTP announces at once
     * @param httpSlotsPerTracker HTTP announces to one tracker at once
     * @param userAgent what we call ourselves
     */
    public record Settings(
            Duration deadline, Duration stopDeadline, int httpSlots, int httpSlotsPerTracker, String userAgent) {

        /** The usual settings for a version of the client. */
        public static Settings usual(String version) {
            return new Settings(Duration.ofSeconds(30), Duration.ofSeconds(5), 50, 20, "Bittern/" + version);
        }
    }

    public Announcers(Settings settings, Resolver resolver, ActorRef<UdpExchangeActor.Command> udp) {
        this.settings = settings;
        this.resolver = resolver;
        this.udp = udp;
        this.clients = new HttpClients(settings.deadline().dividedBy(3));
        this.slots = new HttpSlots(settings.httpSlots(), settings.httpSlotsPerTracker());
    }

    /** An announcer for a URL of a torrent; for one that cannot be used, one that always refuses and says why. */
    public Announcer forUrl(String url) {
        try {
            TrackerUrl tracker = parse(url);
            if (hasOneFamily(tracker)) {
                return announcer(tracker, resolver);
            }
            var families = new BothFamilies<AnnounceRequest, AnnounceResponse>(
                    tracker.host(),
                    resolver,
                    Announcers::isRouted,
                    names -> announcer(tracker, names)::announce,
                    AnnounceResponse::and);
            return request -> families.ask(
                    request, request.event() == AnnounceEvent.STOPPED ? Duration.ZERO : BothFamilies.GRACE);
        } catch (TrackerException e) {
            return Announcer.refusing(e);
        }
    }

    /** The same for scrapes: the URL is still that of announces. */
    public Scraper scraper(String url) {
        try {
            TrackerUrl tracker = parse(url);
            if (hasOneFamily(tracker)) {
                return scraper(tracker, resolver);
            }
            var families = new BothFamilies<List<InfoHash>, ScrapeResponse>(
                    tracker.host(),
                    resolver,
                    Announcers::isRouted,
                    names -> scraper(tracker, names)::scrape,
                    ScrapeResponse::or);
            return torrents -> families.ask(torrents, BothFamilies.GRACE);
        } catch (TrackerException e) {
            return Scraper.refusing(e);
        }
    }

    private static TrackerUrl parse(String url) throws TrackerException {
        TrackerUrl tracker = TrackerUrl.parse(url);
        if (!isUdp(tracker) && tracker.presetsOurParameters()) {
            throw new TrackerException("the tracker URL sets parameters that only the client may set");
        }
        return tracker;
    }

    /** A literal has one family, and for a certificate the JDK's client looks the name up by itself. */
    private static boolean hasOneFamily(TrackerUrl tracker) {
        return tracker.secure() || LiteralAddress.of(tracker.host()).isPresent();
    }

    /** Whether the kernel knows a way to an address; nothing is sent. */
    private static boolean isRouted(InetAddress address) {
        try (var probe = new DatagramSocket()) {
            probe.connect(new InetSocketAddress(address, ANY_PORT));
            return true;
        } catch (IOException none) {
            return false;
        }
    }

    private Announcer announcer(TrackerUrl tracker, Resolver names) {
        return isUdp(tracker) ? udp(tracker, names) : http(tracker, names);
    }

    private Scraper scraper(TrackerUrl tracker, Resolver names) {
        return isUdp(tracker) ? udp(tracker, names) : http(tracker, names);
    }

    private static boolean isUdp(TrackerUrl tracker) {
        return tracker.scheme().equals("udp");
    }

    private UdpAnnouncer udp(TrackerUrl tracker, Resolver names) {
        return new UdpAnnouncer(tracker, settings.deadline(), names, udp);
    }

    private HttpAnnouncer http(TrackerUrl tracker, Resolver names) {
        return new HttpAnnouncer(tracker, settings, names, clients, slots);
    }
}
