package dev.cachepolicy.operator.model;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CacheBackendSpec;
import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.api.v1alpha1.CachePolicySpec;
import dev.cachepolicy.api.v1alpha1.Durations;
import dev.cachepolicy.api.v1alpha1.Names;
import dev.cachepolicy.api.v1alpha1.StampedeLimits;
import dev.cachepolicy.api.v1alpha1.TlsMode;
import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.Enforcement;
import dev.cachepolicy.config.FailureMode;
import dev.cachepolicy.config.Features;
import dev.cachepolicy.config.PolicyConfig;
import dev.cachepolicy.config.TtlMode;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** From the API's words to the agents', revisions left at 0. */
final class AgentConfigs {

    private AgentConfigs() {}

    /** {@return what agents need to carry out these policies} */
    static AgentConfig of(CacheBackend backend, List<CachePolicy> policies) {
        ObjectMeta meta = backend.getMetadata();
        CacheBackendSpec spec = backend.getSpec();
        Integer port = spec.agent() == null ? null : spec.agent().port();
        // A backend from a file has no uid; its name is as good where no API server gave others the same.
        String uid = meta.getUid() == null ? meta.getNamespace() + "." + meta.getName() : meta.getUid();
        return new AgentConfig(
                required(spec, policies),
                0,
                new AgentConfig.Backend(meta.getNamespace(), meta.getName(), uid),
                new AgentConfig.Upstream(spec.endpoints().getFirst(), authSecret(spec.auth()), tls(spec.tls())),
                Effectives.or(port, Names.AGENT_PORT),
                Enforcement.valueOf(Effectives.enforcement(spec).name()),
                null,
                policies.stream()
                        .sorted(Comparator.comparing(PolicyKey::of))
                        .map(policy -> policy(policy, spec))
                        .toList());
    }

    private static Set<String> required(CacheBackendSpec spec, List<CachePolicy> policies) {
        Set<String> required = new HashSet<>();
        if (tls(spec.tls()) != null) {
            required.add(Features.TLS);
        }
        if (policies.stream().anyMatch(policy -> policy.getSpec().fencesKeys())) {
            required.add(Features.FENCING);
        }
        if (policies.stream().anyMatch(policy -> !policy.getSpec().triggers().isEmpty())) {
            required.add(Features.TRIGGERS);
        }
        return required;
    }

    private static @Nullable String authSecret(CacheBackendSpec.@Nullable Auth auth) {
        return auth == null ? null : name(auth.agentSecretRef());
    }

    private static AgentConfig.@Nullable Tls tls(CacheBackendSpec.@Nullable Tls tls) {
        return tls == null || tls.mode() == TlsMode.Disabled
                ? null
                : new AgentConfig.Tls(name(tls.caSecretRef()), name(tls.clientCertSecretRef()), tls.serverName());
    }

    private static @Nullable String name(CacheBackendSpec.@Nullable SecretRef secret) {
        return secret == null ? null : secret.name();
    }

    private static PolicyConfig policy(CachePolicy policy, CacheBackendSpec backend) {
        CachePolicySpec spec = policy.getSpec();
        CachePolicySpec.Ttl ttl = spec.ttl();
        return new PolicyConfig(
                policy.getMetadata().getNamespace(),
                policy.getMetadata().getName(),
                0,
                spec.keyPattern(),
                new PolicyConfig.Ttl(
                        Durations.parse(ttl.value()).toMillis(),
                        TtlMode.valueOf(Effectives.or(ttl.mode(), dev.cachepolicy.api.v1alpha1.TtlMode.Override)
                                .name()),
                        Effectives.or(ttl.jitterPercent(), 0),
                        Effectives.or(ttl.refreshOnRead(), false)),
                FailureMode.valueOf(Effectives.failureMode(spec, backend).name()),
                spec.enforcement() == null
                        ? Enforcement.Enforce
                        : Enforcement.valueOf(spec.enforcement().name()),
                selector(spec.workloadSelector()),
                spec.fencesKeys() ? fencing(Effectives.stampede(spec.stampede())) : null,
                triggers(spec.triggers()));
    }

    private static @Nullable List<PolicyConfig.Trigger> triggers(List<CachePolicySpec.Trigger> triggers) {
        return triggers.isEmpty()
                ? null
                : triggers.stream()
                        .map(trigger -> new PolicyConfig.Trigger(
                                trigger.name(), trigger.onWrite().keyPattern(), trigger.invalidate()))
                        .toList();
    }

    /** Without a mode nobody waits. */
    private static PolicyConfig.Fencing fencing(CachePolicySpec.@Nullable Stampede stampede) {
        if (stampede == null) {
            return new PolicyConfig.Fencing(millis(StampedeLimits.DEFAULT_LOCK_TIMEOUT), 0, 0);
        }
        CachePolicySpec.Mutex mutex = Effectives.mutex(stampede.mutex());
        CachePolicySpec.Probabilistic probabilistic = stampede.probabilistic();
        CachePolicySpec.ServeStale serveStale = stampede.serveStale();
        return new PolicyConfig.Fencing(
                millis(mutex.lockTimeout()),
                millis(mutex.maxWait()),
                millis(mutex.maxBlock()),
                probabilistic == null ? null : probabilistic.betaPercent(),
                serveStale == null ? null : millis(serveStale.staleFor()));
    }

    private static long millis(@Nullable String duration) {
        return Durations.parse(Objects.requireNonNull(duration, "has a default"))
                .toMillis();
    }

    /** An empty selector selects everything, as an absent one does. */
    private static PolicyConfig.@Nullable Selector selector(@Nullable LabelSelector selector) {
        if (selector == null) {
            return null;
        }
        Map<String, String> labels = selector.getMatchLabels() == null ? Map.of() : selector.getMatchLabels();
        List<PolicyConfig.Requirement> expressions = selector.getMatchExpressions() == null
                ? List.of()
                : selector.getMatchExpressions().stream()
                        .map(expression -> new PolicyConfig.Requirement(
                                expression.getKey(),
                                PolicyConfig.Requirement.Operator.valueOf(expression.getOperator()),
                                expression.getValues() == null ? List.of() : expression.getValues()))
                        .toList();
        return labels.isEmpty() && expressions.isEmpty() ? null : new PolicyConfig.Selector(labels, expressions);
    }
}
