package dev.cachepolicy.metrics;

/** Names of labels. Their values are names of resources and words of a fixed list, never bytes of a key. */
public final class MetricLabels {

    public static final String NAMESPACE = "namespace";
    public static final String POLICY = "policy";
    public static final String BACKEND = "backend";
    public static final String RESULT = "result";
    public static final String REASON = "reason";
    public static final String TRIGGER = "trigger";
    public static final String STATE = "state";
    public static final String KIND = "kind";
    public static final String WEBHOOK = "webhook";

    /** A parameter of Redis, in Redis's words. */
    public static final String PARAMETER = "parameter";

    public static final String EVICTION_POLICY = "eviction_policy";
    public static final String PRODUCT = "product";
    public static final String VERSION = "version";

    /** The part of this build that exposes a metric: operator or agent. */
    public static final String COMPONENT = "component";

    private MetricLabels() {}
}
