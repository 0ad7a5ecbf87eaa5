package dev.cachepolicy.resp;

/**
 * What a command means for an agent. Only what matters to one is described: a command that is not in the
 * {@link CommandTable} is forwarded untouched.
 *
 * @param verb in upper case
 * @param keys the arguments to which policies apply: what a write leaves behind, what a read looks at
 * @param read how its reply counts
 * @param absent what Redis answers for a key that is not there
 * @param expiry what it does to a key's expiry
 * @param effect what it does to its connection
 * @param pace how long Redis may take to answer
 * @param seesExpiry whether it reads or sets what a TTL of a command before it must have changed already
 * @param sharing whether it may go among the commands of other clients: it leaves its connection as it was, and nobody
 *     has to wait for it for long
 */
public record CommandSpec(
        String verb,
        Keys keys,
        Read read,
        Absent absent,
        Expiry expiry,
        Effect effect,
        Pace pace,
        boolean seesExpiry,
        boolean sharing) {

    /** A command that is forwarded untouched. What it does to its connection is not known, so it gets one of its own. */
    public static final CommandSpec UNKNOWN = new CommandSpec(
            "", Keys.NONE, Read.Uncounted, Absent.None, Expiry.Untouched, Effect.None, Pace.Normal, false, false);

    /** How the reply to a read counts. */
    public enum Read {
        Uncounted,
        /** A null is a miss. */
        Value,
        /** Each element is the value of one key. */
        Values,
        /** Elements of one key's hash: a hit if one of them is there. */
        Fields,
        /** A null or an empty aggregate is a miss. */
        Collection
    }

    /** What Redis answers for a key that is not there. */
    public enum Absent {
        /** The command is no read, or its reply depends on more. */
        None,
        Nil,
        /** A null for each key. */
        Nils,
        /** A null for each argument after the key. */
        NilFields,
        /** A null, or an empty array when a count is given. */
        NilOrEmptyArray,
        EmptyArray,
        EmptySet,
        EmptyMap,
        EmptyString,
        EmptyScan,
        Zero,
        /** A zero for each argument after the key. */
        ZeroFields,
        MinusTwo,
        NoType
    }

    /** What a command does to the expiry of its keys. */
    public enum Expiry {
        Untouched,
        Set,
        SetEx,
        PSetEx,
        GetEx,
        Expire,
        PExpire,
        ExpireAt,
        PExpireAt,
        Persist,
        /** Its reply is the expiry. */
        Tells,
        /** May create the key without an expiry, or leaves the expiry that it has. */
        Creates,
        /** The key gets the expiry of another, or one that its arguments carry. */
        Transfers
    }

    /** What a command does to the state of its connection. */
    public enum Effect {
        None,
        Multi,
        Exec,
        Discard,
        Watch,
        Unwatch,
        Subscribe,
        Unsubscribe,
        Monitor,
        /** What follows its reply is no longer framed. */
        Stream,
        Select,
        Hello,
        Auth,
        Reset,
        Quit,
        Client,
        /** Gives the connection a state that cannot be given to another. */
        Pin
    }

    /** How long Redis may take. */
    public enum Pace {
        Normal,
        /** Work that grows with the data or is the application's own program. */
        Slow,
        /** Until another client does something. */
        Blocking,
        /** As {@link #Blocking} if it has a BLOCK option. */
        MayBlock
    }

    /** {@return whether a command takes the next commands' place on the connection or changes what they mean} */
    public boolean isBarrier() {
        return seesExpiry || effect != Effect.None;
    }
}
