package dev.cachepolicy.injector.pod;

import dev.cachepolicy.api.v1alpha1.Names;
import dev.cachepolicy.injector.pod.InjectionDecision.Reason;
import dev.cachepolicy.injector.pod.InjectionDecision.Refuse;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The agent's ports must be its own. All containers of a pod share one loopback, init containers too, for the agent
 * starts before them.
 */
final class PortRules {

    private PortRules() {}

    static Optional<Refuse> check(Pod pod, List<InjectedBackend> backends) {
        if (Boolean.TRUE.equals(pod.getSpec().getHostNetwork())) {
            return refuse(
                    Reason.HostNetwork,
                    "the pod has hostNetwork: true, so the agent would listen on the node's loopback for every pod there:"
                            + " remove hostNetwork, or the pod's label " + Names.INJECT_LABEL);
        }
        return amongBackends(backends).or(() -> inContainers(pod, backends));
    }

    private static Optional<Refuse> amongBackends(List<InjectedBackend> backends) {
        Map<Integer, String> owners = new HashMap<>();
        for (InjectedBackend backend : backends) {
            if (backend.port() == Names.ADMIN_PORT) {
                return refuse(
                        Reason.PortsCollide,
                        "CacheBackend %s has spec.agent.port %d, where the agent answers probes and Prometheus: give it another port"
                                .formatted(backend.name(), Names.ADMIN_PORT));
            }
            String other = owners.putIfAbsent(backend.port(), backend.name());
            if (other != null) {
                return refuse(
                        Reason.PortsCollide,
                        "the CacheBackends %s and %s both use port %d in the pod: give one of them another spec.agent.port, or name only one in the pod's annotation %s"
                                .formatted(other, backend.name(), backend.port(), Names.BACKENDS_ANNOTATION));
            }
        }
        return Optional.empty();
    }

    private static Optional<Refuse> inContainers(Pod pod, List<InjectedBackend> backends) {
        for (Container container : PodReader.applicationContainers(pod)) {
            if (declares(container, Names.ADMIN_PORT)) {
                return refuse(
                        Reason.PortTaken,
                        "container %s declares port %d, where the agent answers probes and Prometheus: give the container another port"
                                .formatted(container.getName(), Names.ADMIN_PORT));
            }
            for (InjectedBackend backend : backends) {
                if (declares(container, backend.port())) {
                    return refuse(
                            Reason.PortTaken,
                            "container %s declares port %d, where the agent listens for CacheBackend %s: give the container another port, or the CacheBackend another spec.agent.port"
                                    .formatted(container.getName(), backend.port(), backend.name()));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean declares(Container container, int port) {
        return container.getPorts().stream()
                .filter(declared -> isTcp(declared))
                .anyMatch(declared -> declared.getContainerPort() != null && declared.getContainerPort() == port);
    }

    private static boolean isTcp(ContainerPort port) {
        return port.getProtocol() == null || port.getProtocol().equals("TCP");
    }

    private static Optional<Refuse> refuse(Reason reason, String sentence) {
        return Optional.of(new Refuse(reason, sentence));
    }
}
