package io.bittern.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How much is logged, which all commands can be told. */
final class LogOptions {

    /** Sets the level for conf/logback.xml, which is read when somebody logs for the first time. */
    @Option(
            names = {"-v", "--verbose"},
            description = "Log what goes on to standard error; twice for everything.")
    void log(boolean @Nullable [] given) {
        if (given != null && given.length > 0) {
            System.setProperty("bittern.log.level", given.length > 1 ? "DEBUG" : "INFO");
            System.setProperty("bittern.log.trace", "%ex");
        }
    }
}
