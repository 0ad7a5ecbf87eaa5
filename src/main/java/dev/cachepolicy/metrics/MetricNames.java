package dev.cachepolicy.metrics;

/** Names of metrics and labels. Base units; counters end in {@code _total}, as the exposition format adds it. */
public final class MetricNames {

    public static final String NAMESPACE = "namespace";
    public static final String POLICY = "policy";
    public static final String BACKEND = "backend";
    public static final String RESULT = "result";
    public static final String PARAMETER = "parameter";

    /** Reads of a policy's keys, by result: hit, miss. */
    public static final String REQUESTS = "cachepolicy_requests";

    /** Writes of a policy's keys, by what became of their expiry: kept, added, lowered, overridden. */
    public static final String TTL_DECISIONS = "cachepolicy_ttl_decisions";

    /** Time from a command to its reply, by policy. */
    public static final String REQUEST_DURATION = "cachepolicy_request_duration_seconds";

    /** 1 while the operator reaches a backend's Redis, else 0. */
    public static final String BACKEND_UP = "cachepolicy_backend_up";

    /** Memory that a backend's Redis uses. */
    public static final String BACKEND_USED_MEMORY = "cachepolicy_backend_used_memory_bytes";

    /** Redis's {@code maxmemory}; 0: no limit. */
    public static final String BACKEND_MAXMEMORY = "cachepolicy_backend_maxmemory_bytes";

    /** Parameters of a backend's Redis that had drifted and were set again, by parameter. */
    public static final String BACKEND_DRIFT_CORRECTIONS = "cachepolicy_backend_drift_corrections";

    /** Requests of the API server to the webhooks, by webhook and by what was answered. */
    public static final String ADMISSION_REQUESTS = "cachepolicy_admission_requests";

    /** Time from such a request to its answer, by webhook. */
    public static final String ADMISSION_DURATION = "cachepolicy_admission_duration_seconds";

    /** When the certificate of the webhook server expires. */
    public static final String WEBHOOK_CERTIFICATE_EXPIRY = "cachepolicy_webhook_certificate_expiry_timestamp_seconds";

    public static final String WEBHOOK = "webhook";

    /** Reconciliations, by kind and result: success, error. */
    public static final String RECONCILE = "cachepolicy_reconcile";

    /** Time of one reconciliation, by kind. */
    public static final String RECONCILE_DURATION = "cachepolicy_reconcile_duration_seconds";

    /** Pods that should follow a backend's configuration, by state: synced, behind, outdated, missing. */
    public static final String AGENTS = "cachepolicy_agents";

    public static final String KIND = "kind";
    public static final String STATE = "state";

    /** Configuration files read by an agent, by backend and result: applied, refused. */
    public static final String CONFIG_RELOADS = "cachepolicy_config_reload";

    /** When an agent last applied a configuration file, by backend, in seconds since 1970. */
    public static final String CONFIG_RELOAD_LAST_SUCCESS = "cachepolicy_config_reload_last_success_timestamp_seconds";

    /** Revision of the configuration that an agent uses, by backend; 0: none. */
    public static final String CONFIG_REVISION = "cachepolicy_config_revision";

    /** Heartbeats of an agent, by backend and result: sent, failed. */
    public static final String HEARTBEATS = "cachepolicy_heartbeats";

    /** Applications connected to the agent. */
    public static final String CLIENT_CONNECTIONS = "cachepolicy_client_connections";

    /** The agent's connections to Redis. */
    public static final String UPSTREAM_CONNECTIONS = "cachepolicy_upstream_connections";

    /** Client connections that were closed for breaking the protocol or a limit, by kind. */
    public static final String VIOLATIONS = "cachepolicy_violations";

    /** Connections to Redis that failed, by kind. */
    public static final String UPSTREAM_ERRORS = "cachepolicy_upstream_errors";

    private MetricNames() {}
}
