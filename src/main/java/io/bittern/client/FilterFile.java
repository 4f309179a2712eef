package io.bittern.client;

import io.bittern.net.Blocklist;
import io.bittern.net.IpFilter;
import io.bittern.store.DiskReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/** The file of address ranges that peers may not have. */
final class FilterFile {

    private FilterFile() {}

    /**
     * Reads the file, if there is one to read; lines that are not understood are left out with a warning.
     *
     * @throws ClientException if it cannot be read or is no such list: without it peers would be let in that must not be
     */
    static IpFilter load(Optional<Path> file) throws ClientException {
        return file.isPresent() ? load(file.get()) : IpFilter.NONE;
    }

    private static IpFilter load(Path file) throws ClientException {
        try (InputStream in = Files.newInputStream(file)) {
            Blocklist.Reading reading = Blocklist.read(in);
            reading.first()
                    .ifPresent(first -> LoggerFactory.getLogger(FilterFile.class)
                            .warn(
                                    "{}: lines left out that are no range of addresses: {}, first {}",
                                    file,
                                    reading.lines(),
                                    first));
            return reading.filter();
        } catch (NoSuchFileException missing) {
            throw unusable(Failure.Kind.NOT_FOUND, "there is no IP filter " + file, missing);
        } catch (IOException broken) {
            throw unusable(
                    Failure.Kind.IO, "cannot use the IP filter " + file + " (" + DiskReason.of(broken) + ")", broken);
        }
    }

    private static ClientException unusable(Failure.Kind kind, String what, IOException why) {
        return new ClientException(new Failure(kind, what + "; check ip-filter in the settings or --ip-filter"), why);
    }
}
