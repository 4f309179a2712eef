package io.bittern.tracker;

import io.bittern.net.Resolver;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;

/** Makes the announcers of a client, which share its HTTP clients, its slots for announces and its UDP socket. */
public final class Announcers {

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
            TrackerUrl tracker = TrackerUrl.parse(url);
            if (!isUdp(tracker)) {
                checkParameters(tracker);
            }
            // a literal has one family, and for a certificate the JDK's client looks the name up by itself
            return tracker.secure() || LiteralAddress.of(tracker.host()).isPresent()
                    ? announcer(tracker, resolver)
                    : new DualAnnouncer(
                            tracker.host(), resolver, DualAnnouncer.GRACE, names -> announcer(tracker, names));
        } catch (TrackerException e) {
            return Announcer.refusing(e);
        }
    }

    private Announcer announcer(TrackerUrl tracker, Resolver names) {
        return isUdp(tracker) ? udp(tracker, names) : http(tracker, names);
    }

    /** The same for scrapes: the URL is still that of announces. */
    public Scraper scraper(String url) {
        try {
            TrackerUrl tracker = TrackerUrl.parse(url);
            if (isUdp(tracker)) {
                return udp(tracker, resolver);
            }
            checkParameters(tracker);
            return http(tracker, resolver);
        } catch (TrackerException e) {
            return Scraper.refusing(e);
        }
    }

    private static boolean isUdp(TrackerUrl tracker) {
        return tracker.scheme().equals("udp");
    }

    private static void checkParameters(TrackerUrl tracker) throws TrackerException {
        if (tracker.presetsOurParameters()) {
            throw new TrackerException("the tracker URL sets parameters that only the client may set");
        }
    }

    private UdpAnnouncer udp(TrackerUrl tracker, Resolver names) {
        return new UdpAnnouncer(tracker, settings.deadline(), names, udp);
    }

    private HttpAnnouncer http(TrackerUrl tracker, Resolver names) {
        return new HttpAnnouncer(tracker, settings, names, clients, slots);
    }
}
