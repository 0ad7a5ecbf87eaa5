package dev.cachepolicy.config;

/** Keys and channels that operator and agents keep in Redis. Everything of ours begins with {@value #PREFIX}. */
public final class RedisKeys {

    /** Reserved: no policy matches such keys. */
    public static final String PREFIX = "cachepolicy:";

    /** String: which CacheBackend manages this Redis. */
    public static final String OWNER = PREFIX + "owner";

    /** Strings, behind which stands the key that they fence: under which nonce it is loaded. */
    public static final String LEASE = PREFIX + "lease:";

    /** The same, behind which stands the SHA-256 of a long key. */
    public static final String HASHED_LEASE = PREFIX + "lease-h:";

    /** Channels, behind which stands the key: a load of it has ended. */
    public static final String WAKE = PREFIX + "wake:";

    private RedisKeys() {}

    /** {@return the hash of heartbeats of a backend's agents, and the channel on which a changed one is announced} */
    public static String agents(String backendUid) {
        return PREFIX + "agents:" + backendUid;
    }
}
