package dev.cachepolicy.bench;

import dev.cachepolicy.bench.Latencies.Load;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All that one run measured, as tables and as a picture. */
record Report(
        int rounds,
        Throughputs throughputs,
        Latencies latencies,
        Map<String, Series> micro,
        FirstPong firstPong,
        double idleMib,
        double loadedMib,
        long loadedBy,
        double bytesPerRequest,
        FencedLoads fenced,
        FencedWaits waits) {

    /** What is promised, beside its limits. */
    Table promises() {
        Table table = new Table("the agent, median of " + rounds, "median", "min", "max", "limit", "aim", "reached");
        ratio(table, Limits.GET_TO_TWEMPROXY, "throughput to twemproxy", Workload.GET, Peer.TWEMPROXY);
        ratio(table, Limits.GET_TO_DIRECT, "throughput to direct", Workload.GET, Peer.DIRECT);
        cpu(table, Limits.GET_CPU_TO_TWEMPROXY, Workload.GET, Peer.TWEMPROXY);
        row(
                table,
                Workload.GET + ": Redis's CPU to direct",
                throughputs.ratio(Workload.GET, Peer.DIRECT, Throughput::redisMicros),
                Limits.REDIS_CPU_TO_DIRECT);
        ratio(table, Limits.PIPELINED_TO_TWEMPROXY, "throughput to twemproxy", Workload.GET_PIPELINED, Peer.TWEMPROXY);
        cpu(table, Limits.PIPELINED_CPU_TO_TWEMPROXY, Workload.GET_PIPELINED, Peer.TWEMPROXY);
        ratio(table, Limits.SET_TO_DIRECT, "throughput", Workload.SET, Peer.DIRECT);
        ratio(table, Limits.DEDICATED_TO_HAPROXY, "throughput to haproxy", Workload.GET_DEDICATED, Peer.HAPROXY);
        cpu(table, Limits.DEDICATED_CPU_TO_HAPROXY, Workload.GET_DEDICATED, Peer.HAPROXY);
        row(
                table,
                "median latency added at one connection, to twemproxy",
                latencies
                        .added(Load.ONE, Peer.AGENT, Latency::p50)
                        .over(latencies.added(Load.ONE, Peer.TWEMPROXY, Latency::p50)),
                Limits.ADDED_LATENCY_TO_TWEMPROXY);
        row(table, "matching a key, 10,000 policies, keys of one, ns", micro.get("match one"), Limits.MATCH_NANOS);
        row(table, "matching a key, 10,000 policies, keys of all, ns", micro.get("match all"), Limits.MATCH_NANOS);
        row(table, "reading a GET, ns", micro.get("readGet"), null);
        row(table, "reading a SET of 256 bytes, ns", micro.get("readSet"), null);
        row(table, "framing a reply of 256 bytes, ns", micro.get("frameReply"), null);
        row(table, "planning a GET, ns", micro.get("planGet"), null);
        row(table, "planning a GET of a fenced key, ns", micro.get("planFencedGet"), null);
        row(table, "planning a SET, ns", micro.get("planSet"), null);
        row(table, "resident, idle, MiB", Series.of(idleMib), null);
        row(table, "resident, after %,d requests, MiB".formatted(loadedBy), Series.of(loadedMib), Limits.RESIDENT_MIB);
        row(table, "first PONG, ms", firstPong.agent(), Limits.PONG_MILLIS);
        row(table, "first PONG of redis-server, ms", firstPong.redis(), null);
        row(table, "allocated for each GET, bytes", Series.of(bytesPerRequest), Limits.BYTES_PER_REQUEST);
        row(
                table,
                "hit of a fenced key: the agent's CPU to that of one without a fence (median of " + FencedLoads.ROUNDS
                        + ")",
                fenced.hitCpu(),
                Limits.FENCED_HIT_CPU);
        row(
                table,
                "nil and SET of a fenced key: Redis's CPU to that of one without a fence",
                fenced.loadRedisCpu(),
                Limits.FENCED_LOAD_REDIS_CPU);
        row(table, "nil and SET of a fenced key: the agent's CPU to the same", fenced.loadAgentCpu(), null);
        row(
                table,
                "value of a load in another pod: p99 from its SET on, to that of a bare PUBLISH",
                waits.wake(),
                Limits.WAKE_TO_PUBLISH);
        row(table, "stale value while another loads: p99 to that of a hit", waits.stale(), Limits.STALE_TO_HIT);
        return table;
    }

    private void ratio(Table table, Limits limits, String what, Workload workload, Peer other) {
        row(table, workload + ": " + what, throughputs.ratio(workload, other, Throughput::perSecond), limits);
    }

    private void cpu(Table table, Limits limits, Workload workload, Peer other) {
        row(table, workload + ": CPU to " + other, throughputs.ratio(workload, other, Throughput::proxyMicros), limits);
    }

    private static void row(Table table, String what, Series series, @Nullable Limits limits) {
        table.row(
                what,
                Table.number(series.median()),
                Table.number(series.min()),
                Table.number(series.max()),
                limits == null ? "" : Table.limit(limits.limit(), limits.atLeast()),
                limits == null ? "" : Table.limit(limits.aim(), limits.atLeast()),
                limits == null ? "" : limits.verdict(series.median()));
    }

    /** What each load cost on each peer. */
    Table loads() {
        Table table = new Table("load, peer", "requests/s", "min", "max", "proxy CPU, µs", "Redis CPU, µs");
        for (Workload workload : Workload.values()) {
            for (Peer peer : workload.peers()) {
                Series perSecond = throughputs.series(workload, peer, Throughput::perSecond);
                table.row(
                        workload + ": " + peer,
                        Table.number(perSecond.median()),
                        Table.number(perSecond.min()),
                        Table.number(perSecond.max()),
                        peer == Peer.DIRECT ? "" : micros(workload, peer),
                        Table.number(throughputs
                                .series(workload, peer, Throughput::redisMicros)
                                .median()));
            }
        }
        return table;
    }

    private String micros(Workload workload, Peer peer) {
        return Table.number(
                throughputs.series(workload, peer, Throughput::proxyMicros).median());
    }

    /** How long a GET takes, in microseconds. */
    Table quantiles() {
        Table table = new Table("load, peer", "p50, µs", "min", "max", "p99, µs", "p99.9, µs");
        for (Load load : Load.values()) {
            String name = switch (load) {
                case ONE -> "one connection";
                case HALF -> "%,d requests/s on 50 connections".formatted(latencies.rate());
            };
            for (Peer peer : Peer.values()) {
                Series p50 = latencies.series(load, peer, Latency::p50);
                table.row(
                        name + ": " + peer,
                        Table.number(p50.median()),
                        Table.number(p50.min()),
                        Table.number(p50.max()),
                        Table.number(latencies.series(load, peer, Latency::p99).median()),
                        Table.number(latencies.series(load, peer, Latency::p999).median()));
            }
        }
        return table;
    }

    BarChart picture() {
        BarChart chart = new BarChart("The agent beside twemproxy, haproxy and direct Redis");
        chart.group("GET, 50 connections: requests per second");
        perSecond(chart, Workload.GET);
        chart.group("GET, pipeline 16: requests per second");
        perSecond(chart, Workload.GET_PIPELINED);
        chart.group("GET, 50 connections: CPU for each, µs: of the proxy + of Redis (paler)");
        for (Peer peer : Workload.GET.peers()) {
            chart.bar(
                    peer,
                    throughputs
                            .series(Workload.GET, peer, Throughput::proxyMicros)
                            .median(),
                    throughputs
                            .series(Workload.GET, peer, Throughput::redisMicros)
                            .median());
        }
        chart.group("GET, one connection, everything on one core: median latency, µs");
        for (Peer peer : Peer.values()) {
            chart.bar(peer, latencies.series(Load.ONE, peer, Latency::p50).median());
        }
        return chart;
    }

    private void perSecond(BarChart chart, Workload workload) {
        for (Peer peer : workload.peers()) {
            chart.bar(
                    peer,
                    throughputs.series(workload, peer, Throughput::perSecond).median());
        }
    }
}
