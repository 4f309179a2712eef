package io.bittern;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.dispatch.Envelope;
import org.apache.pekko.dispatch.MailboxType;
import org.apache.pekko.dispatch.MessageQueue;
import org.apache.pekko.dispatch.SingleConsumerOnlyUnboundedMailbox;
import scala.Option;

/**
 * What actors have spent so far, by count: these do not depend on how fast or busy the machine is.
 *
 * @param allocated bytes of heap by thread name: of the whole process, whatever threads it uses
 * @param messages by the path of the actor that got them, in systems with the settings {@link #COUNTED}
 */
public record Cost(Map<String, Long> allocated, Map<String, Long> messages) {

    private static final Map<String, LongAdder> MESSAGES = new ConcurrentHashMap<>();

    /** Makes all actors of a system count; those that are on {@code test.aside} do so on a thread of their own. */
    public static final Config COUNTED = ConfigFactory.parseString("""
            pekko.actor.default-mailbox.mailbox-type = "%1$s"
            pekko.actor.typed.default-mailbox.mailbox-type = "%1$s"
            test.aside { type = PinnedDispatcher, executor = thread-pool-executor }
            """.formatted(CountingMailbox.class.getName()));

    /** A part of the name of the threads of {@code test.aside}. */
    public static final String ASIDE = "-test.aside-";

    /** Everything up to now. */
    public static Cost now() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        Map<String, Long> allocated = Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null)
                .collect(Collectors.toMap(
                        thread -> thread.getThreadName(),
                        thread -> Math.max(0, threads.getThreadAllocatedBytes(thread.getThreadId())),
                        Long::sum));
        return new Cost(
                allocated,
                MESSAGES.entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, entry -> entry.getValue().sum())));
    }

    /** What was spent after that. */
    public Cost since(Cost before) {
        return new Cost(less(allocated, before.allocated), less(messages, before.messages));
    }

    /** The bytes of threads with such names. */
    public long allocated(Predicate<String> thread) {
        return sum(allocated, thread);
    }

    /** The messages to actors with such paths. */
    public long messages(Predicate<String> path) {
        return sum(messages, path);
    }

    private static Map<String, Long> less(Map<String, Long> all, Map<String, Long> before) {
        return all.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue() - before.getOrDefault(entry.getKey(), 0L)));
    }

    private static long sum(Map<String, Long> counts, Predicate<String> name) {
        return counts.entrySet().stream()
                .filter(entry -> name.test(entry.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** The mailbox that typed actors have by default, with a counter before it. */
    public static final class CountingMailbox implements MailboxType {

        private final SingleConsumerOnlyUnboundedMailbox usual;

        public CountingMailbox(ActorSystem.Settings settings, Config config) {
            usual = new SingleConsumerOnlyUnboundedMailbox(settings, config);
        }

        @Override
        public MessageQueue create(Option<ActorRef> owner, Option<ActorSystem> system) {
            MessageQueue queue = usual.create(owner, system);
            String path = owner.isDefined() ? owner.get().path().toStringWithoutAddress() : "";
            return new CountingQueue(queue, MESSAGES.computeIfAbsent(path, any -> new LongAdder()));
        }
    }

    private record CountingQueue(MessageQueue queue, LongAdder count) implements MessageQueue {

        @Override
        public void enqueue(ActorRef receiver, Envelope envelope) {
            count.increment();
            queue.enqueue(receiver, envelope);
        }

        @Override
        public Envelope dequeue() {
            return queue.dequeue();
        }

        @Override
        public int numberOfMessages() {
            return queue.numberOfMessages();
        }

        @Override
        public boolean hasMessages() {
            return queue.hasMessages();
        }

        @Override
        public void cleanUp(ActorRef owner, MessageQueue deadLetters) {
            queue.cleanUp(owner, deadLetters);
        }
    }
}
