package io.bittern.dht;

/** What is counted while a node runs. */
final class Counters {

    long packetsIn;
    long bytesIn;
    long packetsOut;
    long bytesOut;
    long malformed;
    long queries;
    long strangers;
    long unasked;
    long dropped;
    long parked;
    long asked;
    long answered;
    long lost;

    /** These, beside what there is at the moment. */
    DhtStatistics statistics(int nodes, int goodNodes, int searches, int torrents, int items, int callsUnderWay) {
        return new DhtStatistics(
                nodes,
                goodNodes,
                searches,
                torrents,
                items,
                callsUnderWay,
                packetsIn,
                bytesIn,
                packetsOut,
                bytesOut,
                malformed,
                queries,
                strangers,
                unasked,
                dropped,
                parked,
                asked,
                answered,
                lost);
    }
}
