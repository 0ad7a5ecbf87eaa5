package dev.cachepolicy.e2e;

import static org.awaitility.Awaitility.await;

import dev.cachepolicy.testing.Program;
import io.fabric8.kubernetes.api.model.EnvVar;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The alert that compares with yesterday. Prometheus is given a yesterday; today a crawler reads each key once, until it
 * is told to read few keys again.
 */
class HitRatioAlertE2E {

    private static final String NAMESPACE = "crawled";
    private static final String RATIO = "namespace_policy:cachepolicy_hits:ratio_rate5m";
    private static final Map<String, String> LABELS = Map.of("namespace", NAMESPACE, "policy", "pages");

    private static final Platform PLATFORM = Platform.shared();

    private final Program kubectl = PLATFORM.cluster().kubectl(NAMESPACE);

    @AfterEach
    void deleteNamespace() {
        kubectl.run("delete", "namespace", NAMESPACE, "--wait=false");
    }

    @Test
    void hitRatioDropped() throws IOException {
        PLATFORM.prometheus().backfill(yesterday(0.4));
        Shop.namespaceWithRedis(PLATFORM.cluster(), NAMESPACE);
        kubectl.runWith("""
                apiVersion: cachepolicy.dev/v1alpha1
                kind: CacheBackend
                metadata: {name: crawled}
                spec:
                  endpoints: ["redis.crawled.svc:6379"]
                ---
                apiVersion: cachepolicy.dev/v1alpha1
                kind: CachePolicy
                metadata: {name: pages}
                spec:
                  backendRef: {name: crawled}
                  keyPattern: "user:{id}"
                  ttl: {value: 10m}
                """, "apply", "-f", "-");
        kubectl.run("wait", "--for=condition=Ready", "cachebackends,cachepolicies", "--all", "--timeout=120s");
        await("yesterday is there")
                .atMost(Duration.ofMinutes(3))
                .until(() -> PLATFORM.prometheus()
                                .api()
                                .query("avg_over_time(" + RATIO + "{namespace=\"" + NAMESPACE + "\"}[30m] offset 1d)")
                                .size()
                        == 1);

        Shop.startLoad(PLATFORM.cluster(), NAMESPACE, new EnvVar("KEYS", "1000000000", null));
        PLATFORM.prometheus()
                .firesAndResolves(
                        "CachePolicyHitRatioDropped",
                        LABELS,
                        () -> kubectl.run("set", "env", "deployment/load", "KEYS=10"));
    }

    /** {@return the recorded ratio around this time of yesterday, as OpenMetrics} */
    private static String yesterday(double ratio) {
        StringBuilder text = new StringBuilder("# TYPE " + RATIO + " gauge\n");
        Instant then = Instant.now().minus(Duration.ofDays(1));
        for (int minute = -35; minute <= 30; minute++) {
            text.append("%s{namespace=\"%s\",policy=\"%s\"} %s %d%n"
                    .formatted(
                            RATIO,
                            NAMESPACE,
                            LABELS.get("policy"),
                            ratio,
                            then.plus(Duration.ofMinutes(minute)).getEpochSecond()));
        }
        return text.append("# EOF\n").toString();
    }
}
