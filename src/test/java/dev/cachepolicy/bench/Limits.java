package dev.cachepolicy.bench;

/** What the agent must reach, and what it aims at, for a median. Ratios are the agent's to the peer named. */
enum Limits {
    GET_TO_TWEMPROXY(true, 1.25, 1.4),
    GET_TO_DIRECT(true, 0.85, 1.0),
    GET_CPU_TO_TWEMPROXY(false, 0.80, 0.60),
    REDIS_CPU_TO_DIRECT(false, 0.50, 0.33),
    PIPELINED_TO_TWEMPROXY(true, 1.8, 2.3),
    PIPELINED_CPU_TO_TWEMPROXY(false, 0.30, 0.20),
    SET_TO_DIRECT(true, 0.85, 1.0),
    DEDICATED_TO_HAPROXY(true, 0.90, 0.90),
    DEDICATED_CPU_TO_HAPROXY(false, 1.15, 0.95),
    ADDED_LATENCY_TO_TWEMPROXY(false, 1.10, 0.90),
    MATCH_NANOS(false, 100, 50),
    RESIDENT_MIB(false, 64, 40),
    PONG_MILLIS(false, 200, 80),
    BYTES_PER_REQUEST(false, 1, 0),
    FENCED_HIT_CPU(false, 1.05, 1.0),
    FENCED_LOAD_REDIS_CPU(false, 3.0, 2.0),
    WAKE_TO_PUBLISH(false, 3.0, 2.0),
    STALE_TO_HIT(false, 3.0, 1.5);

    private final boolean atLeast;
    private final double limit;
    private final double aim;

    Limits(boolean atLeast, double limit, double aim) {
        this.atLeast = atLeast;
        this.limit = limit;
        this.aim = aim;
    }

    double limit() {
        return limit;
    }

    double aim() {
        return aim;
    }

    boolean atLeast() {
        return atLeast;
    }

    /** {@return in capitals on which wrong side of the limit a value is; else which goal it reaches} */
    String verdict(double value) {
        if (atLeast ? value < limit : value > limit) {
            return atLeast ? "BELOW" : "ABOVE";
        }
        return (atLeast ? value >= aim : value <= aim) ? "aim" : "limit";
    }
}
