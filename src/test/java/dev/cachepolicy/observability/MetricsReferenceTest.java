package dev.cachepolicy.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.metrics.Metric;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MetricsReferenceTest {

    @Test
    void theReferenceIsWhatTheCodeSays() throws IOException {
        assertThat(Files.readString(MetricsReference.FILE))
                .as("%s differs from the code: run make reference and commit the result", MetricsReference.FILE)
                .isEqualTo(MetricsReference.text());
    }

    /** Of <a href="https://prometheus.io/docs/practices/naming/">Prometheus' conventions</a>. */
    @ParameterizedTest
    @EnumSource(Metric.class)
    void namesAreAsPrometheusAsks(Metric metric) {
        assertThat(metric.familyName())
                .matches("cachepolicy_[a-z]+(_[a-z]+)*")
                .doesNotEndWith("_total")
                .doesNotContain("milli");
        assertThat(metric.help()).endsWith(".");
        assertThat(metric.labels()).doesNotHaveDuplicates().doesNotContain("key", "pod", "instance", "job");
        if (metric.type() == Metric.Type.HISTOGRAM) {
            assertThat(metric.familyName()).endsWith("_duration_seconds");
        }
    }
}
