package dev.cachepolicy.operator.model;

import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.PolicyConfig;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Numbers configurations so that an agent's acknowledgement says for each policy whether the agent has it: a policy that
 * did not change keeps the revision at which it last did, so the change of one touches the status of one. A change of the
 * backend's enforcement is one of every policy.
 */
final class Revisions {

    private Revisions() {}

    /**
     * {@return the published configuration itself if the content is the same; otherwise the content with a revision above
     * the published one}
     *
     * @param now the revision is at least this time in ms, so that it grows even over a lost configuration
     */
    static AgentConfig assign(AgentConfig content, @Nullable AgentConfig published, Instant now) {
        if (published == null) {
            return with(content, now.toEpochMilli(), Map.of());
        }
        Map<String, PolicyConfig> before = new HashMap<>();
        if (published.enforcement() == content.enforcement()) {
            published.policies().forEach(policy -> before.put(policy.id(), policy));
        }
        AgentConfig same = with(content, published.revision(), before);
        return same.equals(published)
                ? published
                : with(content, Math.max(published.revision() + 1, now.toEpochMilli()), before);
    }

    private static AgentConfig with(AgentConfig content, long revision, Map<String, PolicyConfig> before) {
        return new AgentConfig(
                content.requires(),
                revision,
                content.backend(),
                content.upstream(),
                content.port(),
                content.enforcement(),
                content.limits(),
                content.policies().stream()
                        .map(policy -> policy.withRevision(revision(policy, before.get(policy.id()), revision)))
                        .toList());
    }

    private static long revision(PolicyConfig policy, @Nullable PolicyConfig before, long revision) {
        return before != null && policy.equals(before.withRevision(policy.revision())) ? before.revision() : revision;
    }
}
