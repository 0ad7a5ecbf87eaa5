package dev.cachepolicy.injector.pod;

import dev.cachepolicy.api.v1alpha1.Names;
import dev.cachepolicy.injector.pod.InjectionDecision.Reason;
import dev.cachepolicy.injector.pod.InjectionDecision.Refuse;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The names of what is added must be free, unless it is the injector itself that has already been here. */
final class NameRules {

    private NameRules() {}

    static Optional<Refuse> check(Pod pod, List<InjectedBackend> backends) {
        return AgentContainer.isIn(pod, backends)
                ? Optional.empty()
                : containerName(pod).or(() -> volumeNames(pod, backends));
    }

    private static Optional<Refuse> containerName(Pod pod) {
        return pod.getSpec().getContainers().stream().anyMatch(NameRules::isAgent)
                        || pod.getSpec().getInitContainers().stream().anyMatch(NameRules::isAgent)
                ? Optional.of(new Refuse(
                        Reason.NameTaken,
                        "the pod has a container %s, which the injector did not make for these CacheBackends: remove it, the injector adds its own"
                                .formatted(Names.AGENT_CONTAINER)))
                : Optional.empty();
    }

    private static boolean isAgent(Container container) {
        return container.getName().equals(Names.AGENT_CONTAINER);
    }

    private static Optional<Refuse> volumeNames(Pod pod, List<InjectedBackend> backends) {
        Set<String> needed = AgentVolumes.of(backends).volumes().stream()
                .map(Volume::getName)
                .collect(Collectors.toSet());
        return pod.getSpec().getVolumes().stream()
                .map(Volume::getName)
                .filter(needed::contains)
                .findFirst()
                .map(name -> new Refuse(
                        Reason.NameTaken,
                        "the pod has a volume %s, a name that the injector needs for its own: give the volume another name"
                                .formatted(name)));
    }
}
