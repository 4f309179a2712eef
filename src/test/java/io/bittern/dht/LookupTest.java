package io.bittern.dht;

import static io.bittern.dht.Nodes.contact;
import static io.bittern.dht.Nodes.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.bencode.BString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LookupTest {

    private static final NodeId TARGET = id("00");

    private final Lookup lookup = new Lookup(TARGET, id("ff"));

    private static Contact local(int distance) {
        return contact(String.format("%04x", distance), "10.0." + distance / 250 + "." + (1 + distance % 250));
    }

    private static Answer answer(Contact... contacts) {
        return Answer.EMPTY.withNodes(List.of(contacts)).withToken(BString.of("t"));
    }

    private List<Contact> ask() {
        List<Contact> asked = new ArrayList<>();
        for (Optional<Contact> next = lookup.next(); next.isPresent(); next = lookup.next()) {
            asked.add(next.get());
        }
        return asked;
    }

    @Test
    void asksTheNearestFirstAndAFewAtATime() {
        for (int distance : new int[] {9, 3, 7, 1, 5, 8}) {
            lookup.seed(local(distance));
        }

        assertThat(ask()).containsExactly(local(1), local(3), local(5), local(7));
        lookup.answered(local(3), local(3).id(), answer(local(2)));
        assertThat(ask()).containsExactly(local(2));
    }

    @Test
    void endsWhenTheNearestHaveAnswered() {
        lookup.seed(local(100));
        ask();
        Contact[] named = new Contact[10];
        for (int i = 0; i < 10; i++) {
            named[i] = local(i + 1);
        }
        lookup.answered(local(100), local(100).id(), answer(named));

        int rounds = 0;
        while (!lookup.isDone()) {
            ask().forEach(contact -> lookup.answered(contact, contact.id(), answer(named)));
            rounds++;
        }

        assertThat(rounds).isLessThan(5);
        assertThat(lookup.nearest())
                .extracting(Lookup.Found::contact)
                .containsExactly(local(1), local(2), local(3), local(4), local(5), local(6), local(7), local(8));
        assertThat(lookup.nearest().get(0).hops()).isEqualTo(1);
        assertThat(lookup.nearest().get(0).token()).contains(BString.of("t"));
        assertThat(lookup.answers()).isEqualTo(9);
    }

    @Test
    void endsAtOnceWithNobodyToAsk() {
        assertThat(lookup.isDone()).isTrue();
    }

    @Test
    void asksSilentNodesTwiceMoreAndThenPassesThemOver() {
        lookup.seed(local(1));
        lookup.seed(local(2));
        ask();
        lookup.answered(local(2), local(2).id(), answer());

        lookup.slow(local(1));
        assertThat(ask()).containsExactly(local(1));
        lookup.slow(local(1));
        assertThat(ask()).containsExactly(local(1));
        lookup.slow(local(1));

        assertThat(ask()).isEmpty();
        assertThat(lookup.isDone()).isTrue();
        assertThat(lookup.nearest()).hasSize(1);
        lookup.answered(local(1), local(1).id(), answer(local(3)));
        assertThat(lookup.nearest()).hasSize(2);
        assertThat(ask()).containsExactly(local(3));
    }

    @Test
    void takesTheRealIdOfANodeThatWasNamedByAnother() {
        lookup.seed(contact("01", "10.0.0.1"));
        ask();

        lookup.answered(contact("01", "10.0.0.1"), id("44"), answer());

        assertThat(lookup.nearest()).extracting(Lookup.Found::contact).containsExactly(contact("44", "10.0.0.1"));
    }

    @Test
    void beginsAtAddressesWithoutAnId() {
        lookup.seed(Nodes.at("10.0.0.1"));
        Contact asked = ask().get(0);

        lookup.answered(asked, id("44"), answer(local(1)));

        assertThat(asked.address()).isEqualTo(Nodes.at("10.0.0.1"));
        assertThat(ask()).containsExactly(local(1));
        assertThat(lookup.nearest()).extracting(Lookup.Found::contact).containsExactly(contact("44", "10.0.0.1"));
    }

    @Test
    void believesNoStrangerAboutLocalNodesNorAboutTheOtherFamily() {
        Contact stranger = contact("11", "8.8.8.8");
        lookup.seed(stranger);
        ask();

        lookup.answered(stranger, stranger.id(), answer(local(1), contact("02", "2001:db8::1")));

        assertThat(ask()).isEmpty();
    }

    @Test
    void doesNotAskItself() {
        lookup.seed(contact("ff", "10.0.0.1"));

        assertThat(ask()).isEmpty();
    }

    @Test
    void letsNobodyPushOutHonestNodesByNamesOfHisChoice() {
        Random random = new Random(1);
        List<Contact> honest = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            var address = Nodes.at("9." + i + ".1.1");
            honest.add(new Contact(BoundIds.random(address.getAddress(), random), address));
        }
        honest.forEach(lookup::seed);
        Contact liar = contact("000001", "8.8.8.8");
        lookup.seed(liar);
        int asked = 0;
        int lies = 0;

        for (List<Contact> next = ask(); !next.isEmpty() && asked < 1000; next = ask()) {
            for (Contact contact : next) {
                asked++;
                Contact[] named = new Contact[8];
                for (int i = 0; i < 8; i++) {
                    named[i] = contact(String.format("000000%04x", lies), "8." + lies / 250 + "." + lies % 250 + ".1");
                    lies++;
                }
                boolean lying = !honest.contains(contact);
                lookup.answered(contact, contact.id(), lying ? answer(named) : answer());
            }
        }

        assertThat(lookup.isDone()).isTrue();
        assertThat(lookup.nearest()).extracting(Lookup.Found::contact).containsAll(honest);
        assertThat(lookup.nearest()).hasSizeLessThanOrEqualTo(16);
        assertThat(asked).isLessThan(60);
    }

    @Test
    void spreadsItsQueriesOverWhatSeveralNodesNamed() {
        lookup.seed(local(100));
        lookup.seed(local(200));
        ask();
        lookup.answered(local(100), local(100).id(), answer(local(1), local(2), local(3), local(4), local(5)));
        lookup.answered(local(200), local(200).id(), answer(local(11), local(12), local(13)));

        assertThat(ask()).containsExactly(local(1), local(2), local(11), local(12));
    }
}
