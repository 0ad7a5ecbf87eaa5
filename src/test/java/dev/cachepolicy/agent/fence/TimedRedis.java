package dev.cachepolicy.agent.fence;

import java.util.Optional;

/**
 * A key that is served after its time, and its fence, with what each has to live, in ticks of a clock; {@code
 * TimedScriptsIT} holds it and the scripts together.
 *
 * @param key the version that the key has, 0 for none
 * @param left until Redis forgets the key
 * @param age since it was SET
 * @param fenceLeft until Redis forgets the fence
 */
record TimedRedis(int key, int left, int age, Optional<Nonce> nonce, int fenceLeft) {

    static final int TTL = 2;
    static final int STALE_FOR = 2;
    static final int LOCK_TIMEOUT = 1;
    static final int FENCE_TIME = 4;

    /** The value is loaded only if there is none. */
    static final int ONLY_IF_ABSENT = -1;

    static final TimedRedis EMPTY = new TimedRedis(0, 0, 0, Optional.empty(), 0);

    TimedRedis tick() {
        TimedRedis key = left == 1 ? withoutKey() : new TimedRedis(this.key, left - 1, age + 1, nonce, fenceLeft);
        TimedRedis later = left == 0 ? this : key;
        return fenceLeft <= 1
                ? later.withoutFence()
                : new TimedRedis(later.key, later.left, later.age, nonce, fenceLeft - 1);
    }

    TimedRedis withoutKey() {
        return new TimedRedis(0, 0, 0, nonce, fenceLeft);
    }

    TimedRedis withoutFence() {
        return new TimedRedis(key, left, age, Optional.empty(), 0);
    }

    /** SET. A value is kept for longer than the application is to know. */
    TimedRedis withKey(int version) {
        return new TimedRedis(version, TTL + STALE_FOR, 0, nonce, fenceLeft);
    }

    /** The expiry begins anew, and the value does not. */
    TimedRedis refreshed() {
        return new TimedRedis(key, TTL + STALE_FOR, age, nonce, fenceLeft);
    }

    Optional<RedisFence> fence() {
        return nonce.map(name -> new RedisFence(name, fenceLeft > FENCE_TIME - LOCK_TIMEOUT));
    }

    /**
     * What miss.lua answers.
     *
     * @param nonce empty: the key has a value, and none is to be loaded
     * @param leased whether the reader has the lease
     */
    record Missed(TimedRedis redis, Optional<Nonce> nonce, boolean leased) {}

    /** miss.lua. */
    Missed missed(Nonce fresh, int early) {
        if (key != 0 && left > early) {
            return new Missed(this, Optional.empty(), false);
        }
        Optional<RedisFence> before = fence();
        RedisFence after = RedisFence.missed(before, fresh);
        boolean leased = !before.map(RedisFence::leased).orElse(false);
        Optional<Nonce> named = Optional.of(after.nonce());
        return new Missed(leased ? new TimedRedis(key, left, age, named, FENCE_TIME) : this, named, leased);
    }

    record Filled(TimedRedis redis, String reply) {}

    /** fill.lua. */
    Filled filled(Nonce under, int version) {
        RedisFence.Filled<Integer> filled = RedisFence.filled(fence(), key == 0 ? null : key, under, version);
        TimedRedis after = switch (filled.reply()) {
            case "OK" -> withKey(version).withoutFence();
            case "KEPT" -> this;
            default -> withoutKey();
        };
        return new Filled(after, filled.reply());
    }

    /** {@return what differs for each} */
    String identity() {
        return "/" + key + left + age + nonce.map(Nonce::value).orElse("") + fenceLeft + "/";
    }
}
