package dev.cachepolicy.operator.backend;

import dev.cachepolicy.api.v1alpha1.Names;
import io.fabric8.kubernetes.api.model.Pod;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.SecondaryToPrimaryMapper;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * From a pod to the backends that its annotation names. A pod without the annotation asks for its namespace's only
 * backend.
 */
record PodToBackends(Backends backends) implements SecondaryToPrimaryMapper<Pod> {

    @Override
    public Set<ResourceID> toPrimaryResourceIDs(Pod pod) {
        List<String> named = named(pod);
        String namespace = pod.getMetadata().getNamespace();
        return named.isEmpty()
                ? backends.inNamespace(namespace).stream()
                        .map(ResourceID::fromResource)
                        .collect(Collectors.toSet())
                : named.stream().map(name -> new ResourceID(name, namespace)).collect(Collectors.toSet());
    }

    /** {@return under which keys an index finds a pod} */
    static List<String> indexKeys(Pod pod) {
        List<String> named = named(pod);
        String namespace = pod.getMetadata().getNamespace();
        return named.isEmpty()
                ? List.of(onlyBackend(namespace).toString())
                : named.stream()
                        .map(name -> new ResourceID(name, namespace).toString())
                        .toList();
    }

    /** {@return the key of pods that name no backend} */
    static ResourceID onlyBackend(String namespace) {
        return new ResourceID("", namespace);
    }

    private static List<String> named(Pod pod) {
        String annotation = annotation(pod);
        return annotation == null
                ? List.of()
                : Arrays.stream(annotation.split(",", -1))
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .distinct()
                        .toList();
    }

    private static @Nullable String annotation(Pod pod) {
        Map<String, String> annotations = pod.getMetadata().getAnnotations();
        return annotations == null ? null : annotations.get(Names.BACKENDS_ANNOTATION);
    }

    /** {@return whether counts of agents may differ after an update} */
    static boolean matters(Pod pod, Pod before) {
        return !phase(pod).equals(phase(before))
                || pod.isMarkedForDeletion() != before.isMarkedForDeletion()
                || !Objects.equals(
                        pod.getMetadata().getLabels(), before.getMetadata().getLabels())
                || !Objects.equals(annotation(pod), annotation(before))
                || !pod.getMetadata().getUid().equals(before.getMetadata().getUid());
    }

    private static String phase(Pod pod) {
        return pod.getStatus() == null || pod.getStatus().getPhase() == null
                ? ""
                : pod.getStatus().getPhase();
    }
}
