package dev.cachepolicy.bench;

import java.util.OptionalLong;

/** A way to Redis, and the process on that way. */
enum Peer {
    DIRECT("direct"),
    AGENT("agent"),
    TWEMPROXY("twemproxy"),
    HAPROXY("haproxy");

    private final String label;

    Peer(String label) {
        this.label = label;
    }

    /** Where it listens, and the process that it costs beside Redis's own. */
    record Running(Peer peer, int port, OptionalLong pid) {

        /** {@return processor time of the proxy so far; 0 where there is none} */
        long cpuNanos() {
            return pid.isPresent() ? CpuTime.nanos(pid.getAsLong()) : 0;
        }
    }

    @Override
    public String toString() {
        return label;
    }
}
