package io.bittern.dht;

/** What is counted while a node runs. */
final class Counters {

    long packetsIn;
    long bytesIn;
    long packetsOut;
    long bytesOut;
    long malformed;
    long queries;
    long unasked;
    long dropped;
    long parked;
    long asked;
    long answered;
    long lost;
}
