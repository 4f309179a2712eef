package io.bittern.dht;

/**
 * How a node fares; all but the first six are counted since it began.
 *
 * @param nodes in the routing table
 * @param goodNodes those that were heard of lately
 * @param searches under way and waiting
 * @param torrents with peers stored here
 * @param items stored here (BEP 44)
 * @param callsUnderWay our queries that wait for an answer
 * @param packetsIn datagrams received, whatever they were
 * @param malformed datagrams that were no messages
 * @param queries of others
 * @param strangers hosts of other networks that have asked us before we ever spoke to them: packets from outside reach us
 * @param unasked answers that nobody waited for
 * @param dropped queries that were not answered, since someone or all together asked too fast
 * @param parked queries that had to wait until their sender had proven his address
 * @param asked queries of ours
 * @param answered those that had an answer
 * @param lost those that had none
 */
public record DhtStatistics(
        int nodes,
        int goodNodes,
        int searches,
        int torrents,
        int items,
        int callsUnderWay,
        long packetsIn,
        long bytesIn,
        long packetsOut,
        long bytesOut,
        long malformed,
        long queries,
        long strangers,
        long unasked,
        long dropped,
        long parked,
        long asked,
        long answered,
        long lost) {}
