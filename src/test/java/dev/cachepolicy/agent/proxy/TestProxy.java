package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.policy.PolicyMetrics;
import dev.cachepolicy.agent.policy.PolicyTable;
import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.Heartbeat;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.UnaryOperator;

/** A proxy with one listener on a free port. */
final class TestProxy implements AutoCloseable {

    final PolicyMetrics policyMetrics = new PolicyMetrics();
    final Proxy proxy;
    final Listener listener;

    TestProxy(ListenerConfig config) throws IOException {
        this(config, UnaryOperator.identity());
    }

    TestProxy(ListenerConfig config, UnaryOperator<ProxyOptions> changed) throws IOException {
        proxy = new Proxy(changed.apply(ProxyOptions.defaults(policyMetrics)));
        listener = proxy.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), config);
    }

    static TestProxy to(String endpoint) throws IOException {
        return new TestProxy(config(Policies.EACH, endpoint));
    }

    /** {@return one that remembers so many keys at most of what it answers in Redis's place} */
    static TestProxy remembering(String endpoint, int loops, int maxInvalidations) throws IOException {
        return remembering(config(Policies.EACH, endpoint), loops, maxInvalidations);
    }

    static TestProxy remembering(ListenerConfig config, int loops, int maxInvalidations) throws IOException {
        return new TestProxy(
                config,
                defaults -> new ProxyOptions(
                        loops,
                        defaults.connectTimeout(),
                        defaults.responseTimeout(),
                        defaults.slowResponseTimeout(),
                        defaults.busyThreshold(),
                        defaults.maxRequestBytes(),
                        maxInvalidations,
                        defaults.maxInvalidationBytes(),
                        defaults.maxPendingLoadBytes(),
                        defaults.restarted(),
                        defaults.policyMetrics(),
                        defaults.random()));
    }

    /** {@return one that has restarted in its pod} */
    static TestProxy restarted(ListenerConfig config) throws IOException {
        return new TestProxy(
                config,
                defaults -> new ProxyOptions(
                        defaults.eventLoops(),
                        defaults.connectTimeout(),
                        defaults.responseTimeout(),
                        defaults.slowResponseTimeout(),
                        defaults.busyThreshold(),
                        defaults.maxRequestBytes(),
                        defaults.maxInvalidations(),
                        defaults.maxInvalidationBytes(),
                        defaults.maxPendingLoadBytes(),
                        true,
                        defaults.policyMetrics(),
                        defaults.random()));
    }

    static ListenerConfig config(PolicyTable table, String endpoint) {
        return new ListenerConfig(table, endpoint, null, AgentConfig.Limits.DEFAULTS);
    }

    int port() {
        return listener.port();
    }

    RawClient client() throws IOException {
        return new RawClient(port());
    }

    /** {@return the value of a metric, or of its count where it is a histogram, with this last label} */
    double count(String metric, String... lastLabel) {
        return policyMetrics.collect().stream()
                .filter(family -> family.name.equals(metric))
                .flatMap(family -> family.samples.stream())
                .filter(sample -> !sample.name.endsWith("_bucket") && !sample.name.endsWith("_sum"))
                .filter(sample ->
                        lastLabel.length == 0 || sample.labelValues.getLast().equals(lastLabel[0]))
                .mapToDouble(sample -> sample.value)
                .sum();
    }

    Heartbeat.Counters reads(String policy) {
        return policyMetrics.counters().get("shop/" + policy);
    }

    @Override
    public void close() {
        proxy.close();
    }
}
