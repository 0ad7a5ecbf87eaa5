package dev.cachepolicy.config;

/** A configuration file that cannot be used. The message says why, and what to write instead where a person wrote it. */
public final class AgentConfigException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Why a file was refused; a heartbeat carries it to the operator. */
    public enum Reason {
        /** Not YAML, cut short, or fields of the wrong form. */
        Malformed,
        /** The file requires features that this build does not have. */
        AgentTooOld,
        /** The file names a Secret that the agent's pod, made before, does not mount. */
        SecretNotMounted,
        /** A Secret that the file names is mounted and holds no usable certificate or key. */
        SecretInvalid
    }

    private final Reason reason;

    public AgentConfigException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
