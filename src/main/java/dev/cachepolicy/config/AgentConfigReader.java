package dev.cachepolicy.config;

import dev.cachepolicy.config.AgentConfig.Backend;
import dev.cachepolicy.config.AgentConfig.Limits;
import dev.cachepolicy.config.AgentConfig.Tls;
import dev.cachepolicy.config.AgentConfig.Upstream;
import dev.cachepolicy.config.PolicyConfig.Fencing;
import dev.cachepolicy.config.PolicyConfig.Requirement;
import dev.cachepolicy.config.PolicyConfig.Selector;
import dev.cachepolicy.config.PolicyConfig.Trigger;
import dev.cachepolicy.config.PolicyConfig.Ttl;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which fields of the file become which components of {@link AgentConfig}: the mirror of what data binding writes. */
final class AgentConfigReader {

    private AgentConfigReader() {}

    static AgentConfig config(YamlNode file) throws AgentConfigException {
        YamlNode backend = file.field("backend");
        YamlNode upstream = file.field("upstream");
        YamlNode limits = file.optional("limits");
        return new AgentConfig(
                Set.copyOf(file.field("requires").list(YamlNode::text)),
                file.field("revision").number(),
                new Backend(
                        backend.field("namespace").text(),
                        backend.field("name").text(),
                        backend.field("uid").text()),
                new Upstream(
                        upstream.field("endpoint").text(),
                        text(upstream.optional("authSecret")),
                        tls(upstream.optional("tls"))),
                file.field("port").integer(),
                file.field("enforcement").oneOf(Enforcement.values()),
                limits == null ? null : limits(limits),
                file.field("policies").list(AgentConfigReader::policy));
    }

    private static @Nullable Tls tls(@Nullable YamlNode tls) throws AgentConfigException {
        return tls == null
                ? null
                : new Tls(
                        text(tls.optional("caSecret")),
                        text(tls.optional("clientCertSecret")),
                        text(tls.optional("serverName")));
    }

    private static @Nullable String text(@Nullable YamlNode text) throws AgentConfigException {
        return text == null ? null : text.text();
    }

    private static Limits limits(YamlNode limits) throws AgentConfigException {
        return new Limits(
                limits.field("maxBulkBytes").integer(),
                limits.field("maxArrayLength").integer(),
                limits.field("maxInlineBytes").integer(),
                limits.field("maxDepth").integer(),
                limits.field("maxClientOutputBytes").integer(),
                limits.field("maxPipeline").integer(),
                limits.field("maxConnections").integer());
    }

    private static PolicyConfig policy(YamlNode policy) throws AgentConfigException {
        YamlNode ttl = policy.field("ttl");
        return new PolicyConfig(
                policy.field("namespace").text(),
                policy.field("name").text(),
                policy.field("revision").number(),
                policy.field("keyPattern").text(),
                new Ttl(
                        ttl.field("millis").number(),
                        ttl.field("mode").oneOf(TtlMode.values()),
                        ttl.field("jitterPercent").integer(),
                        ttl.field("refreshOnRead").bool()),
                policy.field("onBackendFailure").oneOf(FailureMode.values()),
                policy.field("enforcement").oneOf(Enforcement.values()),
                selector(policy.optional("workloadSelector")),
                fencing(policy.optional("fencing")),
                triggers(policy.optional("triggers")));
    }

    private static @Nullable Fencing fencing(@Nullable YamlNode fencing) throws AgentConfigException {
        return fencing == null
                ? null
                : new Fencing(
                        fencing.field("lockTimeoutMillis").number(),
                        fencing.field("maxWaitMillis").number(),
                        fencing.field("maxBlockMillis").number(),
                        integer(fencing.optional("betaPercent")),
                        number(fencing.optional("staleForMillis")));
    }

    private static @Nullable List<Trigger> triggers(@Nullable YamlNode triggers) throws AgentConfigException {
        return triggers == null
                ? null
                : triggers.list(trigger -> new Trigger(
                        trigger.field("name").text(),
                        trigger.field("onWrite").text(),
                        trigger.field("invalidate").list(YamlNode::text)));
    }

    private static @Nullable Integer integer(@Nullable YamlNode number) throws AgentConfigException {
        return number == null ? null : number.integer();
    }

    private static @Nullable Long number(@Nullable YamlNode number) throws AgentConfigException {
        return number == null ? null : number.number();
    }

    private static @Nullable Selector selector(@Nullable YamlNode selector) throws AgentConfigException {
        return selector == null
                ? null
                : new Selector(
                        selector.field("matchLabels").texts(),
                        selector.field("matchExpressions").list(AgentConfigReader::requirement));
    }

    private static Requirement requirement(YamlNode requirement) throws AgentConfigException {
        return new Requirement(
                requirement.field("key").text(),
                requirement.field("operator").oneOf(Requirement.Operator.values()),
                requirement.field("values").list(YamlNode::text));
    }
}
