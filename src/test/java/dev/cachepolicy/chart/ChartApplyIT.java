package dev.cachepolicy.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cachepolicy.testing.KubeApi;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A real API server takes every rendering, by {@code kubectl apply --dry-run=server} and with unknown fields refused. */
class ChartApplyIT {

    private static final String RESTRICTED = "restricted";

    @TempDir
    static Path directory;

    private static KubeApi api;

    @BeforeAll
    static void start() throws IOException {
        api = KubeApi.start(List.of());
        ForeignCrds.install(api);
        Files.writeString(directory.resolve("kubeconfig"), api.kubeConfigYaml());
        for (String name : List.of(Helm.NAMESPACE, "shop", "pay")) {
            namespace(name, "privileged");
        }
        namespace(RESTRICTED, "restricted");
    }

    private static void namespace(String name, String podSecurity) {
        api.client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .addToLabels("pod-security.kubernetes.io/enforce", podSecurity)
                        .endMetadata()
                        .build())
                .create();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    static List<String> cases() {
        return Cases.names();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void isTaken(String name) throws Exception {
        assertThat(apply(Helm.rendered(Cases.values(name)))).isEmpty();
    }

    @Test
    void aFieldThatDoesNotExistWouldBeRefused() throws Exception {
        String broken = Helm.rendered(Cases.values("monitoring")).replace("honorLabels:", "honourLabels:");
        assertThat(apply(broken)).contains(".spec.endpoints[0].honourLabels: field not declared in schema");
    }

    /** {@return what kubectl complained about} */
    private static String apply(String manifests) throws IOException, InterruptedException {
        Path file = Files.writeString(directory.resolve("manifests.yaml"), manifests);
        ProcessBuilder kubectl = new ProcessBuilder(
                api.kubectl().toString(),
                "apply",
                "--server-side",
                "--force-conflicts",
                "--dry-run=server",
                "--validate=strict",
                "--filename",
                file.toString());
        kubectl.environment().put("KUBECONFIG", directory.resolve("kubeconfig").toString());
        kubectl.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        Process process = kubectl.start();
        String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor() == 0).as(errors).isEqualTo(errors.isEmpty());
        return errors;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void operatorsPodKeepsPodSecurityRestricted(String name) {
        Pod pod = pod(name);
        pods().resource(pod).dryRun().create();

        Container operator = pod.getSpec().getContainers().getFirst();
        assertThat(operator.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        operator.setSecurityContext(null);
        assertThatThrownBy(() -> pods().resource(pod).dryRun().create())
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("violates PodSecurity \"restricted:latest\"");
    }

    private static io.fabric8.kubernetes.client.dsl.NonNamespaceOperation<
                    Pod, io.fabric8.kubernetes.api.model.PodList, io.fabric8.kubernetes.client.dsl.PodResource>
            pods() {
        KubernetesClient client = api.client();
        return client.pods().inNamespace(RESTRICTED);
    }

    private static Pod pod(String name) {
        Deployment deployment =
                Manifests.of(Cases.values(name)).all(Deployment.class).getFirst();
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(RESTRICTED)
                .withName("operator")
                .endMetadata()
                .withSpec(deployment.getSpec().getTemplate().getSpec())
                .editSpec()
                .withPriorityClassName(null) // which no dry run makes
                .endSpec()
                .build();
    }
}
