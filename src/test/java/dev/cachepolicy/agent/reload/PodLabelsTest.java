package dev.cachepolicy.agent.reload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PodLabelsTest {

    @Test
    void readsALabelALine() {
        assertThat(PodLabels.parse("app=\"web\"\napp.kubernetes.io/name=\"shop-web\"\npod-template-hash=\"5d8f9\""))
                .isEqualTo(Map.of("app", "web", "app.kubernetes.io/name", "shop-web", "pod-template-hash", "5d8f9"));
    }

    @Test
    void aLabelMayBeEmpty() {
        assertThat(PodLabels.parse("canary=\"\"\n")).isEqualTo(Map.of("canary", ""));
    }

    @Test
    void linesOfAnotherFormArePassedOver() {
        assertThat(PodLabels.parse("\nnot a label\n=\"x\"\ncut=\"\napp=\"web\"\nopen=\"half\n"))
                .isEqualTo(Map.of("app", "web"));
    }
}
