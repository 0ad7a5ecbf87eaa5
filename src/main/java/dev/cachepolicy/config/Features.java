package dev.cachepolicy.config;

import java.util.Set;

/**
 * What a configuration may require of an agent. A feature gets a name here when an agent that does not know it would do
 * harm by ignoring its fields; what version 0.1 does needs no name.
 */
public final class Features {

    /** {@code upstream.tls}: an agent that ignored it would send passwords and data for all to read. */
    public static final String TLS = "TLS";

    /** {@code fencing} of a policy: an agent that ignored it would store what others have invalidated. */
    public static final String FENCING = "Fencing";

    /** {@code triggers} of a policy: an agent that ignored them would leave stale what its application has changed. */
    public static final String TRIGGERS = "Triggers";

    /** Those that this build has. */
    public static final Set<String> SUPPORTED = Set.of(TLS, FENCING, TRIGGERS);

    private Features() {}
}
