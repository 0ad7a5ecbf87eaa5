package dev.cachepolicy.bench.scale;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CacheBackendSpec;
import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.api.v1alpha1.CachePolicySpec;
import dev.cachepolicy.api.v1alpha1.Names;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;

/** What stands in the API server. Pods are objects alone: nothing runs in them. */
final class Resources {

    private Resources() {}

    static String backendName(int number) {
        return "redis-" + number;
    }

    static String policyName(int number) {
        return "policy-" + number;
    }

    static CacheBackend backend(String namespace, String name, String endpoint) {
        CacheBackend backend = new CacheBackend();
        backend.setMetadata(metadata(namespace, name));
        backend.setSpec(new CacheBackendSpec(
                null,
                List.of(endpoint),
                null,
                null,
                null,
                null,
                new CacheBackendSpec.Memory(new Quantity("64Mi"), null, null),
                null,
                null,
                null));
        return backend;
    }

    static CachePolicy policy(String namespace, int number, String backend) {
        CachePolicy policy = new CachePolicy();
        policy.setMetadata(metadata(namespace, policyName(number)));
        policy.setSpec(new CachePolicySpec(
                new CachePolicySpec.BackendRef(backend),
                "item" + number + ":{id}",
                null,
                new CachePolicySpec.Ttl("10m", null, 10, null),
                null,
                null,
                null,
                null,
                null,
                null));
        return policy;
    }

    static Pod pod(String namespace, String name, String backend) {
        return new PodBuilder()
                .withMetadata(metadata(namespace, name))
                .editMetadata()
                .addToLabels(Names.AGENT_LABEL, "true")
                .addToLabels(Names.INJECT_LABEL, "true")
                .addToAnnotations(Names.BACKENDS_ANNOTATION, backend)
                .endMetadata()
                .withNewSpec()
                .withAutomountServiceAccountToken(false)
                .addNewContainer()
                .withName("app")
                .withImage("app")
                .endContainer()
                .endSpec()
                .build();
    }

    static Pod running(Pod pod) {
        return new PodBuilder(pod)
                .editOrNewStatus()
                .withPhase("Running")
                .endStatus()
                .build();
    }

    static ObjectMeta metadata(String namespace, String name) {
        return new ObjectMetaBuilder().withNamespace(namespace).withName(name).build();
    }
}
