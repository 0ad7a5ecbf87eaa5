package dev.cachepolicy.operator.backend;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.DeletionPolicy;
import java.util.Set;

/** How a Redis gets its original settings back when its backend, with {@code deletionPolicy: Restore}, is deleted. */
public enum Restoration {

    /** A finalizer holds the backend until Redis has them, also while no operator runs. */
    BY_FINALIZER,

    /**
     * The keeper sees to it once the backend is gone. For an operator whose rights lie in the namespaces that it watches:
     * when one of those is deleted the rights may go first, and no one could remove a finalizer. What is deleted while no
     * operator runs keeps its settings.
     */
    ON_RELEASE;

    /**
     * {@return what serves an operator}
     *
     * @param watchedNamespaces empty: all, and its rights are the cluster's
     */
    public static Restoration of(Set<String> watchedNamespaces) {
        return watchedNamespaces.isEmpty() ? BY_FINALIZER : ON_RELEASE;
    }

    static boolean wished(CacheBackend backend) {
        return backend.getSpec().deletionPolicy() == DeletionPolicy.Restore && RedisAccess.managed(backend);
    }

    /** {@return whether the keeper has to restore when it is released} */
    boolean onRelease(CacheBackend backend) {
        return this == ON_RELEASE && wished(backend);
    }
}
