package io.bittern.cli;

import io.bittern.client.BitternClient;
import io.bittern.client.Settings;
import io.bittern.metainfo.MagnetLink;
import io.bittern.store.PayloadHasher;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line: finds the command, runs it, and turns whatever goes wrong into one line and an exit code. */
public final class Main {

    private static final Map<String, Function<Shell, Object>> COMMANDS = commands();

    /** Those that start a client. */
    private static final Set<String> TRANSFERS = Set.of("download", "magnet", "seed", "demo", "dht", "doctor");

    /** Those that do little else than hash. */
    private static final Set<String> HASHERS = Set.of("create", "verify");

    private Main() {}

    /** Runs the command that the arguments name and ends the process. */
    public static void main(String[] arguments) {
        int code = run(List.of(arguments), Shell.ofProcess(BitternClient::start));
        System.out.flush();
        System.err.flush();
        System.exit(code);
    }

    /** Runs a command and returns its exit code. */
    static int run(List<String> arguments, Shell shell) {
        if (arguments.isEmpty()) {
            shell.problem("no command; see 'bittern --help'");
            return ExitCode.USAGE.number();
        }
        String first = arguments.get(0);
        if (COMMANDS.containsKey(first)) {
            if (TRANSFERS.contains(first)) {
                Settings.preload();
            }
            if (HASHERS.contains(first)) {
                PayloadHasher.preload();
            }
            return commandLine(shell, List.of(first)).execute(arguments.toArray(String[]::new));
        }
        if (List.of("-V", "--version").contains(first)) {
            return commandLine(shell, List.of()).execute(arguments.toArray(String[]::new));
        }
        if (List.of("-h", "--help", "help").contains(first)) {
            return commandLine(shell, commandNames()).execute(arguments.toArray(String[]::new));
        }
        if (isTorrent(first) || (first.startsWith("-") && arguments.stream().anyMatch(Main::isTorrent))) {
            return run(withDownload(arguments), shell);
        }
        String kind = first.startsWith("-") ? "unknown option '" : "unknown command '";
        shell.problem(kind + first + "'; see 'bittern --help'");
        return ExitCode.USAGE.number();
    }

    /** Commands are known here by name, so that only the one that runs is loaded. */
    private static Map<String, Function<Shell, Object>> commands() {
        Map<String, Function<Shell, Object>> commands = new TreeMap<>();
        commands.put("download", DownloadCommand::new);
        commands.put("magnet", MagnetCommand::new);
        commands.put("seed", SeedCommand::new);
        commands.put("info", InfoCommand::new);
        commands.put("verify", VerifyCommand::new);
        commands.put("create", CreateCommand::new);
        commands.put("tracker", TrackerCommand::new);
        commands.put("demo", DemoCommand::new);
        commands.put("dht", DhtCommand::with);
        commands.put("doctor", DoctorCommand::new);
        commands.put("completion", CompletionCommand::new);
        return commands;
    }

    private static List<String> withDownload(List<String> arguments) {
        List<String> full = new ArrayList<>(arguments);
        full.add(0, "download");
        return full;
    }

    private static boolean isTorrent(String argument) {
        String lower = argument.toLowerCase(Locale.ROOT);
        return lower.endsWith(".torrent")
                || TorrentSource.isUrl(lower)
                || MagnetLink.isMagnet(argument)
                || isFile(argument);
    }

    private static boolean isFile(String argument) {
        try {
            return Files.exists(Path.of(argument));
        } catch (InvalidPathException noPath) {
            return false;
        }
    }

    /** The parser for the whole program with some of its commands. */
    static CommandLine commandLine(Shell shell, Iterable<String> names) {
        CommandLine root = new CommandLine(new RootCommand());
        for (String name : names) {
            Function<Shell, Object> command = COMMANDS.get(name);
            if (command != null) {
                root.addSubcommand(name, command.apply(shell));
            }
        }
        root.registerConverter(java.time.Duration.class, new TimeConverter());
        root.registerConverter(java.net.InetSocketAddress.class, new AddressConverter());
        root.setOut(new PrintWriter(shell.out(), true, Charset.defaultCharset()));
        root.setErr(new PrintWriter(shell.err(), true, Charset.defaultCharset()));
        root.setParameterExceptionHandler(usage(shell));
        root.setExecutionExceptionHandler(failure(shell));
        root.setCaseInsensitiveEnumValuesAllowed(true);
        describe(root);
        return root;
    }

    /** What all commands have alike. */
    private static void describe(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        spec.usageMessage().exitCodeListHeading("%nExit codes:%n");
        spec.usageMessage().exitCodeList(ExitCode.table());
        spec.usageMessage().width(100);
        command.setColorScheme(Help.defaultColorScheme(Help.Ansi.AUTO));
        for (CommandLine part : command.getSubcommands().values()) {
            if (!part.getCommandSpec().helpCommand()) {
                part.getCommandSpec()
                        .mixinStandardHelpOptions(true)
                        .versionProvider(new RootCommand.Version())
                        .addMixin("log", CommandSpec.forAnnotatedObject(new LogOptions()));
            }
            describe(part);
        }
    }

    private static IParameterExceptionHandler usage(Shell shell) {
        return (wrong, arguments) -> {
            String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
            List<String> similar =
                    wrong instanceof UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
            String hint = similar.isEmpty() ? "" : "; did you mean " + String.join(" or ", similar) + "?";
            shell.problem(lowerFirst(String.valueOf(wrong.getMessage())) + hint + "; see '" + command + " --help'");
            return ExitCode.USAGE.number();
        };
    }

    private static IExecutionExceptionHandler failure(Shell shell) {
        return (failed, command, parsed) -> {
            logTrace(failed);
            if (failed instanceof CliException expected) {
                shell.problem(expected.reason());
                return expected.code().number();
            }
            shell.problem("internal error: " + failed + "; run again with -v and report what it logs");
            return ExitCode.INTERNAL.number();
        };
    }

    /** Logs where a failure comes from, if -v has been given; nothing is loaded for it otherwise. */
    static void logTrace(Exception failed) {
        if (System.getProperty("bittern.log.trace") != null) {
            LoggerFactory.getLogger(Main.class).info("the command failed", failed);
        }
    }

    static Set<String> commandNames() {
        return COMMANDS.keySet();
    }

    private static String lowerFirst(String text) {
        return text.isEmpty() ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }
}
