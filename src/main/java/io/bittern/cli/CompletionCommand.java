package io.bittern.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints a script that completes commands and options. */
@Command(
        name = "completion",
        description = {"Print a completion script.", "", "For this shell: source <(bittern completion bash)"})
final class CompletionCommand implements Callable<Integer> {

    private final Shell shell;

    @Parameters(paramLabel = "bash|zsh", description = "The shell that it is for.")
    private Kind kind = Kind.BASH;

    /** Shells that we have a script for. */
    enum Kind {
        BASH,
        ZSH
    }

    CompletionCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        String script = AutoComplete.bash("bittern", Main.commandLine(shell, Main.commandNames()));
        String before = kind == Kind.ZSH ? "autoload -U +X bashcompinit && bashcompinit\n" : "";
        shell.out().print(before + script);
        shell.out().flush();
        return ExitCode.DONE.number();
    }
}
