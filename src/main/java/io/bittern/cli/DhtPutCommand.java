package io.bittern.cli;

import io.bittern.bencode.BString;
import io.bittern.client.DhtClient;
import io.bittern.dht.Ed25519;
import io.bittern.dht.Item;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts a value. */
@Command(
        name = "put",
        description = {
            "Have the DHT keep a value (BEP 44), under its own hash or under your key.",
            "",
            "Nodes forget it after about two hours, and nobody puts it again by himself: run this again every hour for as"
                    + " long as it is to be found.",
            "",
            "The name that 'bittern dht get' takes goes to standard output."
        })
final class DhtPutCommand implements Callable<Integer> {

    private final Shell shell;

    @Parameters(paramLabel = "FILE|-", description = "The value: a file or standard input, 996 bytes at most.")
    private String file = "";

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description =
                    "Your Ed25519 private key: PEM (openssl genpkey -algorithm ed25519), 64 hexadecimal digits, or"
                            + " 32 bytes.")
    private @Nullable Path key;

    @Option(names = "--salt", paramLabel = "TEXT", description = "Tells values of one key from each other.")
    private @Nullable String salt;

    @Option(
            names = "--seq",
            paramLabel = "NUMBER",
            description = "The version, by default one more than what is there.")
    private @Nullable Long seq;

    @Option(names = "--cas", paramLabel = "NUMBER", description = "Only in the place of this version.")
    private @Nullable Long cas;

    @Mixin
    private DhtOptions options = new DhtOptions();

    DhtPutCommand(Shell shell) {
        this.shell = shell;
    }

    /** What was put, and what came of it. */
    private record Put(Item item, DhtClient.Outcome outcome) {}

    @Override
    public Integer call() throws CliException, InterruptedException {
        if (key == null && (salt != null || seq != null || cas != null)) {
            throw new CliException(ExitCode.USAGE, "--salt, --seq and --cas are for values with a --key");
        }
        BString salted = DhtName.salt(salt == null ? "" : salt);
        Optional<KeyPair> keys = key == null ? Optional.empty() : Optional.of(KeyFile.read(key));
        BString value = DhtValue.read(file);
        Put put = options.ask(
                        shell,
                        client -> item(client, keys, salted, value)
                                .thenCompose(item -> client.put(item, Optional.ofNullable(cas))
                                        .thenApply(outcome -> new Put(item, outcome))))
                .orElseThrow(options::late);
        if (put.outcome().stored() == 0) {
            throw refused(put.outcome());
        }
        shell.say(options.json() ? Json.line(fields(put)) : DhtName.of(put.item()));
        return ExitCode.DONE.number();
    }

    private CompletionStage<Item> item(DhtClient client, Optional<KeyPair> keys, BString salted, BString value) {
        if (keys.isEmpty()) {
            return CompletableFuture.completedStage(new Item.Immutable(value));
        }
        if (seq != null) {
            return CompletableFuture.completedStage(Item.Mutable.sign(keys.get(), salted, seq, value));
        }
        Newest newest = new Newest();
        BString publicKey = BString.of(Ed25519.publicKey(keys.get()));
        return client.get(Item.Mutable.target(publicKey, salted), salted, newest)
                .thenApply(over -> Item.Mutable.sign(keys.get(), salted, newest.next(), value));
    }

    private static CliException refused(DhtClient.Outcome outcome) {
        return outcome.answered() == 0
                ? DhtOptions.nobody()
                : new CliException(
                        ExitCode.NETWORK,
                        outcome.answered()
                                + " nodes answered and none keeps it; is --seq higher than what is there, and"
                                + " --cas that?");
    }

    private static Map<String, @Nullable Object> fields(Put put) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>(DhtValue.fields(put.item()));
        fields.put("stored", put.outcome().stored());
        return fields;
    }
}
