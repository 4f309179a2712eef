package io.bittern.cli;

import io.bittern.dht.Ed25519;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A private Ed25519 key in a file: PEM as RFC 8410 has it, 64 hexadecimal digits, or the 32 bytes. */
final class KeyFile {

    private static final int MOST_BYTES = 4096;
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{64}");

    /** What comes before the 32 bytes: version 0, the algorithm 1.3.101.112, a string in a string. */
    private static final byte[] HEAD = HexFormat.of().parseHex("302e020100300506032b657004220420");

    private KeyFile() {}

    static KeyPair read(Path file) throws CliException {
        return parse(bytes(file))
                .orElseThrow(() -> new CliException(
                        ExitCode.USAGE,
                        file + " is no Ed25519 private key; 'openssl genpkey -algorithm ed25519' makes one"));
    }

    private static byte[] bytes(Path file) throws CliException {
        try (InputStream input = Files.newInputStream(file)) {
            return input.readNBytes(MOST_BYTES);
        } catch (NoSuchFileException missing) {
            throw new CliException(ExitCode.NOT_FOUND, "there is no file " + file + "; check --key", missing);
        } catch (IOException failed) {
            throw Disk.failure("cannot read", file, failed);
        }
    }

    static Optional<KeyPair> parse(byte[] file) {
        if (file.length == Ed25519.KEY_LENGTH) {
            return Optional.of(Ed25519.fromSeed(file));
        }
        String text = new String(file, StandardCharsets.US_ASCII).strip();
        if (HEX.matcher(text).matches()) {
            return Optional.of(Ed25519.fromSeed(HexFormat.of().parseHex(text)));
        }
        Matcher pem = PEM.matcher(text);
        return pem.find()
                ? seed(Base64.getMimeDecoder().decode(pem.group(1))).map(Ed25519::fromSeed)
                : Optional.empty();
    }

    private static Optional<byte[]> seed(byte[] key) {
        boolean known = key.length == HEAD.length + Ed25519.KEY_LENGTH
                && Arrays.equals(HEAD, 0, HEAD.length, key, 0, HEAD.length);
        return known ? Optional.of(Arrays.copyOfRange(key, HEAD.length, key.length)) : Optional.empty();
    }
}
