package dev.cachepolicy.operator.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.operator.OperatorHarness;
import dev.cachepolicy.testing.KubeApi;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BackendsIT {

    /** Well within the 5 s that a webhook has by default. */
    private static final Duration SOON = Duration.ofSeconds(4);

    @Test
    void whatTheInformerHasNotHeardOfIsFoundInTheApiServer() {
        try (OperatorHarness shop = OperatorHarness.start();
                Backends backends = Backends.of(shop.client(), Set.of(shop.namespace()))) {
            shop.backend("redis", "redis:6379", "");

            assertThat(backends.inNamespace(shop.namespace())).isEmpty();
            assertThat(backends.stored(shop.namespace()))
                    .hasValueSatisfying(stored -> assertThat(stored)
                            .extracting(backend -> backend.getMetadata().getName())
                            .containsExactly("redis"));
        }
    }

    @Test
    void nothingIsKnownOfAnApiServerThatHangsAndThatSoon() throws Exception {
        try (ServerSocket hanging = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                KubernetesClient client = new KubernetesClientBuilder()
                        .withConfig(new ConfigBuilder(
                                        Config.fromKubeconfig(KubeApi.shared().kubeConfigYaml()))
                                .withMasterUrl("https://127.0.0.1:" + hanging.getLocalPort())
                                .build())
                        .build();
                Backends backends = Backends.of(client, Set.of("shop"))) {
            Instant asked = Instant.now();
            assertThat(backends.stored("shop")).isEmpty();
            assertThat(Duration.between(asked, Instant.now())).isLessThan(SOON);
        }
    }
}
