package dev.cachepolicy.operator.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.api.v1alpha1.CachePolicySpec;
import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.AgentConfigYaml;
import dev.cachepolicy.validation.Reasons;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackendModelTest {

    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    @Test
    void aConfigurationThatIsTooLargeKeepsThePublishedOne() throws Exception {
        ModelInput small = BackendModelGoldenTest.input("defaults-are-filled-in");
        AgentConfig published = BackendModel.of(small).agentConfig();

        BackendModel model = BackendModel.of(new ModelInput(small.backend(), policies(small, 5_000), published, NOW));

        assertThat(model.agentConfig()).isSameAs(published);
        assertThat(model.acceptedPolicies()).isEqualTo(5_000);
        assertThat(model.configProblem()).isNotNull().satisfies(problem -> {
            assertThat(problem.reason()).isEqualTo(Reasons.CONFIG_TOO_LARGE);
            assertThat(problem.message())
                    .contains("5000 policies", "1048576", "keep the configuration published before");
        });
    }

    @Test
    void aFirstConfigurationThatIsTooLargeIsPublishedWithoutPolicies() throws Exception {
        ModelInput small = BackendModelGoldenTest.input("defaults-are-filled-in");

        BackendModel model = BackendModel.of(new ModelInput(small.backend(), policies(small, 5_000), null, NOW));

        assertThat(model.agentConfig()).isNotNull();
        assertThat(model.agentConfig().policies()).isEmpty();
        assertThat(model.agentConfig().revision()).isEqualTo(NOW.toEpochMilli());
        assertThat(model.configProblem()).isNotNull();
    }

    @Test
    void whatFitsIntoAConfigMapIsPublished() throws Exception {
        ModelInput small = BackendModelGoldenTest.input("defaults-are-filled-in");

        BackendModel model = BackendModel.of(new ModelInput(small.backend(), policies(small, 3_000), null, NOW));

        assertThat(model.configProblem()).isNull();
        assertThat(model.agentConfig()).isNotNull();
        assertThat(AgentConfigYaml.write(model.agentConfig()).getBytes(StandardCharsets.UTF_8))
                .hasSizeBetween(512 << 10, BackendModel.MAX_CONFIG_BYTES);
    }

    private static List<CachePolicy> policies(ModelInput like, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    CachePolicy policy = new CachePolicy();
                    policy.setMetadata(new ObjectMetaBuilder()
                            .withNamespace("shop")
                            .withName("policy-" + i)
                            .build());
                    CachePolicySpec spec = like.policies().getFirst().getSpec();
                    policy.setSpec(new CachePolicySpec(
                            spec.backendRef(),
                            "p" + i + ":{id}",
                            null,
                            spec.ttl(),
                            null,
                            null,
                            null,
                            null,
                            null,
                            null));
                    return policy;
                })
                .toList();
    }
}
