package dev.cachepolicy.testing;

import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.AgentConfig.Backend;
import dev.cachepolicy.config.AgentConfig.Tls;
import dev.cachepolicy.config.AgentConfig.Upstream;
import dev.cachepolicy.config.Enforcement;
import dev.cachepolicy.config.FailureMode;
import dev.cachepolicy.config.Features;
import dev.cachepolicy.config.PolicyConfig;
import dev.cachepolicy.config.PolicyConfig.Ttl;
import dev.cachepolicy.config.TtlMode;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Configurations of an agent, as far as a test cares. */
public final class AgentConfigs {

    private AgentConfigs() {}

    /** {@return a configuration of the backend {@code shop-redis} for a Redis at {@code endpoint}} */
    public static AgentConfig config(long revision, String endpoint, int port, PolicyConfig... policies) {
        return withSecret(revision, endpoint, port, null, policies);
    }

    /** As {@link #config}, with the Secret that names the agent's Redis user. */
    public static AgentConfig withSecret(
            long revision, String endpoint, int port, @Nullable String secret, PolicyConfig... policies) {
        return through(revision, new Upstream(endpoint, secret), port, policies);
    }

    /** As {@link #withSecret}, over TLS. */
    public static AgentConfig withTls(
            long revision, String endpoint, int port, @Nullable String secret, Tls tls, PolicyConfig... policies) {
        return through(revision, new Upstream(endpoint, secret, tls), port, policies);
    }

    private static AgentConfig through(long revision, Upstream upstream, int port, PolicyConfig... policies) {
        return new AgentConfig(
                upstream.tls() == null ? Set.of() : Set.of(Features.TLS),
                revision,
                new Backend("shop", "shop-redis", "uid-1"),
                upstream,
                port,
                Enforcement.Enforce,
                null,
                List.of(policies));
    }

    /** {@return one whose keys are fenced, with the defaults of {@code spec.stampede}} */
    public static PolicyConfig fenced(String name, String keyPattern, long ttlMillis) {
        return fenced(name, keyPattern, ttlMillis, new PolicyConfig.Fencing(5_000, 1_000, 50));
    }

    /** {@return one whose keys are served after their time} */
    public static PolicyConfig stale(String name, String keyPattern, long ttlMillis, long staleForMillis) {
        return fenced(name, keyPattern, ttlMillis, new PolicyConfig.Fencing(5_000, 1_000, 50, null, staleForMillis));
    }

    private static PolicyConfig fenced(String name, String keyPattern, long ttlMillis, PolicyConfig.Fencing fencing) {
        return new PolicyConfig(
                "shop",
                name,
                1,
                keyPattern,
                new Ttl(ttlMillis, TtlMode.Override, 0, false),
                FailureMode.FailOpen,
                Enforcement.Enforce,
                null,
                fencing);
    }

    /** {@return a policy of the namespace {@code shop} that fails open} */
    public static PolicyConfig policy(String name, String keyPattern, TtlMode mode, long ttlMillis) {
        return new PolicyConfig(
                "shop",
                name,
                1,
                keyPattern,
                new Ttl(ttlMillis, mode, 0, false),
                FailureMode.FailOpen,
                Enforcement.Enforce,
                null);
    }
}
