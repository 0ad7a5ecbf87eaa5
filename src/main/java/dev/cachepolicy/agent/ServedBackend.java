package dev.cachepolicy.agent;

import dev.cachepolicy.agent.admin.AgentStatus.BackendStatus;
import dev.cachepolicy.agent.admin.AgentStatus.PolicyStatus;
import dev.cachepolicy.agent.heartbeat.HeartbeatSender;
import dev.cachepolicy.agent.heartbeat.Report;
import dev.cachepolicy.agent.policy.PolicyMetrics;
import dev.cachepolicy.agent.policy.PolicyTable;
import dev.cachepolicy.agent.proxy.Credentials;
import dev.cachepolicy.agent.proxy.Listener;
import dev.cachepolicy.agent.proxy.ListenerConfig;
import dev.cachepolicy.agent.proxy.Proxy;
import dev.cachepolicy.agent.reload.BackendConfig;
import dev.cachepolicy.agent.reload.Mounted;
import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.Heartbeat.Counters;
import dev.cachepolicy.config.Heartbeat.Refusal;
import dev.cachepolicy.tls.ClientTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One backend as this pod serves it: its listeners and what they do. Applied to by one thread, asked by many: all that
 * they see is one immutable state, replaced as a whole.
 *
 * <p>A listener once opened stays until the agent ends, also when the configuration names another port: the
 * application's environment was set when its pod was made, and names the old one for as long as the pod lives.
 */
final class ServedBackend {

    private static final Logger LOG = LoggerFactory.getLogger(ServedBackend.class);

    private final String name;
    private final Proxy proxy;
    private final InetAddress bind;
    private final PolicyMetrics metrics;
    private volatile State state = new State(null, null, new TreeMap<>(), null);

    ServedBackend(String name, Proxy proxy, InetAddress bind, PolicyMetrics metrics) {
        this.name = name;
        this.proxy = proxy;
        this.bind = bind;
        this.metrics = metrics;
    }

    /**
     * @param input what the listeners do; null while there is no configuration
     * @param refused why a newer configuration is not in use
     * @param listeners by port
     * @param listenError why the configuration's port is not among them
     */
    private record State(
            @Nullable Input input,
            @Nullable Refusal refused,
            SortedMap<Integer, Listener> listeners,
            @Nullable String listenError) {}

    /** All that a listener's configuration is made of. */
    private record Input(
            AgentConfig config,
            @Nullable Credentials credentials,
            @Nullable ClientTls tls,
            Map<String, String> podLabels) {

        Input {
            if (config.upstream().tls() != null && tls == null) {
                throw new IllegalArgumentException("a configuration with TLS must never be served without");
            }
        }

        ListenerConfig compile() {
            return new ListenerConfig(
                    PolicyTable.compile(config, podLabels),
                    config.upstream().endpoint(),
                    credentials,
                    tls,
                    config.limitsOrDefaults());
        }
    }

    /** Does from now on what is mounted; {@return whether there is something new to report} */
    boolean apply(BackendConfig known, Mounted mounted) {
        State before = state;
        AgentConfig config = known.config();
        if (config == null) {
            state = new State(null, known.refused(), before.listeners(), null);
            return false;
        }
        String secret = config.upstream().authSecret();
        Input input = new Input(
                config,
                secret == null ? null : mounted.credentials().get(secret),
                mounted.tls().get(name),
                mounted.podLabels());
        if (before.input() != null && input.equals(before.input()) && before.listenError() == null) {
            state = new State(input, known.refused(), before.listeners(), null);
        } else {
            ListenerConfig compiled = input.compile();
            before.listeners().values().forEach(listener -> listener.apply(compiled));
            state = listening(new State(input, known.refused(), before.listeners(), null), config.port(), compiled);
        }
        return before.input() == null || !state.equals(before);
    }

    private State listening(State next, int port, ListenerConfig compiled) {
        if (next.listeners().containsKey(port)) {
            return next;
        }
        try {
            SortedMap<Integer, Listener> listeners = new TreeMap<>(next.listeners());
            listeners.put(port, proxy.listen(new InetSocketAddress(bind, port), compiled));
            LOG.info("{} is served on {}:{}", name, bind.getHostAddress(), port);
            return new State(next.input(), next.refused(), listeners, null);
        } catch (IOException e) {
            String error = String.valueOf(e.getMessage());
            LOG.error("{} is not served on port {}: {}", name, port, error);
            return new State(next.input(), next.refused(), next.listeners(), error);
        }
    }

    /** {@return why the configuration's port is not served; empty: it is, or there is no configuration} */
    Optional<String> listenError() {
        return Optional.ofNullable(state.listenError());
    }

    /** {@return what a heartbeat says now; empty while there is no configuration} */
    Optional<Report> report() {
        State now = state;
        Input input = now.input();
        if (input == null) {
            return Optional.empty();
        }
        Map<String, Counters> counters = new HashMap<>(metrics.counters());
        counters.keySet()
                .retainAll(input.config().policies().stream()
                        .map(policy -> policy.id())
                        .toList());
        return Optional.of(new Report(
                input.config().backend().uid(),
                input.config().upstream().endpoint(),
                input.credentials(),
                input.tls(),
                input.config().revision(),
                now.refused(),
                counters));
    }

    /** {@return what the status page shows} */
    BackendStatus status(@Nullable HeartbeatSender heartbeat) {
        State now = state;
        Input input = now.input();
        return new BackendStatus(
                input == null ? 0 : input.config().revision(),
                now.refused(),
                now.listeners().keySet().stream()
                        .map(port -> bind.getHostAddress() + ":" + port)
                        .toList(),
                now.listenError(),
                input == null ? null : input.config().upstream().endpoint(),
                heartbeat == null ? "none outside a pod" : heartbeat.health().message(),
                input == null ? List.of() : policies(input));
    }

    private static List<PolicyStatus> policies(Input input) {
        return input.config().policies().stream()
                .map(policy -> new PolicyStatus(
                        policy.id(),
                        policy.revision(),
                        policy.keyPattern(),
                        input.config().enforcement().and(policy.enforcement()).name(),
                        policy.workloadSelector() == null
                                || policy.workloadSelector().matches(input.podLabels())))
                .toList();
    }
}
