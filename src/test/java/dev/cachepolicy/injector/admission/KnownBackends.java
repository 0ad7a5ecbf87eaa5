package dev.cachepolicy.injector.admission;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The backends of the namespace {@code shop}.
 *
 * @param known from memory
 * @param stored in the API server; null: it does not answer
 */
record KnownBackends(List<CacheBackend> known, @Nullable List<CacheBackend> stored) implements BackendLookup {

    /** Memory is up to date. */
    static KnownBackends of(CacheBackend... backends) {
        return new KnownBackends(List.of(backends), List.of(backends));
    }

    @Override
    public List<CacheBackend> inNamespace(String namespace) {
        return namespace.equals("shop") ? known : List.of();
    }

    @Override
    public Optional<List<CacheBackend>> stored(String namespace) {
        return Optional.ofNullable(stored).map(all -> namespace.equals("shop") ? all : List.of());
    }
}
