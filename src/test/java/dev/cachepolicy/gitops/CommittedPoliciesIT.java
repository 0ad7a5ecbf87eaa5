package dev.cachepolicy.gitops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.api.v1alpha1.CachePolicyStatus;
import dev.cachepolicy.api.v1alpha1.Names;
import dev.cachepolicy.local.LocalCluster;
import dev.cachepolicy.local.PodTemplates;
import dev.cachepolicy.testing.KubeApi;
import dev.cachepolicy.testing.Program;
import dev.cachepolicy.testing.RedisProcess;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policies from a git repository, with real agents that have traffic. */
class CommittedPoliciesIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path APP = Path.of("examples", "apps", "node-cache-aside.yaml");
    private static final KubernetesClient CLIENT = KubeApi.shared().client();
    private static final String NAMESPACE = KubeApi.shared().newNamespace();

    @TempDir
    static Path directory;

    private static RedisProcess redis;
    private static LocalCluster cluster;
    private static Program kubectl;
    private static PolicyRepository repository;

    @BeforeAll
    static void start() throws Exception {
        redis = RedisProcess.start();
        cluster = LocalCluster.start(directory.resolve("cluster"), KubeApi.shared(), redis);
        cluster.addNamespace(NAMESPACE);
        kubectl = cluster.kubectl(NAMESPACE);
        repository = PolicyRepository.create(directory, NAMESPACE, redis.endpoint());
        repository.sync(kubectl);
        startPods("web-0", "web-1");
    }

    private static void startPods(String... names) throws IOException {
        for (String name : names) {
            CLIENT.resource(PodTemplates.pod(CLIENT, APP, NAMESPACE, name)).create();
        }
        int pods = CLIENT.pods().inNamespace(NAMESPACE).list().getItems().size();
        await().atMost(Duration.ofSeconds(120))
                .untilAsserted(() -> assertThat(ratio("user-profiles")).isEqualTo(pods + "/" + pods));
    }

    private static String ratio(String policy) {
        CachePolicyStatus status = policy(policy).getStatus();
        return status == null || status.agents() == null ? "" : status.agents().ratio();
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
        redis.close();
    }

    private static CachePolicy policy(String name) {
        return CLIENT.resources(CachePolicy.class)
                .inNamespace(NAMESPACE)
                .withName(name)
                .require();
    }

    @Test
    void committedTtlIsFollowedByAllPods() throws Exception {
        for (String ttl : List.of("20m", "25m", "30m")) {
            try (Acknowledgement acknowledgement = Acknowledgement.of(CLIENT, NAMESPACE, "user-profiles")) {
                repository.commitTtl("user-profiles", ttl);
                repository.sync(kubectl);

                assertThat(acknowledgement.await(Duration.ofSeconds(30))).isPositive();
            }
            assertThat(policy("user-profiles").getStatus().effective().ttl().value())
                    .isEqualTo(ttl);
        }
        await().untilAsserted(() -> assertThat(CLIENT.events()
                        .v1()
                        .events()
                        .inNamespace(NAMESPACE)
                        .list()
                        .getItems())
                .anyMatch(event -> event.getNote().endsWith("ttl.value 25m -> 30m")));
    }

    @Test
    void argoIsToldToIgnoreWhatChangesByItself() throws Exception {
        ArgoUpdates argo = ArgoUpdates.load();
        JsonNode policyBefore = object("cachepolicy/user-profiles");
        JsonNode podBefore = object("pod/web-0");
        try (Acknowledgement acknowledgement = Acknowledgement.of(CLIENT, NAMESPACE, "sessions")) {
            repository.commitTtl("sessions", "12h");
            repository.sync(kubectl);
            acknowledgement.await(Duration.ofSeconds(30));
        }
        startPods("web-2");
        JsonNode policyAfter = object("cachepolicy/user-profiles");
        JsonNode podAfter = object("pod/web-0");

        assertThat(policyAfter.path("status")).isNotEqualTo(policyBefore.path("status"));
        assertThat(argo.watched(policyAfter)).isEqualTo(argo.watched(policyBefore));
        assertThat(podAfter.path("metadata").path("annotations"))
                .isNotEqualTo(podBefore.path("metadata").path("annotations"));
        assertThat(argo.watched(podAfter)).isEqualTo(argo.watched(podBefore));
        assertThat(argo.watched(object("cachepolicy/sessions")))
                .as("what a commit changes is no such update")
                .isNotEqualTo(argo.watched(policyBefore));
    }

    private static JsonNode object(String resource) throws Exception {
        return JSON.readTree(kubectl.run("get", resource, "-o", "json"));
    }

    @Test
    void nothingThatTheOperatorWritesIsADifference() {
        await().atMost(Duration.ofSeconds(120))
                .untilAsserted(
                        () -> assertThat(policy("user-profiles").getStatus().observed())
                                .isNotNull());
        List<? extends HasMetadata> resources = Stream.concat(
                        CLIENT.resources(CachePolicy.class).inNamespace(NAMESPACE).list().getItems().stream(),
                        CLIENT.resources(CacheBackend.class).inNamespace(NAMESPACE).list().getItems().stream())
                .toList();

        assertThat(resources).hasSize(5).allSatisfy(resource -> {
            assertThat(resource.getMetadata().getManagedFields())
                    .extracting(ManagedFieldsEntry::getManager)
                    .contains(PolicyRepository.FIELD_MANAGER);
            assertThat(resource.getMetadata().getManagedFields())
                    .filteredOn(entry -> !entry.getManager().equals(PolicyRepository.FIELD_MANAGER))
                    .isNotEmpty()
                    .allSatisfy(CommittedPoliciesIT::ownsStatusOrItsFinalizer);
        });
        assertThat(repository.difference(kubectl)).isEmpty();
    }

    private static void ownsStatusOrItsFinalizer(ManagedFieldsEntry entry) {
        Map<String, Object> fields = entry.getFieldsV1().getAdditionalProperties();
        if ("status".equals(entry.getSubresource())) {
            assertThat(fields.keySet()).isEqualTo(Set.of("f:status"));
        } else {
            assertThat(Serialization.asJson(fields))
                    .isEqualTo(
                            "{\"f:metadata\":{\"f:finalizers\":{\"v:\\\"" + Names.RESTORE_FINALIZER + "\\\"\":{}}}}");
        }
    }
}
