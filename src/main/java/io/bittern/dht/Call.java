package io.bittern.dht;

/** A query of ours that is under way. */
final class Call {

    final int transaction;
    final Contact to;
    final Ask ask;
    final Caller caller;
    final long sentAt;
    boolean over;

    /** @param to whom; the id may be a guess */
    Call(int transaction, Contact to, Ask ask, Caller caller, long sentAt) {
        this.transaction = transaction;
        this.to = to;
        this.ask = ask;
        this.caller = caller;
        this.sentAt = sentAt;
    }

    /** Hears what becomes of calls: {@link #slow} at most once, and then one of the others. */
    interface Caller {

        void answered(Call call, Message.Reply reply, long now);

        /** The node is there, but does not do what was asked. */
        default void refused(Call call, Message.Refusal refusal, long now) {
            lost(call, now);
        }

        /** A usual answer would have come by now; it may still come. */
        default void slow(Call call, long now) {}

        /** No answer came. */
        void lost(Call call, long now);
    }
}
