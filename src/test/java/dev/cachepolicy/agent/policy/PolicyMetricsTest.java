package dev.cachepolicy.agent.policy;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.config.PolicyConfig;
import dev.cachepolicy.config.TtlMode;
import dev.cachepolicy.testing.AgentConfigs;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A thousand policies in two hundred pods make two hundred thousand times as many series as one policy has in one pod. */
class PolicyMetricsTest {

    private static final Set<String> OF_FENCES = Set.of(
            "cachepolicy_stampede_waiting",
            "cachepolicy_lease_wait_duration_seconds_count",
            "cachepolicy_load_duration_seconds_count",
            "cachepolicy_unleased_loads_total",
            "cachepolicy_void_fills_total");

    private final PolicyMetrics metrics = new PolicyMetrics();

    private Rule plain() {
        return bind(AgentConfigs.policy("users", "user:{id}", TtlMode.Override, 60_000));
    }

    private Rule fenced() {
        return bind(AgentConfigs.fenced("users", "user:{id}", 60_000));
    }

    private Rule bind(PolicyConfig policy) {
        Rules rules = metrics.bind(table(policy));
        byte[] key = "user:1".getBytes(StandardCharsets.UTF_8);
        return Objects.requireNonNull(rules.match(key, key.length));
    }

    private List<Sample> samples() {
        return metrics.collect().stream()
                .flatMap(family -> family.samples.stream())
                .toList();
    }

    private Set<String> names() {
        return samples().stream().map(sample -> sample.name).collect(toSet());
    }

    @Test
    void policyThatNobodyUsesHasFewSeriesAndAllOfThemAreZero() {
        plain();

        assertThat(samples()).hasSize(6).allMatch(sample -> sample.value == 0);
        assertThat(names()).containsExactlyInAnyOrder("cachepolicy_requests_total", "cachepolicy_ttl_decisions_total");
    }

    @Test
    void durationIsShownFromTheFirstRequestOn() {
        plain().counters().took(1_500_000);

        assertThat(samples())
                .hasSize(22)
                .anyMatch(sample -> sample.name.equals("cachepolicy_request_duration_seconds_count")
                        && sample.labelValues.equals(List.of("shop", "users"))
                        && sample.value == 1);
    }

    @Test
    void onlyFencedPoliciesHaveTheSeriesOfFencesFromTheStart() {
        fenced();

        assertThat(names()).containsAll(OF_FENCES);
        assertThat(samples())
                .anyMatch(sample -> sample.name.equals("cachepolicy_requests_total")
                        && sample.labelValues.getLast().equals("coalesced"));
    }

    @Test
    void countsOfFencesOutliveThem() {
        plain();
        assertThat(names()).doesNotContainAnyElementsOf(OF_FENCES);

        fenced().counters().fence().loaded(2_000_000);
        plain();

        assertThat(samples())
                .anyMatch(sample -> sample.name.equals("cachepolicy_load_duration_seconds_count") && sample.value == 1);
    }

    @Test
    void keepsCountsFromOneTableToTheNextAndForgetsThemWithTheLast() {
        PolicyTable first = table(policy("users"), policy("carts"));
        PolicyTable second = table(policy("users"), triggering("orders"));
        PolicyTable elsewhere = table(policy("users"));
        read(metrics.bind(first));
        metrics.bind(elsewhere);
        metrics.bind(second);
        metrics.release(first);
        assertThat(policies()).containsExactlyInAnyOrder("users", "orders");
        assertThat(hits("users")).isOne();

        metrics.release(second);
        assertThat(policies()).as("another table has it").containsExactly("users");
        assertThat(hits("users")).isOne();

        metrics.release(elsewhere);
        assertThat(samples()).isEmpty();
    }

    private static PolicyConfig policy(String name) {
        return AgentConfigs.policy(name, name + ":{id}", TtlMode.Override, 60_000);
    }

    private static PolicyConfig triggering(String name) {
        PolicyConfig plain = policy(name);
        return new PolicyConfig(
                plain.namespace(),
                plain.name(),
                plain.revision(),
                plain.keyPattern(),
                plain.ttl(),
                plain.onBackendFailure(),
                plain.enforcement(),
                null,
                null,
                List.of(new PolicyConfig.Trigger("rows", "row:{id}", List.of(name + ":{id}"))));
    }

    private static PolicyTable table(PolicyConfig... policies) {
        return PolicyTable.compile(AgentConfigs.config(1, "127.0.0.1:6379", 6380, policies), Map.of());
    }

    private static void read(Rules rules) {
        byte[] key = "users:1".getBytes(StandardCharsets.UTF_8);
        Objects.requireNonNull(rules.match(key, key.length)).counters().read(true);
    }

    private Set<String> policies() {
        return samples().stream().map(sample -> sample.labelValues.get(1)).collect(toSet());
    }

    private double hits(String policy) {
        return samples().stream()
                .filter(sample -> sample.name.equals("cachepolicy_requests_total")
                        && sample.labelValues.equals(List.of("shop", policy, "hit")))
                .mapToDouble(sample -> sample.value)
                .sum();
    }
}
