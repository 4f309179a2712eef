package io.bittern.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.bittern.net.IpFilter;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilterFileTest {

    @TempDir
    private Path folder;

    @Test
    void rulesNobodyOutWithoutAFile() throws ClientException {
        assertThat(FilterFile.load(Optional.empty())).isSameAs(IpFilter.NONE);
    }

    @Test
    void goesOnWithTheLinesThatItUnderstands() throws Exception {
        IpFilter filter = FilterFile.load(Optional.of(write("nonsense\n192.0.2.0/24\n")));

        assertThat(filter.blocks(InetAddress.getByName("192.0.2.7"))).isTrue();
    }

    @Test
    void saysInOneLineWhatIsWrong() throws IOException {
        Path missing = folder.resolve("missing");
        Path nonsense = write("<html>");

        assertThatExceptionOfType(ClientException.class)
                .isThrownBy(() -> FilterFile.load(Optional.of(missing)))
                .withMessage("there is no IP filter " + missing + "; check ip-filter in the settings or --ip-filter");
        assertThatExceptionOfType(ClientException.class)
                .isThrownBy(() -> FilterFile.load(Optional.of(nonsense)))
                .withMessageStartingWith("cannot use the IP filter " + nonsense + " (no line of it is a range")
                .matches(wrong -> wrong.failure().kind() == Failure.Kind.IO);
        assertThatExceptionOfType(ClientException.class).isThrownBy(() -> FilterFile.load(Optional.of(folder)));
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("list"), text);
    }
}
