package dev.cachepolicy.metrics;

import static dev.cachepolicy.metrics.MetricLabels.BACKEND;
import static dev.cachepolicy.metrics.MetricLabels.COMPONENT;
import static dev.cachepolicy.metrics.MetricLabels.EVICTION_POLICY;
import static dev.cachepolicy.metrics.MetricLabels.KIND;
import static dev.cachepolicy.metrics.MetricLabels.NAMESPACE;
import static dev.cachepolicy.metrics.MetricLabels.PARAMETER;
import static dev.cachepolicy.metrics.MetricLabels.POLICY;
import static dev.cachepolicy.metrics.MetricLabels.PRODUCT;
import static dev.cachepolicy.metrics.MetricLabels.REASON;
import static dev.cachepolicy.metrics.MetricLabels.RESULT;
import static dev.cachepolicy.metrics.MetricLabels.STATE;
import static dev.cachepolicy.metrics.MetricLabels.TRIGGER;
import static dev.cachepolicy.metrics.MetricLabels.VERSION;
import static dev.cachepolicy.metrics.MetricLabels.WEBHOOK;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.Gauge;
import io.prometheus.client.GaugeMetricFamily;
import io.prometheus.client.Histogram;
import java.util.List;

/**
 * Every metric of this project: name, type, labels and help, in one place. Collectors are made from here, and so is
 * {@code docs/reference/metrics.md}. Base units; the exposition adds {@code _total} to counters.
 */
public enum Metric {
    BUILD_INFO(
            Exposer.BOTH,
            Type.GAUGE,
            "cachepolicy_build_info",
            "Always 1; the labels say which part runs in which version.",
            COMPONENT,
            VERSION),

    REQUESTS(
            Exposer.AGENT,
            Type.COUNTER,
            "cachepolicy_requests",
            "Reads of a policy's keys, by result: hit, miss, and of fenced policies coalesced (the reader waited for the load"
                    + " of another and got its value), stale (the reader got a value whose time was over, while another"
                    + " loads it), early (the reader was given nil to load a value that was about to expire).",
            NAMESPACE,
            POLICY,
            RESULT),
    TTL_DECISIONS(
            Exposer.AGENT,
            Type.COUNTER,
            "cachepolicy_ttl_decisions",
            "Writes of a policy's keys, by what became of their expiry: kept, added, lowered, overridden.",
            NAMESPACE,
            POLICY,
            RESULT),
    REQUEST_DURATION(
            Exposer.AGENT,
            Type.HISTOGRAM,
            "cachepolicy_request_duration_seconds",
            "Time from a command under a policy to its reply; not shown before the first.",
            NAMESPACE,
            POLICY),
    STAMPEDE_WAITING(
            Exposer.AGENT,
            Type.GAUGE,
            "cachepolicy_stampede_waiting",
            "Readers of a fenced policy's keys that wait for the load of another now.",
            NAMESPACE,
            POLICY),
    LEASE_WAIT_DURATION(
            Exposer.AGENT,
            Type.HISTOGRAM,
            "cachepolicy_lease_wait_duration_seconds",
            "Time that a reader of a fenced policy's keys waited for the load of another, whether it got its value or not.",
            NAMESPACE,
            POLICY),
    LOAD_DURATION(
            Exposer.AGENT,
            Type.HISTOGRAM,
            "cachepolicy_load_duration_seconds",
            "Time from a nil of a fenced policy's key that an application got to its SET of the key.",
            NAMESPACE,
            POLICY),
    UNLEASED_LOADS(
            Exposer.AGENT,
            Type.COUNTER,
            "cachepolicy_unleased_loads",
            "Readers that load a fenced policy's key while another has its lease, by reason: max_wait, max_block (replies"
                    + " behind theirs would have waited too long), not_waiting (the load before came to nothing, or the"
                    + " policy or command does not wait), refused (Redis answered an error; the agent logs it).",
            NAMESPACE,
            POLICY,
            REASON),
    VOID_FILLS(
            Exposer.AGENT,
            Type.COUNTER,
            "cachepolicy_void_fills",
            "Values of a fenced policy's keys that were not stored, and whose key was removed instead, by reason: invalidated"
                    + " (since the load began, or Redis has lost its lease), unknown (nothing certain is known of the load),"
                    + " unexplained (it may be a late value as well as an update).",
            NAMESPACE,
            POLICY,
            REASON),
    TRIGGER_INVALIDATED_KEYS(
            Exposer.AGENT,
            Type.COUNTER,
            "cachepolicy_trigger_invalidated_keys",
            "Keys that a trigger of a policy has invalidated, whether they were there or not; under DryRun, that it would"
                    + " have.",
            NAMESPACE,
            POLICY,
            TRIGGER),
    CONFIG_RELOADS(
            Exposer.AGENT,
            Type.COUNTER,
            "cachepolicy_config_reload",
            "Configuration files that the agent read, by result: applied, refused.",
            BACKEND,
            RESULT),
    CONFIG_RELOAD_LAST_SUCCESS(
            Exposer.AGENT,
            Type.GAUGE,
            "cachepolicy_config_reload_last_success_timestamp_seconds",
            "When the agent last applied a configuration file, in seconds since 1970.",
            BACKEND),
    CONFIG_REFUSED(
            Exposer.AGENT,
            Type.GAUGE,
            "cachepolicy_config_refused",
            "1 while the agent refuses the configuration file that is mounted and keeps the last good one, else 0; by"
                    + " reason: Malformed, AgentTooOld, SecretNotMounted, SecretInvalid.",
            BACKEND,
            REASON),
    CERTIFICATE_RELOADS(
            Exposer.AGENT,
            Type.COUNTER,
            "cachepolicy_certificate_reload",
            "Certificates for TLS to Redis that the agent read, by result: applied, refused.",
            RESULT),
    CONFIG_REVISION(
            Exposer.AGENT,
            Type.GAUGE,
            "cachepolicy_config_revision",
            "Revision of the configuration that the agent uses; 0: none.",
            BACKEND),
    HEARTBEATS(
            Exposer.AGENT,
            Type.COUNTER,
            "cachepolicy_heartbeats",
            "Heartbeats of the agent to Redis, by result: sent, failed.",
            BACKEND,
            RESULT),
    CLIENT_CONNECTIONS(
            Exposer.AGENT, Type.GAUGE, "cachepolicy_client_connections", "Connections of applications to the agent."),
    UPSTREAM_CONNECTIONS(
            Exposer.AGENT, Type.GAUGE, "cachepolicy_upstream_connections", "Connections of the agent to Redis."),
    VIOLATIONS(
            Exposer.AGENT,
            Type.COUNTER,
            "cachepolicy_violations",
            "Connections of applications that were closed for breaking the protocol or a limit, by kind.",
            KIND),
    UPSTREAM_ERRORS(
            Exposer.AGENT,
            Type.COUNTER,
            "cachepolicy_upstream_errors",
            "Connections of the agent to Redis that failed, by kind: connect, timeout, lost, refused, protocol.",
            KIND),
    UPSTREAM_INVALIDATIONS(
            Exposer.AGENT,
            Type.COUNTER,
            "cachepolicy_upstream_invalidations",
            "Keys of SET and DEL that the agent answered because Redis did not, by result: remembered, replayed (removed from"
                    + " Redis when it was back), overflowed (how often there were too many to remember, and all keys of the"
                    + " policies that fail open were removed).",
            RESULT),
    UPSTREAM_INVALIDATIONS_PENDING(
            Exposer.AGENT,
            Type.GAUGE,
            "cachepolicy_upstream_invalidations_pending",
            "Keys remembered and not yet replayed; while there are any, no read of a policy that fails open is a hit."),

    BACKEND_UP(
            Exposer.OPERATOR,
            Type.GAUGE,
            "cachepolicy_backend_up",
            "1 while the operator reaches a backend's Redis, else 0.",
            NAMESPACE,
            BACKEND),
    BACKEND_INFO(
            Exposer.OPERATOR,
            Type.GAUGE,
            "cachepolicy_backend_info",
            "Always 1; the labels say what a backend's Redis is and which maxmemory-policy it has.",
            NAMESPACE,
            BACKEND,
            PRODUCT,
            VERSION,
            EVICTION_POLICY),
    BACKEND_USED_MEMORY(
            Exposer.OPERATOR,
            Type.GAUGE,
            "cachepolicy_backend_used_memory_bytes",
            "Memory that a backend's Redis uses.",
            NAMESPACE,
            BACKEND),
    BACKEND_MAXMEMORY(
            Exposer.OPERATOR,
            Type.GAUGE,
            "cachepolicy_backend_maxmemory_bytes",
            "maxmemory of a backend's Redis; 0: no limit.",
            NAMESPACE,
            BACKEND),
    BACKEND_KEYS(
            Exposer.OPERATOR,
            Type.GAUGE,
            "cachepolicy_backend_keys",
            "Keys that a backend's Redis holds, in all its databases.",
            NAMESPACE,
            BACKEND),
    BACKEND_EVICTED_KEYS(
            Exposer.OPERATOR,
            Type.COUNTER,
            "cachepolicy_backend_evicted_keys",
            "Keys that a backend's Redis evicted for want of memory since it started.",
            NAMESPACE,
            BACKEND),
    BACKEND_DRIFT_CORRECTIONS(
            Exposer.OPERATOR,
            Type.COUNTER,
            "cachepolicy_backend_drift_corrections",
            "Parameters of a backend's Redis that had drifted and were set again.",
            NAMESPACE,
            BACKEND,
            PARAMETER),
    BACKEND_SETTINGS_CONTENDED(
            Exposer.OPERATOR,
            Type.GAUGE,
            "cachepolicy_backend_settings_contended",
            "1 while the operator leaves a setting of a backend's Redis alone because another program keeps changing it,"
                    + " else 0.",
            NAMESPACE,
            BACKEND),
    AGENTS(
            Exposer.OPERATOR,
            Type.GAUGE,
            "cachepolicy_agents",
            "Running pods that should follow a backend's configuration, by state: synced, behind, outdated (the agent is"
                    + " too old for it), missing (labelled, but without an agent).",
            NAMESPACE,
            BACKEND,
            STATE),
    CHANGE_PROGRAMMED(
            Exposer.OPERATOR,
            Type.HISTOGRAM,
            "cachepolicy_policy_change_programmed_duration_seconds",
            "Time from a policy's new generation, as the operator first saw it, until agents could have it.",
            NAMESPACE,
            BACKEND),
    CHANGE_ACKNOWLEDGED(
            Exposer.OPERATOR,
            Type.HISTOGRAM,
            "cachepolicy_policy_change_acknowledged_duration_seconds",
            "Time from a policy's new generation, as the operator first saw it, until every agent that is able to follow"
                    + " had acknowledged it.",
            NAMESPACE,
            BACKEND),
    LEADING(
            Exposer.OPERATOR,
            Type.GAUGE,
            "cachepolicy_operator_leading",
            "1 while this operator leads, that is, looks after backends and policies; 0 while it waits to."),
    RECONCILE(
            Exposer.OPERATOR,
            Type.COUNTER,
            "cachepolicy_reconcile",
            "Reconciliations, by kind and by result: success, error.",
            KIND,
            RESULT),
    RECONCILE_DURATION(
            Exposer.OPERATOR,
            Type.HISTOGRAM,
            "cachepolicy_reconcile_duration_seconds",
            "Time of one reconciliation, by kind.",
            KIND),
    ADMISSION_REQUESTS(
            Exposer.OPERATOR,
            Type.COUNTER,
            "cachepolicy_admission_requests",
            "Requests of the API server to the webhooks, by webhook and by result: allowed, patched, denied, malformed,"
                    + " failed.",
            WEBHOOK,
            RESULT),
    ADMISSION_DURATION(
            Exposer.OPERATOR,
            Type.HISTOGRAM,
            "cachepolicy_admission_duration_seconds",
            "Time from such a request to its answer.",
            WEBHOOK),
    WEBHOOK_CERTIFICATE_EXPIRY(
            Exposer.OPERATOR,
            Type.GAUGE,
            "cachepolicy_webhook_certificate_expiry_timestamp_seconds",
            "When the certificate that the webhook server shows expires, in seconds since 1970.");

    /** What kind of numbers a metric has. */
    public enum Type {
        COUNTER,
        GAUGE,
        HISTOGRAM
    }

    /** Who exposes a metric. */
    public enum Exposer {
        AGENT,
        OPERATOR,
        BOTH
    }

    private final Exposer exposer;
    private final Type type;
    private final String familyName;
    private final String help;

    @SuppressWarnings("ImmutableEnumChecker") // it is made by List.of
    private final List<String> labels;

    Metric(Exposer exposer, Type type, String familyName, String help, String... labels) {
        this.exposer = exposer;
        this.type = type;
        this.familyName = familyName;
        this.help = help;
        this.labels = List.of(labels);
    }

    public Exposer exposer() {
        return exposer;
    }

    public Type type() {
        return type;
    }

    /** {@return the name without the suffixes that samples have} */
    public String familyName() {
        return familyName;
    }

    /** {@return the name as queries write it; of a histogram the part before {@code _bucket}, {@code _sum}, {@code _count}} */
    public String queryName() {
        return type == Type.COUNTER ? familyName + "_total" : familyName;
    }

    public String help() {
        return help;
    }

    public List<String> labels() {
        return labels;
    }

    /** {@return a new counter of this name, registered} */
    public Counter counter(CollectorRegistry registry) {
        require(Type.COUNTER);
        return Counter.build(familyName, help).labelNames(labelNames()).register(registry);
    }

    /** {@return a new gauge of this name, registered} */
    public Gauge gauge(CollectorRegistry registry) {
        require(Type.GAUGE);
        return Gauge.build(familyName, help).labelNames(labelNames()).register(registry);
    }

    /**
     * {@return a new histogram of this name, registered}
     *
     * @param buckets upper bounds in seconds
     */
    public Histogram histogram(CollectorRegistry registry, double... buckets) {
        require(Type.HISTOGRAM);
        return Histogram.build(familyName, help)
                .labelNames(labelNames())
                .buckets(buckets)
                .register(registry);
    }

    /** {@return an empty family, for a collector that counts in its own way} */
    public CounterMetricFamily counterFamily() {
        require(Type.COUNTER);
        return new CounterMetricFamily(familyName, help, labels);
    }

    /** {@return an empty family, for a collector that keeps values in its own way} */
    public GaugeMetricFamily gaugeFamily() {
        require(Type.GAUGE);
        return new GaugeMetricFamily(familyName, help, labels);
    }

    private String[] labelNames() {
        return labels.toArray(String[]::new);
    }

    private void require(Type wanted) {
        if (type != wanted) {
            throw new IllegalStateException(familyName + " is a " + type + ", not a " + wanted);
        }
    }
}
