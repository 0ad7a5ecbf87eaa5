package dev.cachepolicy.local;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The fields of a pod that the downward API offers. */
final class PodFields {

    private static final Pattern ENTRY = Pattern.compile("metadata\\.(labels|annotations)\\['([^']+)']");

    private PodFields() {}

    /**
     * {@return the text that the downward API gives for a field; empty where the pod does not have it}
     *
     * @param path as in {@code fieldRef.fieldPath}
     */
    static String value(Pod pod, String path) {
        Matcher entry = ENTRY.matcher(path);
        if (entry.matches()) {
            return map(pod, entry.group(1)).getOrDefault(entry.group(2), "");
        }
        return switch (path) {
            case "metadata.name" -> pod.getMetadata().getName();
            case "metadata.namespace" -> pod.getMetadata().getNamespace();
            case "metadata.uid" -> pod.getMetadata().getUid();
            case "metadata.labels" -> lines(map(pod, "labels"));
            case "metadata.annotations" -> lines(map(pod, "annotations"));
            case "spec.nodeName" -> orEmpty(pod.getSpec().getNodeName());
            case "spec.serviceAccountName" -> orEmpty(pod.getSpec().getServiceAccountName());
            case "status.podIP" -> orEmpty(pod.getStatus().getPodIP());
            case "status.hostIP" -> orEmpty(pod.getStatus().getHostIP());
            default -> throw new IllegalArgumentException("the downward API has no field " + path);
        };
    }

    private static Map<String, String> map(Pod pod, String field) {
        Map<String, String> map = field.equals("labels")
                ? pod.getMetadata().getLabels()
                : pod.getMetadata().getAnnotations();
        return map == null ? Map.of() : map;
    }

    /** One {@code key="value"} a line, sorted, the value quoted as in Go. */
    private static String lines(Map<String, String> map) {
        return new TreeMap<>(map)
                .entrySet().stream()
                        .map(e -> e.getKey() + "=\""
                                + e.getValue()
                                        .replace("\\", "\\\\")
                                        .replace("\"", "\\\"")
                                        .replace("\n", "\\n")
                                + "\"")
                        .collect(Collectors.joining("\n"));
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
