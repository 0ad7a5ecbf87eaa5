package dev.cachepolicy.injector.admission;

import dev.cachepolicy.api.v1alpha1.CachePolicy;
import java.util.List;

/** Where the webhooks find CachePolicies. Called by many threads at a time and on the way of a request: from memory. */
@FunctionalInterface
public interface PolicyLookup {

    /**
     * {@return the other policies with a policy's pattern on its backend, in any order}
     *
     * @param policy a valid one
     */
    List<CachePolicy> withPatternOf(CachePolicy policy);
}
