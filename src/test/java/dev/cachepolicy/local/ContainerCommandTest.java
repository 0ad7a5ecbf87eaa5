package dev.cachepolicy.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cachepolicy.api.v1alpha1.Names;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerCommandTest {

    private static final Pod POD = new PodBuilder()
            .withNewMetadata()
            .withName("web")
            .withNamespace("shop")
            .addToLabels("app", "web")
            .endMetadata()
            .withNewStatus()
            .withPodIP("127.0.1.7")
            .endStatus()
            .build();
    private static final Images IMAGES = new Images(Map.of(
            Names.AGENT_CONTAINER,
            new Images.Image(List.of("bin/cachepolicy"), Path.of("")),
            "node-cache-aside",
            new Images.Image(List.of("node", "app.js"), Path.of("examples"))));

    @ParameterizedTest
    @CsvSource({
        "--config=/etc/nowhere/config/shop, --config=/root/etc/nowhere/config/shop",
        "/etc/nowhere/config/shop/agent.yaml, /root/etc/nowhere/config/shop/agent.yaml",
        "/etc/nowhere/config, /root/etc/nowhere/config",
        "/etc/nowhere/config/shop-two, /etc/nowhere/config/shop-two",
        "/etc, /etc",
        "redis://127.0.0.1:6379/0, redis://127.0.1.7:6379/0",
        "http://0.0.0.0:8080/etc/nowhere/config/shop, http://127.0.1.7:8080/etc/nowhere/config/shop",
    })
    void pathsLeadToTheMountsAndLoopbackToThePod(String given, String wanted) {
        Container container = new ContainerBuilder()
                .withName("app")
                .withCommand("run", given)
                .addNewVolumeMount()
                .withName("config")
                .withMountPath("/etc/nowhere/config/shop")
                .endVolumeMount()
                .build();

        assertThat(command(container).arguments()).containsExactly("run", wanted);
    }

    @Test
    void theAgentListensAtThePodsAddress() {
        Container agent = new ContainerBuilder()
                .withName(Names.AGENT_CONTAINER)
                .withImage("any")
                .withArgs("agent")
                .build();

        assertThat(command(agent).arguments())
                .containsExactly("bin/cachepolicy", "agent", "--bind", "127.0.1.7", "--admin-bind", "127.0.1.7");
    }

    @Test
    void anImageBringsEntrypointAndDirectory() {
        Container app = new ContainerBuilder()
                .withName("app")
                .withImage("registry.example:5000/demo/node-cache-aside:1.0")
                .build();

        assertThat(command(app).arguments()).containsExactly("node", "app.js");
        assertThat(command(app).workingDirectory()).isEqualTo(Path.of("examples"));
    }

    @Test
    void environmentComesFromValuesAndFields() {
        Container app = new ContainerBuilder()
                .withName("app")
                .withCommand("run")
                .addNewEnv()
                .withName("REDIS_URL")
                .withValue("redis://127.0.0.1:6379")
                .endEnv()
                .addNewEnv()
                .withName("POD")
                .withNewValueFrom()
                .withNewFieldRef()
                .withFieldPath("metadata.labels['app']")
                .endFieldRef()
                .endValueFrom()
                .endEnv()
                .build();

        assertThat(command(app).environment())
                .containsEntry("REDIS_URL", "redis://127.0.1.7:6379")
                .containsEntry("POD", "web");
    }

    @Test
    void anUnknownImageWithoutCommandIsRefused() {
        Container app =
                new ContainerBuilder().withName("app").withImage("unknown:1").build();

        assertThatThrownBy(() -> command(app)).hasMessageContaining("give the container a command");
    }

    private static ContainerCommand command(Container container) {
        return ContainerCommand.of(POD, container, IMAGES, new RootDirectory(Path.of("/root"), container));
    }
}
