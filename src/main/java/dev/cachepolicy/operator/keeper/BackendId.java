package dev.cachepolicy.operator.keeper;

/** A CacheBackend; the uid tells it from another of the same name that was deleted before. */
public record BackendId(String namespace, String name, String uid) {

    /** {@return whether the other is this one, or was before it or will be after it} */
    boolean hasNameOf(BackendId other) {
        return namespace.equals(other.namespace) && name.equals(other.name);
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
