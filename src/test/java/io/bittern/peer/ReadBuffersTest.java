package io.bittern.peer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadBuffersTest {

    private static final int LONGEST = Outbox.LONGEST_READ;

    private final ReadBuffers buffers = new ReadBuffers();

    @Test
    void anArrayIsUsedAgainOnlyWhenTheWriteThatItLeavesWithHasBeenMade() {
        byte[] first = buffers.take(LONGEST);

        buffers.leaves(first);
        assertThat(buffers.take(LONGEST)).isNotSameAs(first);

        buffers.written(true);
        assertThat(buffers.take(LONGEST)).isSameAs(first);
        assertThat(buffers.take(LONGEST)).isNotSameAs(first);
    }

    @Test
    void arraysOfOtherLengthsAreNotKept() {
        byte[] small = buffers.take(1000);
        assertThat(small).hasSize(1000);

        buffers.leaves(small);
        buffers.written(true);

        assertThat(buffers.take(1000)).isNotSameAs(small);
    }

    @Test
    void nothingIsKeptWhenThereIsNothingMoreToSend() {
        byte[] last = buffers.take(LONGEST);
        buffers.leaves(last);

        buffers.written(false);

        assertThat(buffers.take(LONGEST)).isNotSameAs(last);
    }
}
