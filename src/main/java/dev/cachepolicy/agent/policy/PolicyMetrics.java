package dev.cachepolicy.agent.policy;

import dev.cachepolicy.config.Heartbeat;
import dev.cachepolicy.metrics.Metric;
import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts by policy, for Prometheus and for the heartbeat. One for the process: a policy keeps its counts over reloads,
 * because it is known here by its namespace and name, and is forgotten with the last table that has it. Labels are names of
 * resources, never bytes of a key.
 *
 * <p>A scraper keeps a series for each number, pod and policy, so one that cannot be other than zero is not shown: those of
 * fences before a policy was fenced, the duration's buckets before its first request.
 */
public final class PolicyMetrics extends Collector {

    private record Counted(String namespace, String name, PolicyCounters counters) {

        List<String> labels(String... more) {
            List<String> labels = new ArrayList<>(List.of(namespace, name));
            labels.addAll(Arrays.asList(more));
            return labels;
        }
    }

    /** By {@code namespace/name}. */
    private final Kept<String, Counted> byPolicy = new Kept<>();

    private final Kept<List<String>, LongAdder> byTrigger = new Kept<>();

    /** {@return a table with each policy bound to its counters, which are kept from tables that are not released yet} */
    public Rules bind(PolicyTable table) {
        return new Rules(
                table,
                table.policies().stream()
                        .map(policy -> new Rule(policy, counters(policy)))
                        .toList(),
                new Triggers(
                        table.triggers(),
                        table.triggers().stream().map(this::count).toList()));
    }

    /** A table is in use no longer. What no other has is not shown any more. */
    public void release(PolicyTable table) {
        table.policies().forEach(policy -> byPolicy.leave(policy.id()));
        table.triggers().forEach(trigger -> byTrigger.leave(labels(trigger)));
    }

    private LongAdder count(Trigger trigger) {
        return byTrigger.use(labels(trigger), LongAdder::new);
    }

    private static List<String> labels(Trigger trigger) {
        return List.of(trigger.namespace(), trigger.policy(), trigger.name());
    }

    private PolicyCounters counters(Policy policy) {
        return byPolicy.use(policy.id(), () -> new Counted(policy.namespace(), policy.name(), new PolicyCounters()))
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
        CounterMetricFamily triggered = Metric.TRIGGER_INVALIDATED_KEYS.counterFamily();
        byTrigger.forEach((labels, count) -> triggered.addMetric(labels, (double) count.sum()));
        List<Sample> durations = new ArrayList<>();
        FenceFamilies fences = new FenceFamilies();
        byPolicy.forEach((_, policy) -> {
            PolicyCounters counters = policy.counters();
            requests.addMetric(policy.labels("hit"), (double) counters.hits());
            requests.addMetric(policy.labels("miss"), (double) counters.misses());
            for (TtlDecision decision : TtlDecision.values()) {
                decisions.addMetric(policy.labels(label(decision)), (double) counters.decisions(decision));
            }
            if (!counters.durations().isEmpty()) {
                counters.durations().collect(durations, Metric.REQUEST_DURATION, policy.labels());
            }
            FenceCounters fence = counters.fenceIfAny();
            if (fence != null) {
                requests.addMetric(policy.labels("coalesced"), (double) counters.allCoalesced());
                requests.addMetric(policy.labels("stale"), (double) counters.allStale());
                requests.addMetric(policy.labels("early"), (double) counters.allEarly());
                fences.add(policy, fence);
            }
        });
        List<MetricFamilySamples> families = new ArrayList<>(fences.all());
        families.addAll(List.of(requests, decisions, triggered, histogram(Metric.REQUEST_DURATION, durations)));
        return families;
    }

    /** What only fenced policies have. */
    private static final class FenceFamilies {

        private final CounterMetricFamily unleased = Metric.UNLEASED_LOADS.counterFamily();
        private final CounterMetricFamily voidFills = Metric.VOID_FILLS.counterFamily();
        private final GaugeMetricFamily waiting = Metric.STAMPEDE_WAITING.gaugeFamily();
        private final List<Sample> waits = new ArrayList<>();
        private final List<Sample> loads = new ArrayList<>();

        void add(Counted policy, FenceCounters fence) {
            for (FenceCounters.Unleased reason : FenceCounters.Unleased.values()) {
                unleased.addMetric(policy.labels(label(reason)), (double) fence.count(reason));
            }
            for (FenceCounters.VoidFill reason : FenceCounters.VoidFill.values()) {
                voidFills.addMetric(policy.labels(label(reason)), (double) fence.count(reason));
            }
            waiting.addMetric(policy.labels(), (double) fence.waiting.sum());
            fence.waits.collect(waits, Metric.LEASE_WAIT_DURATION, policy.labels());
            fence.loads.collect(loads, Metric.LOAD_DURATION, policy.labels());
        }

        List<MetricFamilySamples> all() {
            return List.of(
                    unleased,
                    voidFills,
                    waiting,
                    histogram(Metric.LEASE_WAIT_DURATION, waits),
                    histogram(Metric.LOAD_DURATION, loads));
        }
    }

    private static String label(Enum<?> value) {
        return value.name().replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }

    private static MetricFamilySamples histogram(Metric metric, List<Sample> samples) {
        return new MetricFamilySamples(metric.familyName(), Type.HISTOGRAM, metric.help(), samples);
    }
}
