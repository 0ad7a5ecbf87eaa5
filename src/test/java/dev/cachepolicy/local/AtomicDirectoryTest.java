package dev.cachepolicy.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicDirectoryTest {

    @TempDir
    Path directory;

    @Test
    void filesAreSymlinksThroughData() throws IOException {
        new AtomicDirectory(directory).write(files("agent.yaml", "one"));

        assertThat(Files.readSymbolicLink(directory.resolve("agent.yaml"))).isEqualTo(Path.of("..data/agent.yaml"));
        assertThat(Files.readSymbolicLink(directory.resolve("..data")).toString())
                .startsWith("..")
                .isNotEqualTo("..data");
        assertThat(directory.resolve("agent.yaml")).hasContent("one");
    }

    @Test
    void theSameContentTouchesNothing() throws IOException {
        AtomicDirectory volume = new AtomicDirectory(directory);
        assertThat(volume.write(files("a", "1", "b/c", "2"))).isTrue();
        Path payload = Files.readSymbolicLink(directory.resolve("..data"));

        assertThat(volume.write(files("a", "1", "b/c", "2"))).isFalse();

        assertThat(Files.readSymbolicLink(directory.resolve("..data"))).isEqualTo(payload);
    }

    @Test
    void aRemovedFileLosesItsName() throws IOException {
        AtomicDirectory volume = new AtomicDirectory(directory);
        volume.write(files("a", "1", "b", "2"));

        volume.write(files("b", "3"));

        assertThat(Files.exists(directory.resolve("a"), LinkOption.NOFOLLOW_LINKS))
                .isFalse();
        assertThat(directory.resolve("b")).hasContent("3");
    }

    @Test
    void nothingToHoldStillMakesTheDirectory() throws IOException {
        new AtomicDirectory(directory).write(Map.of());

        assertThat(directory.resolve("..data")).isEmptyDirectory();
    }

    /** Two files always change together: one read of {@code ..data}'s target sees both old or both new. */
    @Test
    void aReaderSeesAllFilesOfOneVersion() throws Exception {
        AtomicDirectory volume = new AtomicDirectory(directory);
        volume.write(files("a", "0", "b", "0"));
        AtomicBoolean done = new AtomicBoolean();
        Set<String> seen = new HashSet<>();
        Thread reader = Thread.ofPlatform().start(() -> {
            while (!done.get()) {
                try {
                    Path payload = directory.resolve("..data").toRealPath();
                    seen.add(Files.readString(payload.resolve("a")) + Files.readString(payload.resolve("b")));
                } catch (IOException e) {
                    // the payload went away between the two reads: a reader tries again
                }
            }
        });
        for (int version = 1; version < 300; version++) {
            String text = String.valueOf(version % 10);
            volume.write(files("a", text, "b", text));
        }
        done.set(true);
        reader.join();

        assertThat(seen).hasSizeGreaterThan(1).allMatch(pair -> pair.charAt(0) == pair.charAt(1));
    }

    private static Map<String, byte[]> files(String... namesAndTexts) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            files.put(namesAndTexts[i], namesAndTexts[i + 1].getBytes(UTF_8));
        }
        return files;
    }
}
