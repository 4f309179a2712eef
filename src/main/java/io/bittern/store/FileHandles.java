package io.bittern.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The open files of a client: the least recently used are closed when there are more than the budget; safe for many
 * threads.
 *
 * <p>A file in use is never closed under its user, so for a moment there can be as many more as there are threads.
 */
public final class FileHandles {

    /** Opens one file. */
    @FunctionalInterface
    interface Opener {
        FileChannel open(int file, boolean write) throws IOException, StoreException;
    }

    private record Key(Object owner, int file) {

        /* Written out, because what a record makes of itself at its first use takes 12 ms of every start. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && key.owner == owner && key.file == file;
        }

        @Override
        public int hashCode() {
            return 31 * System.identityHashCode(owner) + file;
        }
    }

    private final int budget;
    private final Map<Key, Handle> handles = new LinkedHashMap<>(16, 0.75f, true);

    /** At most so many files are kept open. */
    public FileHandles(int budget) {
        if (budget < 1) {
            throw new IllegalArgumentException("at least one file must be open, not " + budget);
        }
        this.budget = budget;
    }

    /** A file of an owner, opened if it is not yet; it stays open at least until the handle is closed. */
    Handle use(Object owner, int file, boolean write, Opener opener) throws IOException, StoreException {
        Key key = new Key(owner, file);
        Handle open = pin(key, write);
        // Opening can hang on a network mount, so it is done outside the lock.
        return open != null ? open : insert(key, new Handle(opener.open(file, write), write));
    }

    /** Lets go of all files of an owner. */
    void release(Object owner) {
        List<Handle> idle = new ArrayList<>();
        synchronized (this) {
            for (Iterator<Map.Entry<Key, Handle>> i = handles.entrySet().iterator(); i.hasNext(); ) {
                Map.Entry<Key, Handle> entry = i.next();
                if (entry.getKey().owner() == owner) {
                    i.remove();
                    retire(entry.getValue(), idle);
                }
            }
        }
        idle.forEach(FileHandles::shut);
    }

    /** Files open now. */
    public synchronized int open() {
        return handles.size();
    }

    private synchronized @Nullable Handle pin(Key key, boolean write) {
        Handle handle = handles.get(key);
        if (handle == null || (write && !handle.writable)) {
            return null;
        }
        handle.users++;
        return handle;
    }

    private Handle insert(Key key, Handle handle) {
        List<Handle> idle = new ArrayList<>();
        synchronized (this) {
            handle.users = 1;
            Handle before = handles.put(key, handle);
            if (before != null) {
                retire(before, idle);
            }
            evict(idle);
        }
        idle.forEach(FileHandles::shut);
        return handle;
    }

    private void evict(List<Handle> idle) {
        Iterator<Handle> eldest = handles.values().iterator();
        for (int over = handles.size() - budget; over > 0 && eldest.hasNext(); ) {
            Handle handle = eldest.next();
            if (handle.users == 0) {
                eldest.remove();
                retire(handle, idle);
                over--;
            }
        }
    }

    private static void retire(Handle handle, List<Handle> idle) {
        handle.retired = true;
        if (handle.users == 0) {
            idle.add(handle);
        }
    }

    private synchronized boolean unpin(Handle handle) {
        handle.users--;
        return handle.retired && handle.users == 0;
    }

    private static void shut(Handle handle) {
        try {
            handle.channel.close();
        } catch (IOException e) {
            // What was written is safe only after a sync, which says so itself if it fails.
            // Setting up the log takes 60 ms, which a command that only hashes files is spared.
            LoggerFactory.getLogger(FileHandles.class).debug("closing a file failed: {}", e.getMessage());
        }
    }

    /** An open file in use until it is closed. */
    final class Handle implements AutoCloseable {

        private final FileChannel channel;
        private final boolean writable;
        private int users;
        private boolean retired;

        private Handle(FileChannel channel, boolean writable) {
            this.channel = channel;
            this.writable = writable;
        }

        FileChannel channel() {
            return channel;
        }

        @Override
        public void close() {
            if (unpin(this)) {
                shut(this);
            }
        }
    }
}
