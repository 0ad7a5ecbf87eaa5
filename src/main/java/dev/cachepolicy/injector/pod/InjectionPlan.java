package dev.cachepolicy.injector.pod;

import dev.cachepolicy.api.v1alpha1.CacheBackendSpec.EnvVariable;
import dev.cachepolicy.api.v1alpha1.Names;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is added to one pod. A pod that already has its agent, because the API server asks again after another webhook's
 * change, keeps the agent as it is, with whatever others added to it (a LimitRange's limits, a token's mount): only
 * containers that came since then get their environment.
 */
public final class InjectionPlan {

    private final List<InjectedBackend> backends;
    private final ApplicationEnv env;
    private final boolean agentPresent;

    private InjectionPlan(List<InjectedBackend> backends, ApplicationEnv env, boolean agentPresent) {
        this.backends = backends;
        this.env = env;
        this.agentPresent = agentPresent;
    }

    static InjectionPlan of(Pod pod, List<InjectedBackend> backends) {
        List<EnvVariable> variables = backends.stream()
                .flatMap(backend -> backend.env().stream())
                .distinct()
                .toList();
        Set<String> restricted = Set.copyOf(PodReader.names(pod, Names.CONTAINERS_ANNOTATION));
        Set<String> containers = PodReader.applicationContainers(pod).stream()
                .map(Container::getName)
                .filter(name -> restricted.isEmpty() || restricted.contains(name))
                .collect(Collectors.toUnmodifiableSet());
        return new InjectionPlan(
                backends, new ApplicationEnv(variables, containers), AgentContainer.isIn(pod, backends));
    }

    /** {@return the names of the pod's backends, comma-separated} */
    public String backendNames() {
        return InjectedBackend.names(backends);
    }

    /**
     * {@return the pod with its agent; the given pod stays as it is}
     *
     * @param pod that this plan was made for
     */
    public Pod applyTo(Pod pod, AgentImage image) {
        AgentVolumes volumes = AgentVolumes.of(backends);
        List<Container> initContainers = new ArrayList<>();
        List<Volume> newVolumes = new ArrayList<>();
        if (!agentPresent) {
            initContainers.add(AgentContainer.of(pod, backends, image, volumes.mounts()));
            newVolumes.addAll(volumes.volumes());
        }
        initContainers.addAll(env.setIn(pod.getSpec().getInitContainers()));
        return new PodBuilder(pod)
                .editOrNewMetadata()
                .addToLabels(Names.AGENT_LABEL, "true")
                .addToAnnotations(Names.BACKENDS_ANNOTATION, backendNames())
                .endMetadata()
                .editSpec()
                .withInitContainers(initContainers)
                .withContainers(env.setIn(pod.getSpec().getContainers()))
                .addAllToVolumes(newVolumes)
                .endSpec()
                .build();
    }
}
