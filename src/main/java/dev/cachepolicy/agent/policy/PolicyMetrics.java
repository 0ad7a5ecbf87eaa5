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
import java.util.stream.Collectors;

/**
 * Counts by policy, for Prometheus and for the heartbeat. One for the process: a policy keeps its counts over reloads,
 * because it is known here by its namespace and name. Labels are names of resources, never bytes of a key.
 */
public final class PolicyMetrics extends Collector {

    private static final List<String> POLICY_LABELS = Metric.REQUEST_DURATION.labels();

    private record Id(String namespace, String name) {

        List<String> labels(String... more) {
            List<String> labels = new ArrayList<>(List.of(namespace, name));
            labels.addAll(Arrays.asList(more));
            return labels;
        }
    }

    private final ConcurrentMap<Id, PolicyCounters> byPolicy = new ConcurrentHashMap<>();

    /** {@return a table with each policy bound to its counters, which are kept from tables before} */
    public Rules bind(PolicyTable table) {
        return new Rules(
                table,
                table.policies().stream()
                        .map(policy -> new Rule(
                                policy,
                                byPolicy.computeIfAbsent(
                                        new Id(policy.namespace(), policy.name()), _ -> new PolicyCounters())))
                        .toList());
    }

    /** {@return reads by policy id ({@code namespace/name}) since the process started} */
    public Map<String, Heartbeat.Counters> counters() {
        return byPolicy.entrySet().stream()
                .collect(Collectors.toMap(
                        entry -> entry.getKey().namespace() + "/"
                                + entry.getKey().name(),
                        entry -> entry.getValue().reads(),
                        (one, _) -> one,
                        TreeMap::new));
    }

    @Override
    public List<MetricFamilySamples> collect() {
        CounterMetricFamily requests = Metric.REQUESTS.counterFamily();
        CounterMetricFamily decisions = Metric.TTL_DECISIONS.counterFamily();
        List<MetricFamilySamples.Sample> durations = new ArrayList<>();
        byPolicy.forEach((id, counters) -> {
            Heartbeat.Counters reads = counters.reads();
            requests.addMetric(id.labels("hit"), (double) reads.hits());
            requests.addMetric(id.labels("miss"), (double) reads.misses());
            for (TtlDecision decision : TtlDecision.values()) {
                decisions.addMetric(
                        id.labels(decision.name().toLowerCase(Locale.ROOT)), (double) counters.decisions(decision));
            }
            addDurations(durations, id, counters);
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

    private static void addDurations(List<MetricFamilySamples.Sample> samples, Id id, PolicyCounters counters) {
        List<String> labels = new ArrayList<>(POLICY_LABELS);
        labels.add("le");
        String name = Metric.REQUEST_DURATION.familyName();
        int last = PolicyCounters.BUCKETS.length;
        for (int i = 0; i <= last; i++) {
            String bound = i == last ? "+Inf" : doubleToGoString(PolicyCounters.BUCKETS[i]);
            samples.add(new MetricFamilySamples.Sample(
                    name + "_bucket", labels, id.labels(bound), counters.durationsUpTo(i)));
        }
        samples.add(new MetricFamilySamples.Sample(
                name + "_count", POLICY_LABELS, id.labels(), counters.durationsUpTo(last)));
        samples.add(
                new MetricFamilySamples.Sample(name + "_sum", POLICY_LABELS, id.labels(), counters.durationSeconds()));
    }
}
