package io.bittern.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HttpSlotsTest {

    private final List<String> started = new ArrayList<>();

    @Test
    void startsSoManyAtOnceAndTheOthersInOrder() {
        HttpSlots slots = new HttpSlots(2, 2);
        HttpSlots.Turn first = turn("a");
        slots.lineUp(first, false);
        slots.lineUp(turn("b"), false);
        slots.lineUp(turn("c"), false);
        slots.lineUp(turn("d"), false);
        assertThat(started).containsExactly("a", "b");

        slots.giveBack(first);

        assertThat(started).containsExactly("a", "b", "c");
        assertThat(slots.taken()).isEqualTo(2);
    }

    @Test
    void letsTheUrgentGoFirst() {
        HttpSlots slots = new HttpSlots(1, 1);
        HttpSlots.Turn first = turn("a");
        slots.lineUp(first, false);
        slots.lineUp(turn("b"), false);
        slots.lineUp(turn("stop"), true);

        slots.giveBack(first);

        assertThat(started).containsExactly("a", "stop");
    }

    @Test
    void keepsSlotsForOtherTrackersWhenOneHangs() {
        HttpSlots slots = new HttpSlots(3, 2);
        for (int i = 0; i < 10; i++) {
            slots.lineUp(turn("hangs"), false);
        }

        slots.lineUp(turn("good"), false);

        assertThat(started).containsExactly("hangs", "hangs", "good");
    }

    @Test
    void letsTheTrackersTakeTurns() {
        HttpSlots slots = new HttpSlots(1, 1);
        HttpSlots.Turn first = turn("busy");
        slots.lineUp(first, false);
        HttpSlots.Turn second = turn("busy");
        slots.lineUp(second, false);
        slots.lineUp(turn("busy"), false);
        slots.lineUp(turn("other"), false);

        slots.giveBack(first);
        slots.giveBack(second);

        assertThat(started).containsExactly("busy", "busy", "other");
    }

    @Test
    void forgetsWhoLeavesTheLine() {
        HttpSlots slots = new HttpSlots(1, 1);
        HttpSlots.Turn first = turn("a");
        HttpSlots.Turn second = turn("b");
        slots.lineUp(first, false);
        slots.lineUp(second, false);
        slots.giveBack(second);
        slots.giveBack(first);

        assertThat(started).containsExactly("a");
        assertThat(slots.taken()).isZero();
    }

    @Test
    void bearsThousandsThatEndAtOnce() {
        HttpSlots slots = new HttpSlots(1, 1);
        HttpSlots.Turn first = turn("a");
        slots.lineUp(first, false);
        int[] ended = {0};
        for (int i = 0; i < 20_000; i++) {
            HttpSlots.Turn[] self = new HttpSlots.Turn[1];
            self[0] = new HttpSlots.Turn("b", () -> {
                ended[0]++;
                slots.giveBack(self[0]);
            });
            slots.lineUp(self[0], false);
        }

        slots.giveBack(first);

        assertThat(ended[0]).isEqualTo(20_000);
        assertThat(slots.taken()).isZero();
    }

    private HttpSlots.Turn turn(String host) {
        return new HttpSlots.Turn(host, () -> started.add(host));
    }
}
