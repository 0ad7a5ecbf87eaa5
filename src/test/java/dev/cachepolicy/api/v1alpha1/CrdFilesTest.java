package dev.cachepolicy.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CrdFilesTest {

    @ParameterizedTest
    @ValueSource(strings = {"cachebackends", "cachepolicies"})
    void filesAreWhatTheTypesSay(String plural) throws IOException {
        assertThat(Files.readString(CrdFiles.file(plural)))
                .as("%s differs from the types: run make crds and commit the result", CrdFiles.file(plural))
                .isEqualTo(CrdFiles.text(plural));
    }
}
