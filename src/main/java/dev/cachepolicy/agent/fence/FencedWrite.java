package dev.cachepolicy.agent.fence;

import java.util.List;

/** How a write of a fenced key is carried out. The application is answered as if its own command had been. */
public sealed interface FencedWrite {

    /** An invalidation: DEL, UNLINK, GETDEL, an EXPIRE in the past. */
    FencedWrite INVALIDATION = new Pipeline(List.of(Step.UNLINK_FENCE, Step.APPLY));

    /**
     * A write whose result depends on what the key holds or whether it exists (GETSET, INCR, SET with NX, XX, GET or
     * KEEPTTL): it is never the end of a load.
     */
    FencedWrite NEVER_A_FILL = new Pipeline(List.of(Step.UNLINK_FENCE, Step.APPLY));

    /** A write that no load of this pod explains. */
    FencedWrite STORE = new Pipeline(List.of(Step.UNLINK_FENCE, Step.APPLY));

    /** A write that may be a load's late value as well as an update: an empty cache is right in both cases. */
    FencedWrite UNEXPLAINED = new Pipeline(List.of(Step.UNLINK_FENCE, Step.UNLINK_KEY));

    /**
     * The end of a load, by one script: it stores the value if the fence still has the nonce, and otherwise removes the
     * key, because the write may be an update as well.
     */
    record Fill(Nonce nonce) implements FencedWrite {}

    /**
     * Commands on one connection, others' between them. The fence goes first: in the other order a load that began
     * before stores its value between the two.
     */
    record Pipeline(List<Step> steps) implements FencedWrite {
        public Pipeline {
            steps = List.copyOf(steps);
        }
    }

    /** A command of a pipeline. */
    enum Step {
        UNLINK_FENCE,
        UNLINK_KEY,
        /** The application's own command. */
        APPLY
    }
}
