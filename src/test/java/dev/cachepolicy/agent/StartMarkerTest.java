package dev.cachepolicy.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartMarkerTest {

    @TempDir
    private Path pod;

    @Test
    void theFirstStartInAPodIsNoRestart() {
        Path state = pod.resolve("state");
        assertThat(StartMarker.mark(state)).isFalse();
        assertThat(StartMarker.mark(state)).isTrue();
    }

    @Test
    void whatIsNotKnownIsTakenForARestart() throws IOException {
        assertThat(StartMarker.mark(null)).isTrue();
        Path file = Files.createFile(pod.resolve("file"));
        assertThat(StartMarker.mark(file.resolve("below"))).isTrue();
    }
}
