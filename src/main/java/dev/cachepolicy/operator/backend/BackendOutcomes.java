package dev.cachepolicy.operator.backend;

import dev.cachepolicy.operator.keeper.BackendId;
import dev.cachepolicy.operator.model.PolicyKey;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * What the last reconciliation of each backend came to. The backend's reconciler publishes, the policies' reads; a
 * policy is told only when its own outcome changed, so that a change of one policy writes the status of one.
 */
public final class BackendOutcomes {

    private final Map<BackendId, Map<PolicyKey, PolicyOutcome>> outcomes = new ConcurrentHashMap<>();
    private final Consumer<PolicyKey> changed;

    /**
     * @param changed told of each policy whose outcome changed; must not block
     */
    public BackendOutcomes(Consumer<PolicyKey> changed) {
        this.changed = changed;
    }

    /** Replaces what is known of a backend's policies. */
    public void publish(BackendId backend, Map<PolicyKey, PolicyOutcome> policies) {
        Map<PolicyKey, PolicyOutcome> before = outcomes.put(backend, Map.copyOf(policies));
        tell(before == null ? Map.of() : before, policies);
    }

    /** Forgets a backend that is gone. */
    public void remove(BackendId backend) {
        Map<PolicyKey, PolicyOutcome> before = outcomes.remove(backend);
        tell(before == null ? Map.of() : before, Map.of());
    }

    /** {@return what became of a policy of a backend; empty: not known yet} */
    public Optional<PolicyOutcome> of(BackendId backend, PolicyKey policy) {
        return Optional.ofNullable(outcomes.getOrDefault(backend, Map.of()).get(policy));
    }

    /** {@return the backends of which something is known} */
    public Set<BackendId> backends() {
        return Set.copyOf(outcomes.keySet());
    }

    private void tell(Map<PolicyKey, PolicyOutcome> before, Map<PolicyKey, PolicyOutcome> after) {
        Set<PolicyKey> keys = new HashSet<>(before.keySet());
        keys.addAll(after.keySet());
        for (PolicyKey key : keys) {
            if (!Objects.equals(before.get(key), after.get(key))) {
                changed.accept(key);
            }
        }
    }
}
