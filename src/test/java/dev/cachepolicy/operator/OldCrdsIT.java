package dev.cachepolicy.operator;

import static dev.cachepolicy.operator.OperatorHarness.policyIs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.testing.KubeApi;
import dev.cachepolicy.testing.RedisProcess;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** An operator whose cluster has older CRDs than it needs. */
class OldCrdsIT {

    /** An API server under load was seen to go on serving the schemas of a deleted definition for more than 30 s. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @Test
    void waitsForNewerOnesAndSaysWhatTheyLack() throws Exception {
        try (KubeApi api = KubeApi.start(List.of());
                RedisProcess redis = RedisProcess.start()) {
            edit(api, crd -> members(crd).get("status").getProperties().remove("effective"));
            // The schemas that are served trail behind the definition.
            CrdCheck check = new CrdCheck(api.client());
            await().atMost(PATIENCE).until(() -> check.problem().isPresent());

            try (OperatorHarness operator = OperatorHarness.start(api)) {
                operator.backend("shop", redis.endpoint(), "");
                operator.policy("users", "shop", "user:{id}", "10m");

                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(check.problem())
                                .hasValueSatisfying(problem -> assertThat(problem)
                                        .contains("they lack CachePolicy.status.effective: upgrade the chart")));
                assertThat(operator.probe("/readyz")).isEqualTo(503);
                assertThat(operator.probe("/healthz")).isEqualTo(200);
                assertThat(operator.policy("users").getStatus()).isNull();

                api.client()
                        .load(Path.of("crds/cachepolicies.cachepolicy.dev.yaml")
                                .toUri()
                                .toURL()
                                .openStream())
                        .forceConflicts()
                        .serverSideApply();
                operator.awaitPolicy("users", policyIs("Ready", "True", "Ready"));
                await().atMost(PATIENCE).until(() -> operator.probe("/readyz") == 200);
            }
        }
    }

    @Test
    void waitsForThemWhereThereAreNoneAndSaysSoInOneLineNowAndThen() throws Exception {
        try (KubeApi api = KubeApi.start(List.of());
                RedisProcess redis = RedisProcess.start();
                LogRecords said = LogRecords.collect()) {
            api.client().apiextensions().v1().customResourceDefinitions().delete();
            CrdCheck check = new CrdCheck(api.client());
            await().atMost(PATIENCE)
                    .until(() -> check.problem().orElse("").contains("they lack CacheBackend, CachePolicy: "));

            try (OperatorHarness operator = OperatorHarness.start(api)) {
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(said.warnings()).hasSize(1));
                await().during(Duration.ofSeconds(5))
                        .atMost(PATIENCE)
                        .until(() -> said.warnings().size() == 1);
                operator.clock().advance(Duration.ofSeconds(61));
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(said.warnings())
                                .hasSize(2)
                                .allMatch(line -> line.contains("older than this operator, or not there")));
                assertThat(operator.probe("/readyz")).isEqualTo(503);
                assertThat(operator.page("/healthz")).contains("up");

                for (String name : List.of("cachebackends", "cachepolicies")) {
                    api.client()
                            .load(Files.newInputStream(Path.of("crds", name + ".cachepolicy.dev.yaml")))
                            .serverSideApply();
                }
                await().atMost(PATIENCE).until(() -> operator.probe("/readyz") == 200);
                operator.backend("shop", redis.endpoint(), "");
                operator.policy("users", "shop", "user:{id}", "10m");
                operator.awaitPolicy("users", policyIs("Ready", "True", "Ready"));
            }
        }
    }

    /** As after a rollback that leaves the newer CRDs. */
    @Test
    void fieldsThatOnlyNewerOnesHaveTroubleNobodyAndStay() throws Exception {
        try (KubeApi api = KubeApi.start(List.of());
                RedisProcess redis = RedisProcess.start()) {
            edit(
                    api,
                    crd -> members(crd)
                            .get("spec")
                            .getProperties()
                            .put(
                                    "note",
                                    new JSONSchemaPropsBuilder()
                                            .withType("string")
                                            .build()));
            try (OperatorHarness operator = OperatorHarness.start(api)) {
                operator.backend("shop", redis.endpoint(), "");
                await().atMost(PATIENCE).untilAsserted(() -> {
                    operator.policy("users", "shop", "user:{id}", "10m", "note: later");
                    assertThat(note(api, operator)).isEqualTo("later");
                });
                operator.awaitPolicy("users", policyIs("Ready", "True", "Ready"));

                operator.policy("users", "shop", "user:{id}", "20m", "note: later");
                operator.awaitPolicy("users", policyIs("Ready", "True", "Ready"));
                assertThat(operator.config("shop").policies().getFirst().ttl().millis())
                        .isEqualTo(1_200_000);
                assertThat(note(api, operator)).isEqualTo("later");
                assertThat(operator.ended()).isZero();
            }
        }
    }

    private static Object note(KubeApi api, OperatorHarness operator) {
        return api.client()
                .genericKubernetesResources("cachepolicy.dev/v1alpha1", "CachePolicy")
                .inNamespace(operator.namespace())
                .withName("users")
                .require()
                .get("spec", "note");
    }

    @Test
    void saysThatThereAreNone() {
        try (KubeApi api = KubeApi.start(List.of())) {
            definition(api).delete();
            CrdCheck check = new CrdCheck(api.client());
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(check.problem())
                            .hasValueSatisfying(
                                    problem -> assertThat(problem).contains("or not there; they lack CachePolicy: ")));
        }
    }

    private static Resource<CustomResourceDefinition> definition(KubeApi api) {
        return api.client().apiextensions().v1().customResourceDefinitions().withName("cachepolicies.cachepolicy.dev");
    }

    private static void edit(KubeApi api, Consumer<CustomResourceDefinition> edit) {
        definition(api).edit(crd -> {
            edit.accept(crd);
            return crd;
        });
    }

    private static Map<String, JSONSchemaProps> members(CustomResourceDefinition crd) {
        return crd.getSpec()
                .getVersions()
                .getFirst()
                .getSchema()
                .getOpenAPIV3Schema()
                .getProperties();
    }
}
