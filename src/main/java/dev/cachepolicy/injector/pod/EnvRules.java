package dev.cachepolicy.injector.pod;

import dev.cachepolicy.api.v1alpha1.CacheBackendSpec.EnvVariable;
import dev.cachepolicy.api.v1alpha1.Names;
import dev.cachepolicy.injector.pod.InjectionDecision.Reason;
import dev.cachepolicy.injector.pod.InjectionDecision.Refuse;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whose environment is set, and to what, must be clear. */
final class EnvRules {

    private EnvRules() {}

    static Optional<Refuse> check(Pod pod, List<InjectedBackend> backends) {
        return variables(backends).or(() -> containers(pod));
    }

    private static Optional<Refuse> variables(List<InjectedBackend> backends) {
        record Setting(String value, String backend) {}
        Map<String, Setting> settings = new HashMap<>();
        for (InjectedBackend backend : backends) {
            for (EnvVariable variable : backend.env()) {
                Setting other = settings.putIfAbsent(variable.name(), new Setting(variable.value(), backend.name()));
                if (other != null && !other.value().equals(variable.value())) {
                    return Optional.of(new Refuse(
                            Reason.VariablesCollide,
                            "the CacheBackends %s and %s set the variable %s to different values: use another name in one's spec.agent.env, or name only one in the pod's annotation %s"
                                    .formatted(
                                            other.backend(),
                                            backend.name(),
                                            variable.name(),
                                            Names.BACKENDS_ANNOTATION)));
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Refuse> containers(Pod pod) {
        List<String> present = PodReader.applicationContainers(pod).stream()
                .map(Container::getName)
                .toList();
        return PodReader.names(pod, Names.CONTAINERS_ANNOTATION).stream()
                .filter(name -> !present.contains(name))
                .findFirst()
                .map(name -> new Refuse(
                        Reason.ContainerNotFound,
                        "the pod's annotation %s names %s, which is none of its containers: write one or more of %s"
                                .formatted(Names.CONTAINERS_ANNOTATION, name, String.join(", ", present))));
    }
}
