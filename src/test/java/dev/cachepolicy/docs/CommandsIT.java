package dev.cachepolicy.docs;

import static dev.cachepolicy.operator.OperatorHarness.policyIs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.api.v1alpha1.Enforcement;
import dev.cachepolicy.operator.OperatorHarness;
import dev.cachepolicy.testing.KubeApi;
import dev.cachepolicy.testing.RedisProcess;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands in the guides, run as they stand, but for the namespace {@code shop}. */
class CommandsIT {

    private static final Path GUIDES = Path.of("docs", "guides");
    private static final Path WEBHOOKS = Path.of("hack", "local", "webhooks.yaml");

    /** What needs a node, the chart, or an end of everything; the tests on a whole cluster do these things. */
    private static final List<String> ELSEWHERE =
            List.of(" logs ", " port-forward ", " rollout ", " delete crd ", "cachepolicy-system");

    @TempDir
    static Path directory;

    private static RedisProcess redis;
    private static OperatorHarness operator;

    @BeforeAll
    static void start() throws IOException {
        redis = RedisProcess.start();
        operator = OperatorHarness.start();
        Files.writeString(directory.resolve("kubeconfig"), KubeApi.shared().kubeConfigYaml());
        operator.backend("shop-redis", redis.endpoint(), "");
        operator.policy("user-profiles", "shop-redis", "user:{id}", "10m");
        Files.writeString(
                directory.resolve("search-results.yaml"),
                Pages.blocks(GUIDES.resolve("application-team.md"), "yaml").stream()
                        .filter(block -> block.contains("name: search-results"))
                        .findFirst()
                        .orElseThrow()
                        .replace("namespace: shop", "namespace: " + operator.namespace()));
    }

    @AfterAll
    static void stop() {
        operator.close();
        redis.close();
    }

    /** {@return the commands of a page that contain a text, in their order} */
    private static List<String> commands(String page, String text) throws IOException {
        return Stream.of(Files.readString(GUIDES.resolve(page)).split("\n"))
                .map(String::strip)
                .filter(line -> line.startsWith("$ kubectl") && line.contains(text))
                .filter(line -> ELSEWHERE.stream().noneMatch(line::contains))
                .map(line -> line.substring(2).replace("-n shop", "-n " + operator.namespace()))
                .toList();
    }

    private static String run(String command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", command)
                .directory(directory.toFile())
                .redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.put("KUBECONFIG", directory.resolve("kubeconfig").toString());
        environment.put("PATH", KubeApi.shared().kubectl().getParent() + File.pathSeparator + environment.get("PATH"));
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s\n%s", command, output).isZero();
        return output;
    }

    private static void runAll(List<String> commands) throws Exception {
        assertThat(commands).isNotEmpty();
        for (String command : commands) {
            run(command);
        }
    }

    @Test
    void inTheOrderOfTheGuidesTheyDoWhatTheySay() throws Exception {
        runAll(commands("platform-team.md", ""));
        runAll(commands("application-team.md", ""));
        assertThat(operator.policy("search-results")).matches(policyIs("Ready", "True", "Ready"));

        runAll(commands("on-call.md", " get "));
        runAll(commands("on-call.md", " describe "));
        turnsOffAndOn("patch cachebackend");
        turnsOffAndOn("patch cachepolicy");

        runAll(commands("upgrade-rollback-uninstall.md", ""));
        await().untilAsserted(() -> assertThat(operator.backend("shop-redis")).isNull());
    }

    private static void turnsOffAndOn(String patch) throws Exception {
        List<String> commands = commands("on-call.md", patch);
        assertThat(commands).hasSize(2);
        run(commands.getFirst());
        effectively(Enforcement.Off, commands.getFirst());
        assertThat(run("kubectl -n " + operator.namespace() + " get cpol user-profiles"))
                .containsPattern("ENFORCEMENT(?s:.*) Off ");
        run(commands.getLast());
        effectively(Enforcement.Enforce, commands.getLast());
        events("enforcement Enforce -> Off", "enforcement Off -> Enforce");
    }

    private static void events(String... texts) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(
                                run("kubectl -n " + operator.namespace() + " events --for cachepolicy/user-profiles"))
                        .contains(texts));
    }

    private static void effectively(Enforcement enforcement, String after) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(operator.policy("user-profiles")
                                .getStatus()
                                .effective()
                                .enforcement())
                        .as("after %s", after)
                        .isEqualTo(enforcement));
    }

    @Test
    void podsCanBeLetThroughWithoutTheWebhook() throws Exception {
        run("kubectl apply -f " + WEBHOOKS.toAbsolutePath());
        KubernetesClient client = operator.client();
        try {
            runAll(commands("on-call.md", "mutatingwebhookconfiguration"));

            assertThat(client.admissionRegistration()
                            .v1()
                            .mutatingWebhookConfigurations()
                            .withName("cachepolicy-operator")
                            .require()
                            .getWebhooks())
                    .singleElement()
                    .satisfies(webhook -> assertThat(webhook.getFailurePolicy()).isEqualTo("Ignore"));
        } finally {
            run("kubectl delete -f " + WEBHOOKS.toAbsolutePath());
        }
    }
}
