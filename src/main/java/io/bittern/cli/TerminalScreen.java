package io.bittern.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The terminal that the launcher tells of, as Java cannot ask whether standard error is one. The size is asked of
 * {@code stty} when it changes, and now and then, since not every platform tells of a change.
 */
final class TerminalScreen implements Screen {

    private static final long ASK_AGAIN = TimeUnit.SECONDS.toNanos(3);
    private static final int WIDTH = 80;
    private static final int HEIGHT = 24;

    private final boolean live;
    private final boolean unicode;
    private final LongSupplier nanoTime;
    private int width;
    private int height;
    private long asked;
    private volatile boolean stale;

    private TerminalScreen(boolean live, boolean unicode, LongSupplier nanoTime) {
        this.live = live;
        this.unicode = unicode;
        this.nanoTime = nanoTime;
    }

    /** The screen as the launcher describes it: {@code BITTERN_TERMINAL}, lines and columns, is there if it is a terminal. */
    static TerminalScreen of(Map<String, String> environment, LongSupplier nanoTime) {
        String size = environment.getOrDefault("BITTERN_TERMINAL", "");
        boolean dumb = "dumb".equals(environment.getOrDefault("TERM", "dumb"));
        TerminalScreen screen = new TerminalScreen(!size.isEmpty() && !dumb, isUnicode(environment), nanoTime);
        screen.width = number(environment.get("COLUMNS"), WIDTH);
        screen.height = number(environment.get("LINES"), HEIGHT);
        screen.take(size);
        screen.asked = nanoTime.getAsLong();
        return screen;
    }

    private static boolean isUnicode(Map<String, String> environment) {
        if (environment.containsKey("BITTERN_ASCII")) {
            return false;
        }
        for (String variable : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
            String value = environment.getOrDefault(variable, "");
            if (!value.isEmpty()) {
                return value.toUpperCase(Locale.ROOT).replace("-", "").endsWith("UTF8");
            }
        }
        return false;
    }

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
        askAgain();
        return width;
    }

    @Override
    public int height() {
        return height;
    }

    /** The terminal says that its size has changed. */
    void resized() {
        stale = true;
    }

    private void askAgain() {
        long now = nanoTime.getAsLong();
        if (live && (stale || now - asked > ASK_AGAIN)) {
            stale = false;
            asked = now;
            take(ask());
        }
    }

    private static String ask() {
        ProcessBuilder stty = new ProcessBuilder("stty", "size")
                .redirectInput(new File("/dev/tty"))
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        try {
            Process process = stty.start();
            byte[] answer = process.getInputStream().readNBytes(40);
            return new String(answer, StandardCharsets.US_ASCII);
        } catch (IOException noTerminal) {
            return "";
        }
    }

    /** Takes over a size as stty writes it, "24 80"; what is no size changes nothing. */
    private void take(String size) {
        String[] parts = size.strip().split(" ", 2);
        if (parts.length == 2) {
            height = number(parts[0], height);
            width = number(parts[1], width);
        }
    }

    private static int number(@Nullable String text, int otherwise) {
        if (text == null || !text.matches("[0-9]{1,5}")) {
            return otherwise;
        }
        int number = Integer.parseInt(text);
        return number > 0 ? number : otherwise;
    }
}
