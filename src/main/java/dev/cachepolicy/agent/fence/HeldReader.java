package dev.cachepolicy.agent.fence;

/**
 * What a reader whose GET gave nil does next, until it is given a value, or the nil.
 *
 * <pre>
 *                                               that load filled the key
 *                                            +---------------------------> the value
 *                       another loads        |      woken
 *   nil ---> Asking --------------------> Waiting --------> Reading ---> the value
 *            |  ^ |                          |                 |
 *            |  | | the lease,               | maxWait,        | nil
 *            |  | | or must not wait         | maxBlock        |
 *            |  | +----------> nil <---------+                 |
 *            |  +----------------------------------------------+
 *            +---> the key has a value: Reading
 * </pre>
 *
 * <p>A value is that of a GET which was sent for this reader, so after its client's own command: what was asked for another
 * may be older than an invalidation that the client knows of. Or it is that of the very load which it was told of when it
 * asked: the load's nonce stood in the fence then, and ceases to with the fill, so the key got this value after the reader had
 * come. The value of another load it does not take, but looks. Who is woken while it asks or reads does not take the answer
 * that is on its way for the last word, as that may be older than what it was woken for.
 *
 * @param awaited the load that it waits for; {@link Nonce#NEVER}: it waits for none
 * @param woken whether it was, since it last sent a GET
 */
public record HeldReader(Phase phase, Nonce awaited, boolean woken) {

    /** What it waits for. */
    public enum Phase {
        /** Whether the key has a value now, and else who has the lease. */
        Asking,
        /** To be woken. */
        Waiting,
        /** The reply to its GET. */
        Reading,
        /** Nothing: it has what it is given. */
        Ended
    }

    /** As it begins. */
    public static final HeldReader ASKING = of(Phase.Asking);

    private static final HeldReader READING = of(Phase.Reading);
    private static final HeldReader ENDED = of(Phase.Ended);

    private static HeldReader of(Phase phase) {
        return new HeldReader(phase, Nonce.NEVER, false);
    }

    /** {@return the reader, whose key has a value: it sends a GET} */
    public HeldReader present() {
        return READING;
    }

    /**
     * {@return the reader, for whose key another has the lease} It waits, or sends a GET at once if it was woken meanwhile; if it
     * may not wait it is given nil.
     *
     * @param load the other's
     * @param waits whether it may
     */
    public HeldReader taken(Nonce load, boolean waits) {
        if (!waits) {
            return ENDED;
        }
        return woken ? READING : new HeldReader(Phase.Waiting, load, false);
    }

    /**
     * {@return the reader, whose GET gave nil} It asks; if it may not wait it is given that nil.
     *
     * @param waits whether it may wait
     */
    public HeldReader absent(boolean waits) {
        return waits ? new HeldReader(Phase.Asking, Nonce.NEVER, woken) : ENDED;
    }

    /** {@return the reader, whose key may have a value now} If it waited it sends a GET. */
    public HeldReader wake() {
        return switch (phase) {
            case Waiting -> READING;
            case Asking, Reading -> new HeldReader(phase, awaited, true);
            case Ended -> this;
        };
    }

    /** {@return the reader, whose key was filled} If it waited for that load it is given the value, else it is woken. */
    public HeldReader filled(Nonce load) {
        return phase == Phase.Waiting && awaited.equals(load) ? ENDED : wake();
    }

    /** {@return the reader, which has what it is given: the value, or a nil with the lease or without} */
    public HeldReader end() {
        return ENDED;
    }
}
