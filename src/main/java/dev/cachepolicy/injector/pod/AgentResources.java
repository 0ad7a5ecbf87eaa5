package dev.cachepolicy.injector.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Resources of the agent's container: those of the first backend that has some, otherwise the default, which has no CPU
 * limit so that a busy proxy is not throttled, and a memory limit above what the agent may take at most: 128 MiB of
 * buffers, where large values pass, beside some 60 of its own. Where every container of the pod has equal requests and
 * limits (quality of service {@code Guaranteed}), the agent has too: otherwise it would demote the whole pod.
 */
final class AgentResources {

    private static final ResourceRequirements DEFAULT = new ResourceRequirementsBuilder()
            .addToRequests("cpu", new Quantity("50m"))
            .addToRequests("memory", new Quantity("64Mi"))
            .addToLimits("memory", new Quantity("256Mi"))
            .build();

    private AgentResources() {}

    static ResourceRequirements of(Pod pod, List<InjectedBackend> backends) {
        ResourceRequirements wanted = backends.stream()
                .map(InjectedBackend::resources)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(DEFAULT);
        return isGuaranteed(pod) ? guaranteed(wanted) : wanted;
    }

    private static boolean isGuaranteed(Pod pod) {
        return PodReader.applicationContainers(pod).stream()
                .map(Container::getResources)
                .allMatch(resources -> Stream.of("cpu", "memory").allMatch(name -> isGuaranteed(resources, name)));
    }

    private static boolean isGuaranteed(@Nullable ResourceRequirements resources, String name) {
        if (resources == null) {
            return false;
        }
        Quantity limit = limits(resources).get(name);
        // The API server takes the limit for an absent request.
        return limit != null && limit.equals(requests(resources).getOrDefault(name, limit));
    }

    private static ResourceRequirements guaranteed(ResourceRequirements wanted) {
        Map<String, Quantity> both = new LinkedHashMap<>(requests(DEFAULT));
        both.putAll(limits(DEFAULT));
        both.putAll(requests(wanted));
        both.putAll(limits(wanted));
        return new ResourceRequirementsBuilder(wanted)
                .withRequests(both)
                .withLimits(both)
                .build();
    }

    private static Map<String, Quantity> requests(ResourceRequirements resources) {
        return Objects.requireNonNullElse(resources.getRequests(), Map.of());
    }

    private static Map<String, Quantity> limits(ResourceRequirements resources) {
        return Objects.requireNonNullElse(resources.getLimits(), Map.of());
    }
}
