package dev.cachepolicy.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class ApiReferenceTest {

    @Test
    void thePageSaysWhatTheCrdsSay() throws IOException {
        assertThat(Files.readString(ApiReference.FILE))
                .as("%s differs from crds/: run make crds and commit the result", ApiReference.FILE)
                .isEqualTo(ApiReference.text());
    }

    @Test
    void itNamesFieldsOfEveryDepthAndEveryRule() throws IOException {
        assertThat(ApiReference.text().lines())
                .anyMatch(line -> line.startsWith("| `spec.ttl.jitterPercent` | integer | "))
                .anyMatch(line -> line.startsWith("| `spec.agent.env[].name` | string | **Required.** "))
                .anyMatch(line -> line.startsWith("| `status.conditions[].type` | string | "))
                .contains("Rule of spec: mode Standalone takes exactly one endpoint: write one host:port.");
    }
}
