package dev.cachepolicy.resp;

/** Told of the elements of a top-level array as their headers are read. */
@FunctionalInterface
public interface ElementListener {

    /** Nobody listens. */
    ElementListener NONE = (_, _, _) -> {};

    /**
     * @param index from 0
     * @param type as it is known so far
     * @param length of a string in bytes or of an aggregate in elements, -1 for a null, 0 for everything else
     */
    void element(int index, ReplyType type, long length);
}
