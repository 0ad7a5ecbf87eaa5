package dev.cachepolicy.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

class PodStatusesTest {

    private static final Container SIDECAR = container("sidecar");
    private static final Container INIT = container("init");
    private static final Container APP = container("app");
    private static final Pod POD = new PodBuilder()
            .withNewMetadata()
            .withName("web")
            .endMetadata()
            .withNewSpec()
            .withInitContainers(SIDECAR, INIT)
            .withContainers(APP)
            .endSpec()
            .withNewStatus()
            .endStatus()
            .build();

    @Test
    void aPodIsPendingUntilItsContainersHaveRun() {
        PodStatus status = status(waiting(SIDECAR), waiting(INIT), waiting(APP));

        assertThat(status.getPhase()).isEqualTo("Pending");
        assertThat(condition(status, "Initialized").getStatus()).isEqualTo("False");
        assertThat(status.getInitContainerStatuses())
                .extracting(init -> init.getName())
                .containsExactly("sidecar", "init");
    }

    @Test
    void aFailedInitContainerFailsThePod() {
        assertThat(status(waiting(SIDECAR).probed(true, true), waiting(INIT).ended(1), waiting(APP))
                        .getPhase())
                .isEqualTo("Failed");
    }

    @Test
    void thePodIsReadyOnlyWithItsSidecar() {
        ContainerView done = waiting(INIT).ended(0);
        ContainerView serving = waiting(APP).probed(true, true);

        assertThat(condition(status(waiting(SIDECAR).probed(true, false), done, serving), "Ready")
                        .getStatus())
                .isEqualTo("False");
        assertThat(condition(status(waiting(SIDECAR).probed(true, true), done, serving), "Ready")
                        .getStatus())
                .isEqualTo("True");
    }

    @Test
    void thePodIsOverWhenItsContainersAndSidecarsHaveEnded() {
        ContainerView sidecar = waiting(SIDECAR).ended(143);
        ContainerView done = waiting(INIT).ended(0);

        assertThat(status(sidecar, done, waiting(APP).ended(0)).getPhase()).isEqualTo("Succeeded");
        assertThat(status(sidecar, done, waiting(APP).ended(3)).getPhase()).isEqualTo("Failed");
        assertThat(status(sidecar, done, waiting(APP).ended(3).backingOff()).getPhase())
                .isNotEqualTo("Failed");
    }

    @Test
    void aConditionThatDidNotChangeKeepsItsTime() {
        PodStatus before = status(waiting(SIDECAR), waiting(INIT), waiting(APP));
        condition(before, "Ready").setLastTransitionTime("2026-01-01T00:00:00Z");
        Pod pod = new PodBuilder(POD).withStatus(before).build();

        PodStatus after = PodStatuses.of(
                pod, "127.0.1.1", List.of(waiting(SIDECAR)), List.of(waiting(INIT)), List.of(waiting(APP)));

        assertThat(condition(after, "Ready").getLastTransitionTime()).isEqualTo("2026-01-01T00:00:00Z");
    }

    private static PodStatus status(ContainerView sidecar, ContainerView init, ContainerView app) {
        return PodStatuses.of(POD, "127.0.1.1", List.of(sidecar), List.of(init), List.of(app));
    }

    private static ContainerView waiting(Container container) {
        return ContainerView.waiting(container);
    }

    private static PodCondition condition(PodStatus status, String type) {
        return status.getConditions().stream()
                .filter(condition -> condition.getType().equals(type))
                .findFirst()
                .orElseThrow();
    }

    private static Container container(String name) {
        return new ContainerBuilder().withName(name).build();
    }
}
