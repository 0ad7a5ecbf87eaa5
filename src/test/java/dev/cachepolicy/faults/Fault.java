package dev.cachepolicy.faults;

/** How the way to Redis fails. */
enum Fault {
    /** Every connection ends somewhere in a reply. */
    CutInReply,
    /** Every connection ends somewhere in a request. */
    CutInRequest,
    /** Bytes of replies come one by one. */
    Split,
    /** Replies are late, but in time. */
    Delay,
    /** Replies are so late that nobody waits for them any more; then they come. */
    LongDelay,
    /** Connections stay, nothing comes through; new ones are accepted and nobody is there. */
    Silent,
    /** Nothing is read from the agent. */
    Deaf,
    /** No fault of a network: every byte of a request arrives twice. Shows that the clients notice. */
    Echoing
}
