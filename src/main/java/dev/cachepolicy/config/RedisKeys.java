package dev.cachepolicy.config;

/** Keys and channels that operator and agents keep in Redis. Everything of ours begins with {@value #PREFIX}. */
public final class RedisKeys {

    /** Reserved: no policy matches such keys. */
    public static final String PREFIX = "cachepolicy:";

    /** String: which CacheBackend manages this Redis. */
    public static final String OWNER = PREFIX + "owner";

    private RedisKeys() {}

    /** {@return the hash of heartbeats of a backend's agents, and the channel on which a changed one is announced} */
    public static String agents(String backendUid) {
        return PREFIX + "agents:" + backendUid;
    }
}
