package dev.cachepolicy.injector.pod;

import dev.cachepolicy.api.v1alpha1.Names;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.List;

/**
 * The agent as a native sidecar: an init container that stays up ({@code restartPolicy: Always}). It stands first, so
 * that the init containers behind it find Redis too; it stops after the application, and a Job with it completes.
 */
final class AgentContainer {

    /** Which backends the agent must have a configuration of before it is ready. */
    static final String BACKENDS_VARIABLE = "CACHEPOLICY_BACKENDS";

    /** The port's name, for a PodMonitor. */
    static final String ADMIN_PORT_NAME = "agent-metrics";

    /** The image's own user, for pods that would otherwise run it as root. */
    private static final long NON_ROOT = 65532;

    private AgentContainer() {}

    static Container of(Pod pod, List<InjectedBackend> backends, AgentImage image, List<VolumeMount> mounts) {
        return new ContainerBuilder()
                .withName(Names.AGENT_CONTAINER)
                .withImage(image.reference())
                .withImagePullPolicy(image.pullPolicy())
                .withRestartPolicy("Always")
                .withArgs(
                        "agent",
                        "--config",
                        Names.CONFIG_DIR,
                        "--secrets",
                        Names.SECRETS_DIR,
                        "--state",
                        Names.STATE_DIR,
                        "--pod-info",
                        Names.POD_INFO_DIR)
                .withEnv(
                        field("POD_NAMESPACE", "metadata.namespace"),
                        field("POD_NAME", "metadata.name"),
                        field("POD_UID", "metadata.uid"),
                        new EnvVarBuilder()
                                .withName(BACKENDS_VARIABLE)
                                .withValue(InjectedBackend.names(backends))
                                .build())
                .addNewPort()
                .withName(ADMIN_PORT_NAME)
                .withContainerPort(Names.ADMIN_PORT)
                .withProtocol("TCP")
                .endPort()
                // The application's containers wait for this one, so it is asked every second. A configuration that
                // comes late is waited for (5 minutes); a restart would not bring it sooner.
                .withStartupProbe(probe("/readyz", 1, 300))
                .withReadinessProbe(probe("/readyz", 5, 2))
                .withLivenessProbe(probe("/healthz", 10, 6))
                .withResources(AgentResources.of(pod, backends))
                .withSecurityContext(securityContext(pod))
                .withVolumeMounts(mounts)
                .build();
    }

    /** {@return whether the pod already has the agent that these backends give} */
    static boolean isIn(Pod pod, List<InjectedBackend> backends) {
        return PodReader.label(pod, Names.AGENT_LABEL).equals("true")
                && pod.getSpec().getInitContainers().stream()
                        .filter(container -> container.getName().equals(Names.AGENT_CONTAINER))
                        .filter(container -> "Always".equals(container.getRestartPolicy()))
                        .flatMap(container -> container.getEnv().stream())
                        .anyMatch(variable -> variable.getName().equals(BACKENDS_VARIABLE)
                                && InjectedBackend.names(backends).equals(variable.getValue()));
    }

    private static EnvVar field(String name, String path) {
        return new EnvVarBuilder()
                .withName(name)
                .withNewValueFrom()
                .withNewFieldRef()
                .withApiVersion("v1")
                .withFieldPath(path)
                .endFieldRef()
                .endValueFrom()
                .build();
    }

    private static Probe probe(String path, int periodSeconds, int failureThreshold) {
        return new ProbeBuilder()
                .withNewHttpGet()
                .withPath(path)
                .withNewPort(Names.ADMIN_PORT)
                .endHttpGet()
                .withPeriodSeconds(periodSeconds)
                .withTimeoutSeconds(5)
                .withFailureThreshold(failureThreshold)
                .build();
    }

    /** Pod Security's level {@code restricted}. The user is left to the pod and the image, unless the pod says root. */
    private static SecurityContext securityContext(Pod pod) {
        SecurityContextBuilder context = new SecurityContextBuilder()
                .withRunAsNonRoot(true)
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile();
        boolean podIsRoot = pod.getSpec().getSecurityContext() != null
                && Long.valueOf(0).equals(pod.getSpec().getSecurityContext().getRunAsUser());
        return (podIsRoot ? context.withRunAsUser(NON_ROOT) : context).build();
    }
}
