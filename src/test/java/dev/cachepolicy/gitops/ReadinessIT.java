package dev.cachepolicy.gitops;

import static dev.cachepolicy.operator.OperatorHarness.backendIs;
import static dev.cachepolicy.operator.OperatorHarness.policyIs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachepolicy.operator.OperatorHarness;
import dev.cachepolicy.testing.KubeApi;
import dev.cachepolicy.testing.Program;
import dev.cachepolicy.testing.RedisProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Argo CD, Flux and kubectl wait make of the statuses that the operator writes. */
class ReadinessIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final RedisProcess redis = RedisProcess.start();
    private OperatorHarness operator;
    private Program kubectl;
    private ArgoHealth argo;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        argo = ArgoHealth.load();
        operator = OperatorHarness.startClusterWide(KubeApi.shared());
        kubectl = Program.kubectl(
                KubeApi.shared().kubectl(),
                Files.writeString(
                        directory.resolve("kubeconfig"), KubeApi.shared().kubeConfigYaml()),
                operator.namespace());
        operator.backend("shop", redis.endpoint(), "limits: {maxTTL: 1h}\nmemory: {maxMemory: 64Mi}");
        operator.policy("users", "shop", "user:{id}", "10m");
        operator.awaitPolicy("users", policyIs("Ready", "True", "Ready"));
        operator.awaitBackend("shop", backendIs("Ready", "True", "Ready"));
    }

    @AfterEach
    void stop() {
        operator.close();
        redis.close();
    }

    /** {@return an object as tools see it} */
    private JsonNode object(String resource) throws IOException {
        return JSON.readTree(kubectl.run("get", resource, "-o", "json"));
    }

    private void is(JsonNode object, String health, Kstatus kstatus, String message) {
        assertThat(argo.of(object).status()).as("Argo CD, of %s", object).isEqualTo(health);
        assertThat(argo.of(object).message()).contains(message);
        assertThat(Kstatus.of(object)).as("kstatus, of %s", object).isEqualTo(kstatus);
    }

    private boolean waitFor(String condition, String resource, String timeout) {
        return kubectl.call("wait", "--for=condition=" + condition, resource, "--timeout=" + timeout)
                        .exitCode()
                == 0;
    }

    @Test
    void whatIsReadyIsHealthyThoughNobodyFollowsYet() throws IOException {
        operator.awaitPolicy("users", policyIs("AgentsSynced", "Unknown", "NoAgents"));

        is(object("cpol/users"), "Healthy", Kstatus.Current, "0/0 agents follow");
        is(object("cbe/shop"), "Healthy", Kstatus.Current, "0/0 agents follow");
        assertThat(waitFor("Ready", "cpol/users", "20s")).isTrue();
        assertThat(waitFor("Ready", "cbe/shop", "20s")).isTrue();
    }

    @Test
    void podsThatLagTurnNothingRed() throws IOException {
        operator.agentPod("web", "shop", Map.of());
        operator.awaitPolicy("users", policyIs("AgentsSynced", "False", "AgentsBehind"));

        is(object("cpol/users"), "Healthy", Kstatus.Current, "0/1 agents follow");
    }

    @Test
    void whatIsRefusedIsDegradedAndFailsAtOnce() throws IOException {
        operator.policy("carts", "shop", "cart:{id}", "2h");
        operator.awaitPolicy("carts", policyIs("Accepted", "False", "TTLOutOfRange"));

        is(object("cpol/carts"), "Degraded", Kstatus.Failed, "TTLOutOfRange: ");
        assertThat(waitFor("Ready", "cpol/carts", "1s")).isFalse();
        assertThat(waitFor("Stalled", "cpol/carts", "20s")).isTrue();
    }

    @Test
    void policyWithoutItsBackendIsDegradedButMayBecomeReady() throws IOException {
        operator.policy("carts", "elsewhere", "cart:{id}", "10m");
        operator.awaitPolicy("carts", policyIs("ResolvedRefs", "False", "BackendNotFound"));

        is(object("cpol/carts"), "Degraded", Kstatus.InProgress, "BackendNotFound: there is no CacheBackend elsewhere");
    }

    @Test
    void redisThatIsDownDegradesItsBackendAlone() throws IOException {
        redis.kill();
        operator.awaitBackend("shop", backendIs("Reachable", "False", "ConnectionFailed"));

        is(object("cbe/shop"), "Degraded", Kstatus.InProgress, "ConnectionFailed: ");
        is(object("cpol/users"), "Healthy", Kstatus.Current, "");
        redis.restart();
        operator.awaitBackend("shop", backendIs("Ready", "True", "Ready"));
        is(object("cbe/shop"), "Healthy", Kstatus.Current, "");
    }

    @Test
    void changeThatIsNotLookedAtYetIsProgressing() throws IOException {
        operator.stopOperator();
        operator.policy("users", "shop", "user:{id}", "20m");

        JsonNode changed = object("cpol/users");
        assertThat(Kstatus.condition(changed, "Ready"))
                .as("of the generation before")
                .isEqualTo("True");
        is(changed, "Progressing", Kstatus.InProgress, "this generation");
        assertThat(waitFor("Ready", "cpol/users", "1s"))
                .as("kubectl looks at observedGeneration, too")
                .isFalse();
        operator.startOperator();
        assertThat(waitFor("Ready", "cpol/users", "30s")).isTrue();
    }

    @Test
    void newObjectIsProgressingForArgoButKstatusKnowsNoDifference() throws IOException {
        operator.stopOperator();
        operator.policy("carts", "shop", "cart:{id}", "10m");

        is(object("cpol/carts"), "Progressing", Kstatus.Current, "this generation");
        operator.startOperator();
    }

    @Test
    void whatIsBeingDeletedIsProgressing() throws IOException {
        operator.backend("shop", redis.endpoint(), "memory: {maxMemory: 64Mi}\ndeletionPolicy: Restore");
        await().untilAsserted(
                        () -> assertThat(operator.backend("shop").getMetadata().getFinalizers())
                                .isNotEmpty());
        operator.stopOperator();
        kubectl.run("delete", "cbe/shop", "--wait=false");

        is(object("cbe/shop"), "Progressing", Kstatus.Terminating, "being deleted");
        operator.startOperator();
        kubectl.run("wait", "--for=delete", "cbe/shop", "--timeout=30s");
    }

    @Test
    void whatIsNotKnownYetIsProgressing() throws IOException {
        ObjectNode backend = (ObjectNode) object("cbe/shop");
        for (JsonNode condition : backend.path("status").path("conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                ((ObjectNode) condition).put("status", "Unknown").put("reason", "Connecting");
            }
        }
        is(backend, "Progressing", Kstatus.InProgress, "Connecting: ");

        ((ObjectNode) backend.path("status")).remove("conditions");
        assertThat(argo.of(backend).status()).isEqualTo("Progressing");
    }
}
