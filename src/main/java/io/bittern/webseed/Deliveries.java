package io.bittern.webseed;

import io.bittern.metainfo.PieceSizes;
import io.bittern.piece.Lease;
import io.bittern.store.PieceStoreActor;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Blocks on their way from the bodies of exchanges to the store, which answers in the order in which it gets them. */
final class Deliveries {

    private record Write(Exchange exchange, List<PieceStoreActor.Block> blocks, long bytes) {}

    private final Basket basket;
    private final Ledger ledger;
    private final Consumer<List<PieceStoreActor.Block>> store;
    private final ArrayDeque<Write> unanswered = new ArrayDeque<>();

    Deliveries(Basket basket, Ledger ledger, Consumer<List<PieceStoreActor.Block>> store) {
        this.basket = basket;
        this.ledger = ledger;
        this.store = store;
    }

    /** Cuts bytes of a body into blocks and hands over those that are whole. */
    void cut(Exchange exchange, List<ByteBuffer> buffers) {
        List<PieceStoreActor.Block> blocks = new ArrayList<>();
        ledger.wasted(exchange.cut(buffers, blocks));
        if (!blocks.isEmpty()) {
            long bytes =
                    blocks.stream().mapToLong(PieceStoreActor.Block::length).sum();
            exchange.wrote(bytes);
            unanswered.add(new Write(exchange, blocks, bytes));
            store.accept(blocks);
        }
    }

    /** Fills in the zeros of a part that nobody sends, as many as there is room for. */
    void zeros(Exchange exchange) {
        List<ByteBuffer> zeros = exchange.zeros();
        while (!zeros.isEmpty()) {
            exchange.filled(zeros.get(0).remaining());
            cut(exchange, zeros);
            zeros = exchange.zeros();
        }
        if (exchange.left() == 0) {
            exchange.next(exchange.bodyAt());
        }
    }

    /** The store has answered the oldest write; returns the leases of which nothing more is under way. */
    List<Lease> answered(PieceStoreActor.Stored answer) {
        Write oldest = unanswered.poll();
        List<Lease> fetched = new ArrayList<>();
        if (oldest != null) {
            ledger.wasted(answer.duplicate() + answer.stale());
            oldest.exchange().storeAnswered(oldest.bytes());
            for (PieceStoreActor.Block block : oldest.blocks()) {
                fetched.addAll(basket.stored(block.piece(), block.attempt(), block.begin() / PieceSizes.BLOCK));
            }
        }
        return fetched;
    }

    /** No answer is waited for any more. */
    void close() {
        unanswered.forEach(write -> write.exchange().giveBackShare());
        unanswered.clear();
    }
}
