package io.bittern.bencode;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Writes values in their one canonical form (BEP 3): what the strict reader reads back. */
public final class BencodeWriter {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private BencodeWriter() {}

    /** The canonical form of a value. */
    public static byte[] write(Bencode value) {
        BencodeWriter writer = new BencodeWriter();
        writer.add(value);
        return writer.out.toByteArray();
    }

    private void add(Bencode value) {
        if (value instanceof BInteger integer) {
            ascii("i" + integer.value() + "e");
        } else if (value instanceof BString string) {
            ascii(string.length() + ":");
            string.writeTo(out);
        } else if (value instanceof BList list) {
            out.write('l');
            list.values().forEach(this::add);
            out.write('e');
        } else if (value instanceof BDictionary dictionary) {
            out.write('d');
            for (Map.Entry<BString, Bencode> entry : dictionary.entries()) {
                add(entry.getKey());
                add(entry.getValue());
            }
            out.write('e');
        }
    }

    private void ascii(String text) {
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }
}
