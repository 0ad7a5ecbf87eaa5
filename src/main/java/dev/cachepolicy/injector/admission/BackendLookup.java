package dev.cachepolicy.injector.admission;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import java.util.List;
import java.util.Optional;

/**
 * Where the webhooks find CacheBackends. Called by many threads at a time. Memory answers every request and trails the
 * API server by a moment: in one {@code kubectl apply} of a folder, a backend comes just before what refers to it. So
 * only what memory does not have is asked for, before somebody is told that it is not there.
 */
public interface BackendLookup {

    /** {@return all CacheBackends of a namespace that are known, in any order; from memory} */
    List<CacheBackend> inNamespace(String namespace);

    /**
     * {@return all CacheBackends that a namespace has now, in any order, asked of the API server; empty: it did not answer
     * well within the time that a webhook has}
     */
    Optional<List<CacheBackend>> stored(String namespace);
}
