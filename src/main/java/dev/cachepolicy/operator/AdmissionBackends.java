package dev.cachepolicy.operator;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.injector.admission.BackendLookup;
import dev.cachepolicy.operator.backend.Backends;
import java.util.List;
import java.util.Optional;

/** The backends as the webhooks see them. */
record AdmissionBackends(Backends backends) implements BackendLookup {

    @Override
    public List<CacheBackend> inNamespace(String namespace) {
        return backends.inNamespace(namespace);
    }

    @Override
    public Optional<List<CacheBackend>> stored(String namespace) {
        return backends.stored(namespace);
    }
}
