package dev.cachepolicy.agent.policy;

import dev.cachepolicy.config.Heartbeat;
import dev.cachepolicy.metrics.Metric;
import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Counts by policy, for Prometheus and for the heartbeat. One for the process: a policy keeps its counts over reloads,
 * because it is known here by its namespace and name. Labels are names of resources, never bytes of a key.
 */
public final class PolicyMetrics extends Collector {

    private static final List<String> POLICY_LABELS = Metric.REQUEST_DURATION.labels();

    private record Counted(String namespace, String name, PolicyCounters counters) {

        List<String> labels(String... more) {
            List<String> labels = new ArrayList<>(List.of(namespace, name));
            labels.addAll(Arrays.asList(more));
            return labels;
        }
    }

    /** By {@code namespace/name}. */
    private final ConcurrentMap<String, Counted> byPolicy = new ConcurrentHashMap<>();

    /** {@return a table with each policy bound to its counters, which are kept from tables before} */
    public Rules bind(PolicyTable table) {
        return new Rules(
                table,
                table.policies().stream()
                        .map(policy -> new Rule(policy, counters(policy)))
                        .toList());
    }

    private PolicyCounters counters(Policy policy) {
        String id = policy.namespace() + "/" + policy.name();
        return byPolicy.computeIfAbsent(id, _ -> new Counted(policy.namespace(), policy.name(), new PolicyCounters()))
                .counters();
    }

    /** {@return reads by policy id ({@code namespace/name}) since the process started} */
    public Map<String, Heartbeat.Counters> counters() {
        Map<String, Heartbeat.Counters> counters = new TreeMap<>();
        byPolicy.forEach((id, policy) -> counters.put(id, policy.counters().reads()));
        return counters;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        CounterMetricFamily requests = Metric.REQUESTS.counterFamily();
        CounterMetricFamily decisions = Metric.TTL_DECISIONS.counterFamily();
        List<MetricFamilySamples.Sample> durations = new ArrayList<>();
        byPolicy.values().forEach(policy -> {
            Heartbeat.Counters reads = policy.counters().reads();
            requests.addMetric(policy.labels("hit"), (double) reads.hits());
            requests.addMetric(policy.labels("miss"), (double) reads.misses());
            for (TtlDecision decision : TtlDecision.values()) {
                decisions.addMetric(policy.labels(decision.name().toLowerCase(Locale.ROOT)), (double)
                        policy.counters().decisions(decision));
            }
            addDurations(durations, policy);
        });
        return List.of(
                requests,
                decisions,
                new MetricFamilySamples(
                        Metric.REQUEST_DURATION.familyName(),
                        Type.HISTOGRAM,
                        Metric.REQUEST_DURATION.help(),
                        durations));
    }

    private static void addDurations(List<MetricFamilySamples.Sample> samples, Counted policy) {
        List<String> labels = new ArrayList<>(POLICY_LABELS);
        labels.add("le");
        String name = Metric.REQUEST_DURATION.familyName();
        int last = PolicyCounters.BUCKETS.length;
        for (int i = 0; i <= last; i++) {
            String bound = i == last ? "+Inf" : doubleToGoString(PolicyCounters.BUCKETS[i]);
            samples.add(new MetricFamilySamples.Sample(
                    name + "_bucket",
                    labels,
                    policy.labels(bound),
                    policy.counters().durationsUpTo(i)));
        }
        samples.add(new MetricFamilySamples.Sample(
                name + "_count",
                POLICY_LABELS,
                policy.labels(),
                policy.counters().durationsUpTo(last)));
        samples.add(new MetricFamilySamples.Sample(
                name + "_sum", POLICY_LABELS, policy.labels(), policy.counters().durationSeconds()));
    }
}
