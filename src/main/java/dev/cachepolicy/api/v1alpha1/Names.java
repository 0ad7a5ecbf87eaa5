package dev.cachepolicy.api.v1alpha1;

/** Names that users, pods and other tools see; part of the API, never to be changed within a version. */
public final class Names {

    public static final String GROUP = "cachepolicy.dev";
    public static final String VERSION = "v1alpha1";

    /** Label on a pod template that asks for an agent: {@code "true"}. */
    public static final String INJECT_LABEL = GROUP + "/inject";

    /** Label that the injector puts on a pod with an agent: {@code "true"}. */
    public static final String AGENT_LABEL = GROUP + "/agent";

    /** Annotation with the comma-separated names of backends: the user's wish, then the injector's resolution. */
    public static final String BACKENDS_ANNOTATION = GROUP + "/backends";

    /** Annotation with the comma-separated names of the containers whose environment is set; absent: all. */
    public static final String CONTAINERS_ANNOTATION = GROUP + "/containers";

    /** Annotation that the operator touches so that the kubelet refreshes the pod's mounted configuration at once. */
    public static final String CONFIG_REVISION_ANNOTATION = GROUP + "/config-revision";

    /** Finalizer of a backend whose Redis gets its original settings back. */
    public static final String RESTORE_FINALIZER = GROUP + "/restore";

    /** Label on what the operator makes for a backend: the backend's name. */
    public static final String BACKEND_LABEL = GROUP + "/backend";

    public static final String MANAGED_BY_LABEL = "app.kubernetes.io/managed-by";

    /** Field manager of every server-side apply, and the value of {@link #MANAGED_BY_LABEL}. */
    public static final String FIELD_MANAGER = "cachepolicy-operator";

    /** Name of the injected container. */
    public static final String AGENT_CONTAINER = "cachepolicy-agent";

    /** Directory in the agent's container with one directory of configuration for each backend. */
    public static final String CONFIG_DIR = "/etc/cachepolicy/config";

    /** Directory in the agent's container with one directory for each Secret. */
    public static final String SECRETS_DIR = "/etc/cachepolicy/secrets";

    /** Directory in the agent's container with what the downward API tells about the pod: the file {@code labels}. */
    public static final String POD_INFO_DIR = "/etc/cachepolicy/pod";

    /** Directory in the agent's container that lives as long as the pod: last good configuration. */
    public static final String STATE_DIR = "/var/lib/cachepolicy";

    /** Port of the agent's probes and metrics, on all of the pod's addresses. */
    public static final int ADMIN_PORT = 9147;

    /** Default port of the agent's Redis listener, on loopback. */
    public static final int AGENT_PORT = 6379;

    private Names() {}

    /**
     * {@return the name of the ConfigMap with the agents' configuration for a backend}
     *
     * @param backend name of a CacheBackend
     */
    public static String configMap(String backend) {
        return backend + "-agent";
    }
}
