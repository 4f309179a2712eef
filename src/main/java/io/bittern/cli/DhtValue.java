package io.bittern.cli;

import io.bittern.bencode.BString;
import io.bittern.bencode.Bencode;
import io.bittern.bencode.BencodeWriter;
import io.bittern.dht.Item;
import io.bittern.metainfo.Text;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values of the DHT as files and as text. A string stands for its bytes, any other value for its bencoding. */
final class DhtValue {

    /** Bytes that are left of a value when the length before them is taken off. */
    private static final int MOST = Item.LARGEST_VALUE - 4;

    private DhtValue() {}

    /** The content of a file, or of standard input for {@code -}. */
    static BString read(String file) throws CliException {
        byte[] bytes = readBytes(file);
        if (bytes.length > MOST) {
            throw new CliException(ExitCode.USAGE, file + ": the DHT keeps no value of more than " + MOST + " bytes");
        }
        return BString.of(bytes);
    }

    private static byte[] readBytes(String file) throws CliException {
        try {
            if (file.equals("-")) {
                return System.in.readNBytes(MOST + 1);
            }
            Path path = TorrentSource.path(file);
            try (InputStream input = Files.newInputStream(path)) {
                return input.readNBytes(MOST + 1);
            }
        } catch (NoSuchFileException missing) {
            throw new CliException(ExitCode.NOT_FOUND, "there is no file " + file + "; check the path", missing);
        } catch (IOException failed) {
            throw Disk.failure("cannot read", Path.of(file), failed);
        }
    }

    static byte[] bytes(Item item) {
        return bytes(item.value());
    }

    private static byte[] bytes(Bencode value) {
        return value instanceof BString string ? string.bytes() : BencodeWriter.write(value);
    }

    /** The value on one line, without control characters. */
    static String text(Item item) {
        return Text.clean(new String(bytes(item), StandardCharsets.UTF_8), Item.LARGEST_VALUE);
    }

    /** All of an item, for programs. */
    static Map<String, @Nullable Object> fields(Item item) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("target", item.target().toString());
        fields.put("name", DhtName.of(item));
        fields.put("seq", item instanceof Item.Mutable mutable ? mutable.seq() : null);
        fields.put("value", text(item));
        fields.put("bytes", HexFormat.of().formatHex(bytes(item)));
        return fields;
    }
}
