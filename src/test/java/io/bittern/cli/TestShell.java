package io.bittern.cli;

import io.bittern.Alone;
import io.bittern.client.Bittern;
import io.bittern.client.DhtClient;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** A shell for tests: streams that are kept, a screen of any size, a clock that is set by hand. */
final class TestShell {

    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final ByteArrayOutputStream err = new ByteArrayOutputStream();
    final Map<String, String> environment = new HashMap<>();
    final AtomicLong nanos = new AtomicLong();
    final List<Runnable> onStop = new ArrayList<>();
    Bittern.Starter starter = new FakeBittern();
    DhtClient.Starter dht = new FakeDht();
    boolean live;
    boolean unicode = true;
    int width = 80;
    int height = 24;

    TestShell(Path home) {
        environment.putAll(Alone.environment(home));
    }

    /** The shell; time stands still unless {@link #nanos} is set. */
    Shell shell() {
        return shell(false);
    }

    private Shell shell(boolean realTime) {
        return new Shell(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                environment,
                new FixedScreen(),
                onStop::add,
                starter,
                dht,
                realTime ? System::nanoTime : nanos::get,
                () -> Instant.ofEpochMilli(1_700_000_000_250L));
    }

    /** Runs a command line in real time. */
    int run(Object... arguments) {
        List<String> texts = new ArrayList<>();
        for (Object argument : arguments) {
            texts.add(argument.toString());
        }
        return Main.run(texts, shell(true));
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private final class FixedScreen implements Screen {

        @Override
        public boolean live() {
            return live;
        }

        @Override
        public boolean unicode() {
            return unicode;
        }

        @Override
        public int width() {
            return width;
        }

        @Override
        public int height() {
            return height;
        }
    }
}
