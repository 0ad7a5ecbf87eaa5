package dev.cachepolicy.injector.pod;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CacheBackendSpec;
import dev.cachepolicy.api.v1alpha1.CacheBackendSpec.EnvVariable;
import dev.cachepolicy.api.v1alpha1.CacheBackendSpec.SecretRef;
import dev.cachepolicy.api.v1alpha1.Names;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a pod's agent needs to know of a CacheBackend at admission, defaults filled in.
 *
 * @param port on loopback
 * @param env for the application's containers
 * @param resources of the agent's container; null: the default
 * @param secrets to mount for the agent: those with its Redis user and its certificates
 */
record InjectedBackend(
        String name,
        int port,
        List<EnvVariable> env,
        @Nullable ResourceRequirements resources,
        List<String> secrets) {

    static InjectedBackend of(CacheBackend backend) {
        CacheBackendSpec.Agent agent = Objects.requireNonNullElse(
                backend.getSpec().agent(), new CacheBackendSpec.Agent(null, null, null, null, null));
        return new InjectedBackend(
                backend.getMetadata().getName(),
                Objects.requireNonNullElse(agent.port(), Names.AGENT_PORT),
                Objects.requireNonNullElse(agent.env(), List.of()),
                agent.resources(),
                secrets(backend.getSpec()));
    }

    private static List<String> secrets(CacheBackendSpec spec) {
        CacheBackendSpec.Auth auth = spec.auth();
        CacheBackendSpec.Tls tls = spec.tls();
        return Stream.of(
                        auth == null ? null : auth.agentSecretRef(),
                        tls == null ? null : tls.caSecretRef(),
                        tls == null ? null : tls.clientCertSecretRef())
                .filter(Objects::nonNull)
                .map(SecretRef::name)
                .distinct()
                .toList();
    }

    /** {@return the backends' names, comma-separated, as annotation and agent have them} */
    static String names(List<InjectedBackend> backends) {
        return backends.stream().map(InjectedBackend::name).collect(Collectors.joining(","));
    }
}
