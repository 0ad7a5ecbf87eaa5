package dev.cachepolicy.injector.admission;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import java.util.List;

/** Where the webhooks find CacheBackends. Called by many threads at a time and on the way of every request: from memory. */
@FunctionalInterface
public interface BackendLookup {

    /** {@return all CacheBackends of a namespace, in any order} */
    List<CacheBackend> inNamespace(String namespace);
}
