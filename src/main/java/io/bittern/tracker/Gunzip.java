package io.bittern.tracker;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Unpacks gzip (RFC 1952) as it comes in, and stops as soon as there is more than is wanted. */
final class Gunzip implements AutoCloseable {

    private static final int LARGEST_HEADER = 4096;
    private static final int FIXED_HEADER = 10;
    private static final int TRAILER = 8;
    private static final int HEADER_CRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;

    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private final byte[] chunk = new byte[8192];
    private final int limit;
    private boolean inBody;

    Gunzip(int limit) {
        this.limit = limit;
    }

    /** Takes the next bytes; fails on what is not gzip or more than the limit. */
    void add(byte[] bytes) throws TrackerException {
        if (inflater.finished() || !inBody) {
            pending.writeBytes(bytes);
            if (pending.size() > LARGEST_HEADER + bytes.length) {
                throw broken();
            }
        }
        if (inBody && !inflater.finished()) {
            inflate(bytes, 0);
        } else if (!inBody) {
            begin();
        }
    }

    private void begin() throws TrackerException {
        byte[] head = pending.toByteArray();
        int end = headerEnd(head);
        if (end > 0) {
            inBody = true;
            pending.reset();
            inflate(head, end);
        }
    }

    private void inflate(byte[] bytes, int from) throws TrackerException {
        inflater.setInput(bytes, from, bytes.length - from);
        try {
            while (!inflater.finished() && !inflater.needsInput()) {
                int length = inflater.inflate(chunk);
                if ((length == 0 && inflater.needsDictionary()) || out.size() + length > limit) {
                    throw length == 0 ? broken() : new TrackerException("the tracker's answer is too large unpacked");
                }
                out.write(chunk, 0, length);
                crc.update(chunk, 0, length);
            }
        } catch (DataFormatException e) {
            throw broken();
        }
        if (inflater.finished()) {
            pending.write(bytes, bytes.length - inflater.getRemaining(), inflater.getRemaining());
        }
    }

    /** All that was packed, once the input has ended. */
    byte[] finish() throws TrackerException {
        if (!inflater.finished() || pending.size() < TRAILER) {
            throw new TrackerException("the tracker's answer is cut short");
        }
        int sum = Integer.reverseBytes(ByteBuffer.wrap(pending.toByteArray()).getInt());
        if (sum != (int) crc.getValue()) {
            throw broken();
        }
        return out.toByteArray();
    }

    /** Where the compressed data begins, or 0 while the header is not whole. */
    private static int headerEnd(byte[] head) throws TrackerException {
        if (head.length < FIXED_HEADER) {
            return 0;
        }
        if (head[0] != 0x1f || (head[1] & 0xff) != 0x8b || head[2] != 8) {
            throw broken();
        }
        int flags = head[3];
        int at = FIXED_HEADER;
        if ((flags & EXTRA) != 0) {
            at += at + 2 > head.length ? 2 : 2 + (head[at] & 0xff) + ((head[at + 1] & 0xff) << 8);
        }
        at = (flags & NAME) != 0 ? afterZero(head, at) : at;
        at = (flags & COMMENT) != 0 ? afterZero(head, at) : at;
        at += (flags & HEADER_CRC) != 0 ? 2 : 0;
        if (at > LARGEST_HEADER) {
            throw broken();
        }
        return at > head.length ? 0 : at;
    }

    private static int afterZero(byte[] head, int from) {
        int at = from;
        while (at < head.length && head[at] != 0) {
            at++;
        }
        return at + 1;
    }

    private static TrackerException broken() {
        return new TrackerException("the tracker's answer is not gzip, as it claims to be");
    }

    @Override
    public void close() {
        inflater.end();
    }
}
