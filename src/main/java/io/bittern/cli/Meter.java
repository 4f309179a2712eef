package io.bittern.cli;

import io.bittern.store.Progress;
import java.util.concurrent.TimeUnit;

/** Shows how far hashing has come: one line that is redrawn on a terminal, a line every ten seconds elsewhere. */
final class Meter implements Progress, AutoCloseable {

    private static final long REDRAW = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long TELL = TimeUnit.SECONDS.toNanos(10);

    private final Shell shell;
    private final String label;
    private final boolean silent;
    private final long start;
    private long told;
    private boolean drawn;

    Meter(Shell shell, String label, boolean silent) {
        this.shell = shell;
        this.label = label;
        this.silent = silent;
        this.start = shell.nanoTime().getAsLong();
        this.told = start;
    }

    @Override
    public synchronized void checked(long done, long total) {
        long now = shell.nanoTime().getAsLong();
        boolean live = shell.screen().live();
        if (silent || now - told < (live ? REDRAW : TELL)) {
            return;
        }
        told = now;
        long rate = (long) (done / ((now - start) / 1e9));
        String text = label + " " + Units.percent(done, total) + " " + Units.part(done, total) + " " + Units.rate(rate);
        if (live) {
            shell.err().print("\r" + Columns.cut(text, shell.screen().width() - 1) + "\u001b[K");
            drawn = true;
        } else {
            shell.err().println(text);
        }
        shell.err().flush();
    }

    /** Takes the live line away. */
    @Override
    public synchronized void close() {
        if (drawn) {
            shell.err().print("\r\u001b[K");
            shell.err().flush();
            drawn = false;
        }
    }
}
