package dev.cachepolicy.agent.fence;

/** What the expiry of a value means to a reader, as far as a pod knows it. */
public enum Advice {
    /** Its time has not come. */
    Fresh(false),
    /** That is not known, or has not been asked for a while: this reader asks when it expires. */
    Unsure(true),
    /** Its time has come, and another loads it: this reader goes on with it. */
    BeingLoaded(false),
    /** The same, and this reader asks whether the load has ended. */
    StillBeingLoaded(true),
    /** Its time has come: this reader asks whether it is the one to load it. */
    Due(false);

    private final boolean asks;

    Advice(boolean asks) {
        this.asks = asks;
    }

    /** {@return whether this reader asks Redis when the key expires} Others do not, until it has an answer. */
    public boolean asks() {
        return asks;
    }
}
