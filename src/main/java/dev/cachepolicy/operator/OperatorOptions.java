package dev.cachepolicy.operator;

import dev.cachepolicy.injector.InjectorOptions;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How an operator runs.
 *
 * @param namespace the operator's own: its Lease lives there
 * @param lease the Lease's name; of those that have the same, one leads
 * @param identity of this process in the Lease and in Events; no other process may use it
 * @param version of this build
 * @param watchedNamespaces whose resources it looks after; empty: all
 * @param http where {@code /metrics}, {@code /healthz} and {@code /readyz} are served; port 0: any free port
 * @param leaderElection false: this operator leads at once, and no other may run
 * @param poll between two looks at a Redis's settings
 * @param clusterId tells this cluster from others that share a Redis; null: the uid of the namespace kube-system
 * @param webhooks null: none are served
 */
public record OperatorOptions(
        String namespace,
        String lease,
        String identity,
        String version,
        Set<String> watchedNamespaces,
        InetSocketAddress http,
        boolean leaderElection,
        Duration poll,
        @Nullable String clusterId,
        @Nullable InjectorOptions webhooks) {

    public static final int HTTP_PORT = 8080;

    /** The usual name of the Lease. */
    public static final String LEASE = "cachepolicy-operator";

    public OperatorOptions {
        watchedNamespaces = Set.copyOf(watchedNamespaces);
    }
}
