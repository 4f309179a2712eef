package io.bittern.piece;

/** Blocks that a peer need not fetch any more, in one piece: one of its leases or a part of one. */
public record Revocation(int peer, Lease lease) {}
