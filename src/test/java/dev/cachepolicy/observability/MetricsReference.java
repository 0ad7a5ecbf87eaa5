package dev.cachepolicy.observability;

import dev.cachepolicy.metrics.Metric;
import dev.cachepolicy.metrics.Metric.Exposer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * {@code docs/reference/metrics.md}, made of {@link Metric}. {@code main} writes it ({@code make reference});
 * {@link MetricsReferenceTest} holds it against the code.
 */
final class MetricsReference {

    static final Path FILE = Path.of("docs", "reference", "metrics.md");

    private MetricsReference() {}

    public static void main(String[] args) throws IOException {
        Files.createDirectories(FILE.getParent());
        Files.writeString(FILE, text());
    }

    static String text() {
        StringBuilder text = new StringBuilder("""
                # Metrics

                <!-- Generated from dev.cachepolicy.metrics.Metric by `make reference`; not edited by hand. -->

                Names are as queries write them; a histogram has them with `_bucket`, `_sum` and `_count`. Labels hold names of
                resources and words of fixed lists, never bytes of a key. Prometheus adds what its relabelling says: with the
                chart's PodMonitor `namespace`, `pod` and `workload`, the controller that a pod belongs to.

                A policy is fenced if it has `stampede` or `invalidation.triggers`; others have no series of what only fences do.

                Beside these, both parts expose `process_*` and `jvm_*` of their virtual machine.
                """);
        section(text, "Agent", "Port 9147 of every pod with an agent, path `/metrics`.", Exposer.AGENT);
        section(
                text,
                "Operator",
                "Port 8080, path `/metrics`. What is said of backends and policies, the replica that leads says.",
                Exposer.OPERATOR);
        section(text, "Both", "", Exposer.BOTH);
        return text.toString();
    }

    private static void section(StringBuilder text, String title, String where, Exposer exposer) {
        text.append("\n## ").append(title).append("\n\n");
        if (!where.isEmpty()) {
            text.append(where).append("\n\n");
        }
        text.append("| metric | type | labels | meaning |\n|---|---|---|---|\n");
        for (Metric metric : Metric.values()) {
            if (metric.exposer() == exposer) {
                text.append("| `%s` | %s | %s | %s |\n"
                        .formatted(
                                metric.queryName(),
                                metric.type().name().toLowerCase(Locale.ROOT),
                                metric.labels().stream()
                                        .map(label -> "`" + label + "`")
                                        .collect(Collectors.joining(", ")),
                                metric.help()));
            }
        }
    }
}
