package io.bittern.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {

    @TempDir
    private Path folder = Path.of("");

    @Test
    void hasOneNameWhateverPathLeadsToIt() throws IOException {
        Path real = Files.createDirectory(folder.resolve("real"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), real);

        String name = DataFolder.name(real);

        assertThat(name).matches("[0-9a-f]{16}");
        assertThat(DataFolder.name(link)).isEqualTo(name);
        assertThat(DataFolder.name(real.resolve("../link/."))).isEqualTo(name);
        assertThat(DataFolder.name(folder)).isNotEqualTo(name);
    }

    @Test
    void keepsItsNameWhenItIsMade() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
        Path missing = link.resolve("a/b");
        String before = DataFolder.name(missing);

        Files.createDirectories(missing);

        assertThat(DataFolder.name(missing)).isEqualTo(before);
    }
}
