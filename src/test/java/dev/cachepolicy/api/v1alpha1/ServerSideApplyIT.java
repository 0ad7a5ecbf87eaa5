package dev.cachepolicy.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.cachepolicy.testing.KubeApi;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What server-side apply makes of fields that two have written, such as a person's hand and a GitOps tool. */
class ServerSideApplyIT {

    private final KubeApi api = KubeApi.shared();
    private final String namespace = api.newNamespace();

    static Stream<Arguments> patches() {
        return Stream.of(
                argumentSet("another endpoint", "CacheBackend", """
                        endpoints: ["redis.shop.svc:6379"]
                        """, "endpoints: ['other.shop.svc:6379']"),
                argumentSet("a wider keyspace", "CacheBackend", """
                        endpoints: ["redis.shop.svc:6379"]
                        keyspace: ["user:**"]
                        """, "keyspace: ['user:**', 'other:**']"),
                argumentSet(
                        "a limit instead of a size",
                        "CacheBackend",
                        """
                        endpoints: ["redis.shop.svc:6379"]
                        memory: {maxMemory: 64Mi}
                        """,
                        "memory: {maxMemory: null, maxMemoryLimit: 1Gi}"),
                argumentSet(
                        "a narrower selector", "CachePolicy", """
                        backendRef: {name: shop-redis}
                        keyPattern: "user:{id}"
                        ttl: {value: 10m}
                        workloadSelector: {matchLabels: {app: web}}
                        """, "workloadSelector: {matchLabels: {tier: front}}"));
    }

    @ParameterizedTest
    @MethodSource("patches")
    void appliedAgainEverythingIsAsItsOwnerWroteIt(String kind, String spec, String patch) {
        GenericKubernetesResource written = resource(kind, spec);
        apply("argocd", written);
        api.client()
                .resource(written)
                .inNamespace(namespace)
                .patch(
                        new PatchContext.Builder()
                                .withPatchType(PatchType.JSON_MERGE)
                                .withFieldManager("kubectl-patch")
                                .build(),
                        Serialization.asJson(Map.of("spec", Serialization.unmarshal(patch, Map.class))));
        assertThat(stored(written)).as("the patch").isNotEqualTo(spec(written));

        apply("argocd", written);

        assertThat(stored(written)).isEqualTo(spec(written));
    }

    @Test
    void anotherOwnerCanMoveTheBackend() {
        apply("kubectl", resource("CacheBackend", "endpoints: ['redis.shop.svc:6379']"));
        GenericKubernetesResource moved = resource("CacheBackend", "endpoints: ['other.shop.svc:6379']");

        apply("argocd", moved);

        assertThat(stored(moved)).isEqualTo(spec(moved));
    }

    @Test
    void variablesOfTwoOwnersStandSideBySide() {
        String agent = """
                endpoints: ["redis.shop.svc:6379"]
                agent: {env: [{name: %s, value: "redis://127.0.0.1:6379"}]}
                """;
        apply("argocd", resource("CacheBackend", agent.formatted("REDIS_URL")));
        GenericKubernetesResource other = resource("CacheBackend", agent.formatted("CACHE_URL"));

        apply("another-team", other);

        assertThat(stored(other).toString()).contains("REDIS_URL", "CACHE_URL");
    }

    private void apply(String owner, GenericKubernetesResource resource) {
        operation(resource).fieldManager(owner).forceConflicts().serverSideApply();
    }

    private Resource<GenericKubernetesResource> operation(GenericKubernetesResource resource) {
        return api.client().resource(resource).inNamespace(namespace);
    }

    private Object stored(GenericKubernetesResource resource) {
        return spec(operation(resource).get());
    }

    private static Object spec(GenericKubernetesResource resource) {
        return resource.getAdditionalProperties().get("spec");
    }

    private static GenericKubernetesResource resource(String kind, String spec) {
        return Serialization.unmarshal("""
                apiVersion: cachepolicy.dev/v1alpha1
                kind: %s
                metadata: {name: shop-redis}
                spec:
                """.formatted(kind) + spec.indent(2), GenericKubernetesResource.class);
    }
}
