package dev.cachepolicy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.testing.Program;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class NamespaceDeletionE2E {

    private static final String DOOMED = "doomed";

    private final KindCluster cluster = Platform.shared().cluster();

    @Test
    void namespaceGoesWithAllThatIsOursThoughItsRedisMayGoFirst() throws IOException {
        Shop.namespaceWithRedis(cluster, DOOMED);
        Program kubectl = cluster.kubectl(DOOMED);
        kubectl.runWith("""
                apiVersion: cachepolicy.dev/v1alpha1
                kind: CacheBackend
                metadata: {name: gone}
                spec:
                  endpoints: ["redis.doomed.svc:6379"]
                  memory: {maxMemory: 64Mi}
                  deletionPolicy: Restore
                ---
                apiVersion: cachepolicy.dev/v1alpha1
                kind: CachePolicy
                metadata: {name: users}
                spec:
                  backendRef: {name: gone}
                  keyPattern: "user:{id}"
                  ttl: {value: 1m}
                """, "apply", "-f", "-");
        kubectl.run("wait", "--for=condition=Ready", "cachebackends,cachepolicies", "--all", "--timeout=120s");
        assertThat(kubectl.run("get", "cachebackend", "gone", "-o", "jsonpath={.metadata.finalizers}"))
                .contains("cachepolicy.dev/restore");

        kubectl.run("delete", "namespace", DOOMED, "--timeout=120s");

        assertThat(cluster.client().namespaces().withName(DOOMED).get()).isNull();
    }
}
