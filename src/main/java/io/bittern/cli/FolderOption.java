package io.bittern.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where the data of torrents are. */
final class FolderOption {

    @Option(
            names = {"-d", "--dir"},
            paramLabel = "DIR",
            description = "The folder of the data, by default this one.")
    private Path folder = Path.of("");

    Path folder() {
        return folder.toAbsolutePath().normalize();
    }
}
