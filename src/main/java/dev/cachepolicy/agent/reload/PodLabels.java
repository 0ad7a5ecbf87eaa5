package dev.cachepolicy.agent.reload;

import java.util.HashMap;
import java.util.Map;

/**
 * The file that the kubelet writes for the downward API's {@code metadata.labels}: a line {@code key="value"} for each
 * label. The value is quoted as Go's {@code %q} does, but no character that a label may have needs an escape. Lines of another
 * form are passed over.
 */
final class PodLabels {

    private PodLabels() {}

    static Map<String, String> parse(String text) {
        Map<String, String> labels = new HashMap<>();
        text.lines().forEach(line -> {
            int equals = line.indexOf("=\"");
            if (equals > 0 && line.length() > equals + 2 && line.endsWith("\"")) {
                labels.put(line.substring(0, equals), line.substring(equals + 2, line.length() - 1));
            }
        });
        return Map.copyOf(labels);
    }
}
