package dev.cachepolicy.operator.keeper;

/** A CacheBackend; the uid tells it from another of the same name that was deleted before. */
public record BackendId(String namespace, String name, String uid) {

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
