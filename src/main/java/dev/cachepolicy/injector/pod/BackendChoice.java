package dev.cachepolicy.injector.pod;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.Names;
import dev.cachepolicy.injector.pod.InjectionDecision.Reason;
import dev.cachepolicy.injector.pod.InjectionDecision.Refuse;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Which backends of its namespace a pod uses: those it names, or the only one there is. */
sealed interface BackendChoice {

    record Chosen(List<InjectedBackend> backends) implements BackendChoice {}

    record Impossible(Refuse refusal) implements BackendChoice {}

    static BackendChoice of(Pod pod, String namespace, List<CacheBackend> backends) {
        TreeMap<String, CacheBackend> byName = backends.stream()
                .collect(Collectors.toMap(
                        backend -> backend.getMetadata().getName(),
                        Function.identity(),
                        (one, same) -> one,
                        TreeMap::new));
        List<String> wanted = PodReader.names(pod, Names.BACKENDS_ANNOTATION);
        if (!wanted.isEmpty()) {
            return named(wanted, namespace, byName);
        }
        return switch (byName.size()) {
            case 0 ->
                refuse(
                        Reason.NoBackend,
                        "namespace %s has no CacheBackend: create one, or remove the pod's label %s"
                                .formatted(namespace, Names.INJECT_LABEL));
            case 1 -> new Chosen(List.of(InjectedBackend.of(byName.firstEntry().getValue())));
            default ->
                refuse(
                        Reason.BackendNotNamed,
                        "namespace %s has the CacheBackends %s: write those that the pod uses into its annotation %s, for example %s: \"%s\""
                                .formatted(
                                        namespace,
                                        String.join(", ", byName.keySet()),
                                        Names.BACKENDS_ANNOTATION,
                                        Names.BACKENDS_ANNOTATION,
                                        byName.firstKey()));
        };
    }

    private static BackendChoice named(List<String> wanted, String namespace, Map<String, CacheBackend> byName) {
        List<InjectedBackend> chosen = new ArrayList<>();
        for (String name : wanted) {
            CacheBackend backend = byName.get(name);
            if (backend == null) {
                return refuse(Reason.BackendNotFound, notFound(name, namespace, byName));
            }
            chosen.add(InjectedBackend.of(backend));
        }
        return new Chosen(List.copyOf(chosen));
    }

    private static String notFound(String name, String namespace, Map<String, CacheBackend> byName) {
        String problem = "the pod's annotation %s names %s, which namespace %s does not have"
                .formatted(Names.BACKENDS_ANNOTATION, name, namespace);
        return byName.isEmpty()
                ? problem + ": create this CacheBackend"
                : problem + ": write one or more of " + String.join(", ", byName.keySet())
                        + ", or create this CacheBackend";
    }

    private static Impossible refuse(Reason reason, String sentence) {
        return new Impossible(new Refuse(reason, sentence));
    }
}
