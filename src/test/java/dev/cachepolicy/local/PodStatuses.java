package dev.cachepolicy.local;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;

/** The status that the kubelet reports for a pod whose containers look like this. */
final class PodStatuses {

    private PodStatuses() {}

    /**
     * {@return the whole status}
     *
     * @param pod as last written; times of conditions that did not change are kept
     * @param sidecars views of its init containers that restart always
     * @param inits views of its other init containers
     * @param containers views of its containers
     */
    static PodStatus of(
            Pod pod,
            String address,
            List<ContainerView> sidecars,
            List<ContainerView> inits,
            List<ContainerView> containers) {
        boolean initialized = inits.stream().allMatch(ContainerView::succeeded)
                && sidecars.stream().allMatch(ContainerView::started);
        boolean ready = Stream.concat(sidecars.stream(), containers.stream()).allMatch(ContainerView::ready);
        PodStatus before = pod.getStatus();
        return new PodStatusBuilder()
                .withPhase(phase(sidecars, inits, containers))
                .withPodIP(address)
                .withPodIPs(new PodIP(address))
                .withHostIP("127.0.0.1")
                .withStartTime(before.getStartTime() == null ? now() : before.getStartTime())
                .withQosClass(before.getQosClass())
                .withConditions(
                        condition(before, "PodScheduled", true),
                        condition(before, "Initialized", initialized),
                        condition(before, "ContainersReady", ready),
                        condition(before, "Ready", ready))
                .withInitContainerStatuses(pod.getSpec().getInitContainers().stream()
                        .flatMap(init -> Stream.concat(sidecars.stream(), inits.stream())
                                .filter(view -> view.container().getName().equals(init.getName())))
                        .map(ContainerView::status)
                        .toList())
                .withContainerStatuses(
                        containers.stream().map(ContainerView::status).toList())
                .build();
    }

    /** A pod is over only when its sidecars have ended too; how they ended does not matter. */
    private static String phase(
            List<ContainerView> sidecars, List<ContainerView> inits, List<ContainerView> containers) {
        if (sidecars.stream().anyMatch(ContainerView::isRunning)) {
            return containers.stream().allMatch(view -> view.process() != null) ? "Running" : "Pending";
        }
        if (inits.stream().anyMatch(init -> init.isOver() && !init.succeeded())) {
            return "Failed";
        }
        if (containers.stream().allMatch(ContainerView::isOver)) {
            return containers.stream().allMatch(ContainerView::succeeded) ? "Succeeded" : "Failed";
        }
        return containers.stream().allMatch(view -> view.process() != null) ? "Running" : "Pending";
    }

    private static PodCondition condition(PodStatus before, String type, boolean holds) {
        String status = holds ? "True" : "False";
        return before.getConditions().stream()
                .filter(condition -> condition.getType().equals(type)
                        && condition.getStatus().equals(status))
                .findFirst()
                .orElseGet(() -> new PodConditionBuilder()
                        .withType(type)
                        .withStatus(status)
                        .withLastTransitionTime(now())
                        .build());
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
