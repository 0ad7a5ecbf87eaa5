package dev.cachepolicy.bench.scale;

import java.time.Duration;

/** Every change has a TTL that no change had before. */
final class Ttls {

    private int seconds = 1000;

    Duration next() {
        return Duration.ofSeconds(seconds++);
    }

    /** {@return a TTL as policies say it} */
    static String text(Duration ttl) {
        return ttl.toSeconds() + "s";
    }
}
