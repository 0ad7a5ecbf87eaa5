package dev.cachepolicy.bench;

import java.util.ArrayList;
import java.util.List;

/** A load of redis-benchmark with {@value #CONNECTIONS} connections, and the peers that meet it. */
enum Workload {
    GET("GET, 50 connections", 100_000, List.of(Peer.values())),
    GET_PIPELINED(
            "GET, 50 connections, pipeline 16", 500_000, List.of(Peer.DIRECT, Peer.AGENT, Peer.TWEMPROXY), "-P", "16"),
    /** Under the policy a SET gains the expiry that the direct one says itself. */
    SET("SET under a TTL policy; direct: SET .. PX", 100_000, List.of(Peer.DIRECT, Peer.AGENT)),
    /** SELECT is state: each connection has its own upstream from then on. twemproxy does not know it. */
    GET_DEDICATED("GET after SELECT 1", 100_000, List.of(Peer.DIRECT, Peer.AGENT, Peer.HAPROXY), "--dbnum", "1");

    static final int CONNECTIONS = 50;

    private final String label;
    private final int requests;
    private final List<Peer> peers;
    private final List<String> options;

    Workload(String label, int requests, List<Peer> peers, String... options) {
        this.label = label;
        this.requests = requests;
        this.peers = peers;
        this.options = List.of(options);
    }

    List<Peer> peers() {
        return peers;
    }

    /** {@return requests of one measurement: some seconds} */
    int requests() {
        return requests;
    }

    List<String> command(Peer peer, int port, int count) {
        List<String> command = new ArrayList<>(List.of(
                "redis-benchmark",
                "-p",
                String.valueOf(port),
                "-c",
                String.valueOf(CONNECTIONS),
                "-n",
                String.valueOf(count),
                "-r",
                String.valueOf(Keys.COUNT),
                "--csv"));
        command.addAll(options);
        if (this == SET) {
            command.addAll(List.of("SET", Keys.RANDOM, Keys.VALUE));
            if (peer == Peer.DIRECT) {
                command.addAll(List.of("PX", String.valueOf(AgentUnderTest.TTL_MILLIS)));
            }
        } else {
            command.addAll(List.of("GET", Keys.RANDOM));
        }
        return command;
    }

    @Override
    public String toString() {
        return label;
    }
}
