package dev.cachepolicy.local.demo;

import dev.cachepolicy.api.v1alpha1.AgentCounts;
import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.demo.Await;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What SYNCED says of every policy and of the backend, once their statuses speak of their newest generation. */
final class Synced {

    private Synced() {}

    /** Waits until all agents follow everything. {@return the number of policies that they follow} */
    static long await(Scene scene) {
        String all = scene.apps.size() + "/" + scene.apps.size();
        // A policy may select other workloads than these: then no agent is to follow it.
        Map<String, String> ratios = Await.until(
                "SYNCED " + all,
                Duration.ofSeconds(20),
                () -> ratios(scene),
                now -> Scene.FOLLOWED.stream().allMatch(name -> all.equals(now.get(name)))
                        && Set.of(all, "0/0").containsAll(now.values()));
        return ratios.values().stream().filter(all::equals).count() - 1;
    }

    private static Map<String, String> ratios(Scene scene) {
        Map<String, String> ratios = new TreeMap<>();
        for (CachePolicy policy : scene.policies()) {
            var status = policy.getStatus();
            ratios.put(
                    policy.getMetadata().getName(),
                    ratio(policy.getMetadata(), status.observedGeneration(), status.agents()));
        }
        CacheBackend backend = scene.backend();
        var status = backend.getStatus();
        ratios.put("the backend", ratio(backend.getMetadata(), status.observedGeneration(), status.agents()));
        return ratios;
    }

    private static String ratio(ObjectMeta metadata, @Nullable Long observed, @Nullable AgentCounts agents) {
        return agents == null || !Objects.equals(observed, metadata.getGeneration()) ? "not yet" : agents.ratio();
    }
}
