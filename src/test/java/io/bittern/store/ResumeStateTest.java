package io.bittern.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.bittern.Forall;
import io.bittern.metainfo.InfoHash;
import io.bittern.metainfo.PieceSizes;
import io.bittern.piece.Bitfield;
import io.bittern.store.PieceStoreActor.Counters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumeStateTest {

    private static final InfoHash NAME = InfoHash.of(new byte[20]);
    private static final PieceSizes SIZES = new PieceSizes(1_000_000, 65_536);

    @TempDir
    private Path folder;

    @Test
    void readsWhatItWrote() {
        Forall.seeds(200, random -> {
            PieceSizes sizes = new PieceSizes(1 + random.nextInt(5_000_000), 1 + random.nextInt(300_000));
            ResumeState state = state(random, sizes);

            assertThat(ResumeState.decode(state.encode(NAME, sizes), NAME, sizes))
                    .contains(state);
        });
    }

    @Test
    void believesNothingThatIsDamagedAnywhere() {
        Forall.seeds(300, random -> {
            byte[] bytes = state(random, SIZES).encode(NAME, SIZES);
            byte[] damaged = bytes.clone();
            damaged[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
            byte[] cut = Arrays.copyOf(bytes, random.nextInt(bytes.length));

            assertThat(ResumeState.decode(damaged, NAME, SIZES)).isEmpty();
            assertThat(ResumeState.decode(cut, NAME, SIZES)).isEmpty();
        });
    }

    @Test
    void believesNothingOfAnotherTorrent() {
        byte[] other = new byte[20];
        other[3] = 1;
        byte[] bytes = state(new java.util.Random(1), SIZES).encode(NAME, SIZES);

        assertThat(ResumeState.decode(bytes, InfoHash.of(other), SIZES)).isEmpty();
        assertThat(ResumeState.decode(bytes, NAME, new PieceSizes(1_000_001, 65_536)))
                .isEmpty();
    }

    @Test
    void keepsThePredecessorAndUsesItAsUncleanWhenTheLatestIsMissing() throws Exception {
        ResumeFile file = new ResumeFile(folder, NAME, SIZES);
        ResumeState first = clean(1);
        file.save(first);
        file.save(clean(2));
        assertThat(file.load()).contains(clean(2));

        Files.delete(folder.resolve(NAME + ".resume"));

        assertThat(file.load()).contains(first.unclean());
    }

    @Test
    void setsADamagedFileAsideAndKeepsOnlyTheCounters() throws Exception {
        ResumeFile file = new ResumeFile(folder, NAME, SIZES);
        file.save(clean(1));
        file.save(clean(2));
        Path latest = folder.resolve(NAME + ".resume");
        Files.write(latest, new byte[] {'d', 'e'});

        assertThat(file.load()).contains(clean(1).countersOnly());

        assertThat(folder.resolve(NAME + ".resume.corrupt")).exists();
        assertThat(latest).doesNotExist();
    }

    @Test
    void saysWhereItCannotWrite() throws IOException {
        Path notAFolder = Files.createFile(folder.resolve("file"));

        assertThat(Snapshot.keep(new ResumeFile(notAFolder.resolve("below"), NAME, SIZES), clean(1)))
                .hasValueSatisfying(problem -> assertThat(problem).contains("below"));
    }

    private static ResumeState clean(long downloaded) {
        Bitfield verified = new Bitfield(SIZES.count());
        verified.set(3);
        return new ResumeState(verified, Map.of(), List.of(), "folder", new Counters(downloaded, 2, 3), true);
    }

    private static ResumeState state(RandomGenerator random, PieceSizes sizes) {
        Bitfield verified = new Bitfield(sizes.count());
        Map<Integer, Bitfield> held = new TreeMap<>();
        for (int piece = 0; piece < sizes.count(); piece++) {
            if (random.nextBoolean()) {
                verified.set(piece);
            } else if (random.nextInt(4) == 0) {
                Bitfield blocks = new Bitfield(sizes.blocks(piece));
                blocks.set(random.nextInt(blocks.size()));
                held.put(piece, blocks);
            }
        }
        List<FileFacts> files = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            files.add(random.nextBoolean() ? FileFacts.ABSENT : new FileFacts(random.nextInt(9), random.nextLong()));
        }
        Counters counters = new Counters(random.nextInt(99), random.nextInt(99), random.nextInt(99));
        return new ResumeState(verified, held, files, "a folder", counters, random.nextBoolean());
    }
}
