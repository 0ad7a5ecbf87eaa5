package dev.cachepolicy.operator.model;

import dev.cachepolicy.api.v1alpha1.CachePolicy;
import java.util.Comparator;

/** Names a CachePolicy; ordered by namespace, then name. */
public record PolicyKey(String namespace, String name) implements Comparable<PolicyKey> {

    private static final Comparator<PolicyKey> ORDER =
            Comparator.comparing(PolicyKey::namespace).thenComparing(PolicyKey::name);

    /** {@return the key of a policy that has a namespace and a name} */
    public static PolicyKey of(CachePolicy policy) {
        return new PolicyKey(
                policy.getMetadata().getNamespace(), policy.getMetadata().getName());
    }

    @Override
    public int compareTo(PolicyKey other) {
        return ORDER.compare(this, other);
    }

    /** {@return {@code namespace/name}} */
    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
