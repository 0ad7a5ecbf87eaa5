package dev.cachepolicy.agent.policy;

import dev.cachepolicy.config.Heartbeat;
import dev.cachepolicy.metrics.Metric;
import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

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

    private final ConcurrentMap<List<String>, LongAdder> byTrigger = new ConcurrentHashMap<>();

    /** {@return a table with each policy bound to its counters, which are kept from tables before} */
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

    private LongAdder count(Trigger trigger) {
        List<String> labels = List.of(trigger.namespace(), trigger.policy(), trigger.name());
        return byTrigger.computeIfAbsent(labels, _ -> new LongAdder());
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
        CounterMetricFamily unleased = Metric.UNLEASED_LOADS.counterFamily();
        CounterMetricFamily voidFills = Metric.VOID_FILLS.counterFamily();
        CounterMetricFamily triggered = Metric.TRIGGER_INVALIDATED_KEYS.counterFamily();
        byTrigger.forEach((labels, count) -> triggered.addMetric(labels, (double) count.sum()));
        GaugeMetricFamily waiting = Metric.STAMPEDE_WAITING.gaugeFamily();
        byPolicy.values().forEach(policy -> {
            PolicyCounters counters = policy.counters();
            requests.addMetric(policy.labels("hit"), (double) counters.hits());
            requests.addMetric(policy.labels("miss"), (double) counters.misses());
            requests.addMetric(policy.labels("coalesced"), (double) counters.allCoalesced());
            requests.addMetric(policy.labels("stale"), (double) counters.allStale());
            requests.addMetric(policy.labels("early"), (double) counters.allEarly());
            for (TtlDecision decision : TtlDecision.values()) {
                decisions.addMetric(policy.labels(label(decision)), (double) counters.decisions(decision));
            }
            for (FenceCounters.Unleased reason : FenceCounters.Unleased.values()) {
                unleased.addMetric(
                        policy.labels(label(reason)), (double) counters.fence().count(reason));
            }
            for (FenceCounters.VoidFill reason : FenceCounters.VoidFill.values()) {
                voidFills.addMetric(
                        policy.labels(label(reason)), (double) counters.fence().count(reason));
            }
            waiting.addMetric(policy.labels(), (double) counters.fence().waiting.sum());
        });
        return List.of(
                requests,
                decisions,
                unleased,
                voidFills,
                triggered,
                waiting,
                durations(Metric.REQUEST_DURATION, PolicyCounters::durations),
                durations(Metric.LEASE_WAIT_DURATION, counters -> counters.fence().waits),
                durations(Metric.LOAD_DURATION, counters -> counters.fence().loads));
    }

    private static String label(Enum<?> value) {
        return value.name().replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }

    private MetricFamilySamples durations(Metric metric, Function<PolicyCounters, Durations> of) {
        List<MetricFamilySamples.Sample> samples = new ArrayList<>();
        byPolicy.values()
                .forEach(policy -> of.apply(policy.counters())
                        .collect(samples, metric.familyName(), POLICY_LABELS, policy.labels()));
        return new MetricFamilySamples(metric.familyName(), Type.HISTOGRAM, metric.help(), samples);
    }
}
