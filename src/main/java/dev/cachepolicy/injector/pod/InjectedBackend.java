package dev.cachepolicy.injector.pod;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CacheBackendSpec;
import dev.cachepolicy.api.v1alpha1.CacheBackendSpec.EnvVariable;
import dev.cachepolicy.api.v1alpha1.Names;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a pod's agent needs to know of a CacheBackend at admission, defaults filled in.
 *
 * @param port on loopback
 * @param env for the application's containers
 * @param resources of the agent's container; null: the default
 * @param secret with the agent's Redis user; null: none
 */
record InjectedBackend(
        String name,
        int port,
        List<EnvVariable> env,
        @Nullable ResourceRequirements resources,
        @Nullable String secret) {

    static InjectedBackend of(CacheBackend backend) {
        CacheBackendSpec.Agent agent = Objects.requireNonNullElse(
                backend.getSpec().agent(), new CacheBackendSpec.Agent(null, null, null, null, null));
        CacheBackendSpec.Auth auth = backend.getSpec().auth();
        return new InjectedBackend(
                backend.getMetadata().getName(),
                Objects.requireNonNullElse(agent.port(), Names.AGENT_PORT),
                Objects.requireNonNullElse(agent.env(), List.of()),
                agent.resources(),
                auth == null || auth.agentSecretRef() == null
                        ? null
                        : auth.agentSecretRef().name());
    }

    /** {@return the backends' names, comma-separated, as annotation and agent have them} */
    static String names(List<InjectedBackend> backends) {
        return backends.stream().map(InjectedBackend::name).collect(Collectors.joining(","));
    }
}
