package dev.cachepolicy.injector.pod;

import dev.cachepolicy.api.v1alpha1.Names;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a pod says: its labels, its annotations, its containers, where any of them may be absent. */
final class PodReader {

    private PodReader() {}

    /** {@return the value of a label, empty if absent} */
    static String label(Pod pod, String name) {
        return value(pod.getMetadata() == null ? null : pod.getMetadata().getLabels(), name);
    }

    static boolean hasLabel(Pod pod, String name) {
        return pod.getMetadata() != null
                && pod.getMetadata().getLabels() != null
                && pod.getMetadata().getLabels().containsKey(name);
    }

    /** {@return the names of all annotations} */
    static Set<String> annotations(Pod pod) {
        return pod.getMetadata() == null || pod.getMetadata().getAnnotations() == null
                ? Set.of()
                : pod.getMetadata().getAnnotations().keySet();
    }

    /** {@return the names in a comma-separated annotation, in their order, each once; empty if absent or blank} */
    static List<String> names(Pod pod, String annotation) {
        String value =
                value(pod.getMetadata() == null ? null : pod.getMetadata().getAnnotations(), annotation);
        return Arrays.stream(value.split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .distinct()
                .toList();
    }

    /** {@return the pod's own containers, init containers first, in the order in which they start; never the agent's} */
    static List<Container> applicationContainers(Pod pod) {
        return Stream.concat(pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
                .filter(container -> !container.getName().equals(Names.AGENT_CONTAINER))
                .toList();
    }

    private static String value(@Nullable Map<String, String> values, String name) {
        return values == null ? "" : values.getOrDefault(name, "");
    }
}
