package io.bittern.tracker;

import io.bittern.metainfo.InfoHash;
import io.bittern.tracker.UdpCodec.Announced;
import io.bittern.tracker.UdpCodec.Answer;
import io.bittern.tracker.UdpCodec.Scraped;
import java.util.List;

/** What a UDP tracker is asked once there is a connection (BEP 15); pure. */
sealed interface UdpQuestion {

    byte[] datagram(long connection, int transaction);

    /** Whether an answer is to a question of this kind. */
    boolean fits(Answer answer);

    /** An announce; {@code urlData} is path and query of the URL, perhaps empty. */
    record Announce(AnnounceRequest request, String urlData) implements UdpQuestion {

        @Override
        public byte[] datagram(long connection, int transaction) {
            return UdpCodec.announce(connection, transaction, request, urlData);
        }

        @Override
        public boolean fits(Answer answer) {
            return answer instanceof Announced;
        }
    }

    /** A scrape of {@link Scraper#MOST_AT_ONCE} torrents at most. */
    record Scrape(List<InfoHash> torrents) implements UdpQuestion {

        @Override
        public byte[] datagram(long connection, int transaction) {
            return UdpCodec.scrape(connection, transaction, torrents);
        }

        /** An answer has the counts of all torrents, in the order in which they were asked for. */
        @Override
        public boolean fits(Answer answer) {
            return answer instanceof Scraped scraped && scraped.counts().size() >= torrents.size();
        }
    }
}
