package dev.cachepolicy.difference;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.cachepolicy.difference.History.Step;
import dev.cachepolicy.testing.Program;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every command that a server says it has, with arguments as it describes them and with wrong ones. */
class EveryCommandIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int CALLS = 12;

    private enum Server {
        Redis,
        Valkey
    }

    /** Commands that are not called, and why. What has subcommands stands for all of them. */
    private static final Map<String, String> LEFT_OUT = Map.ofEntries(
            entry("shutdown", "ends the server"),
            entry("failover", "waits for replicas that there are none"),
            entry("replicaof", "makes the server empty itself and wait for another"),
            entry("slaveof", "as REPLICAOF"),
            entry("psync", "a stream of the whole data follows"),
            entry("sync", "as PSYNC"),
            entry("replconf", "between servers; some forms have no reply"),
            entry("monitor", "shows what the comparison itself does"),
            entry("migrate", "needs a second server"),
            entry("bgsave", "replies depend on whether one is running"),
            entry("bgrewriteaof", "as BGSAVE"),
            entry("save", "as BGSAVE"),
            entry("client|pause", "stops the comparison's own connection"),
            entry("client|kill", "ends the comparison's own connection"),
            entry("client|unblock", "names a client by its id, which is chance"),
            entry("client|reply", "has no reply; the random histories have it"),
            entry("multi", "Valkey answers nothing within a transaction that does not spoil it; the histories have it"),
            entry("script|debug", "forks a server for its connection"),
            entry("acl|setuser", "a user outlives its history"),
            entry("acl|deluser", "as ACL SETUSER"),
            entry("config|set", "a setting outlives its history"),
            entry("config|resetstat", "resets what others count"),
            entry("debug", "is off, as everywhere"),
            entry("pfselftest", "takes seconds"));

    /** Commands whose replies are chance: of those only types are compared. */
    private static final Set<String> CHANCE = Set.of(
            "acl|genpass",
            "client|id",
            "client|info",
            "client|list",
            "commandlog|get",
            "hrandfield",
            "info",
            "lastsave",
            "latency|histogram",
            "lolwut",
            "memory|doctor",
            "memory|malloc-stats",
            // What the allocator gave: glibc's gives the same small key 24 bytes, or 40 where the hole was greater.
            "memory|usage",
            "memory|stats",
            // In seconds, one of which may end in between.
            "object|idletime",
            "randomkey",
            "slowlog|get",
            "spop",
            "srandmember",
            "time",
            "xadd",
            "zrandmember");

    @ParameterizedTest
    @EnumSource
    void repliesAreTheServersOwn(Server server) throws Exception {
        try (TestedRedis redis = start(server)) {
            CommandDocs docs = CommandDocs.of(redis.control());
            assertThat(docs.names()).hasSizeGreaterThan(300);
            Comparison comparison = new Comparison(redis, redis.agentPort());
            List<String> found = new ArrayList<>();
            Set<String> chance = new HashSet<>();
            int calls = 0;
            for (String name : docs.names()) {
                if (LEFT_OUT.containsKey(name) || LEFT_OUT.containsKey(name.split("\\|", -1)[0])) {
                    continue;
                }
                History history =
                        history(name, docs, CHANCE.contains(name) ? Normalisation.Shape : Normalisation.Plain);
                calls += history.commands();
                try {
                    Difference difference = comparison.find(history, PATIENCE);
                    if (difference != null) {
                        found.add(new Shrinker(comparison, history, difference, PATIENCE)
                                .shrink()
                                .report());
                    }
                } catch (IllegalArgumentException e) {
                    chance.add(name + ": " + e.getMessage());
                }
            }
            System.out.printf(
                    "EveryCommandIT: %s, %d commands, %d calls%n",
                    server, docs.names().size(), calls);
            assertThat(chance).as("commands whose replies are chance").isEmpty();
            assertThat(found).isEmpty();
        }
    }

    private static TestedRedis start(Server server) throws IOException {
        if (server == Server.Redis) {
            return new TestedRedis();
        }
        Program.Result valkey = Program.of("hack/valkey", "--check").call();
        if (valkey.exitCode() != 0) {
            System.out.println("EveryCommandIT: NO VALKEY, nothing is compared with it; hack/valkey installs it");
            abort("no valkey-server");
        }
        return TestedRedis.of(valkey.output());
    }

    private static History history(String name, CommandDocs docs, Normalisation note) {
        SplittableRandom random = new SplittableRandom(name.hashCode());
        List<Step> steps = new ArrayList<>();
        steps.add(Step.of(Turn.of(
                0,
                Request.of("SET", "str", "1"),
                Request.of("RPUSH", "list", "a", "one", "2"),
                Request.of("SADD", "set", "1"),
                Request.of("HSET", "hash", "f1", "1"),
                Request.of("ZADD", "zset", "1", "a", "2", "one"),
                Request.of("XADD", "stream", "1-1", "f1", "a"),
                Request.of("XGROUP", "CREATE", "stream", "a", "0"),
                Request.of("GEOADD", "geo", "13", "38", "a"),
                Request.of("PFADD", "hll", "a"))));
        List<String> keys = List.of("str", "list", "set", "hash", "zset", "stream", "geo", "hll", "missing");
        for (int i = 0; i < CALLS; i++) {
            Request request = docs.plausible(name, random, keys.get(i % keys.size()));
            if (i % 4 == 3) {
                request = spoilt(request, random);
            }
            // A client of its own: the call before may have left its client in any state.
            steps.add(new Step(List.of(Turn.of(i + 1, request)), note));
        }
        steps.add(new Step(
                List.of(Turn.of(100, new Request(Request.Form.Array, List.of(name.split("\\|", -1))))), note));
        return new History(name.hashCode(), steps);
    }

    private static Request spoilt(Request request, SplittableRandom random) {
        int last = request.words().size() - 1;
        if (last > 0 && random.nextBoolean()) {
            return request.without(last);
        }
        List<String> words = new ArrayList<>(request.words());
        words.add("surplus");
        return new Request(request.form(), words);
    }
}
