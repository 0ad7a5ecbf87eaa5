package dev.cachepolicy.agent.proxy;

import static dev.cachepolicy.agent.proxy.FencedPods.FENCE;
import static dev.cachepolicy.agent.proxy.FencedPods.KEY;
import static dev.cachepolicy.agent.proxy.FencedPods.NIL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.AclSetuserArgs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every command that removes or changes a key ends the loads that are under way, and its reply is Redis's own: alone, in a
 * transaction, and where the client takes no replies.
 */
class FencedCommandsIT {

    @RegisterExtension
    private static final FencedPods pods = new FencedPods();

    private RawClient app;
    private RawClient slow;

    @BeforeEach
    void twoPods() throws IOException {
        app = pods.client(pods.pod());
        slow = pods.client(pods.pod());
    }

    /** The key is read as not there by another pod, whose load must come to nothing. */
    private void begin() throws IOException {
        assertThat(slow.call("GET", KEY)).isEqualTo(NIL);
        assertThat(pods.direct.exists(FENCE)).isOne();
    }

    private void assertThatTheLoadCameToNothing() throws IOException {
        assertThat(slow.call("SET", KEY, "old")).isEqualTo("+OK");
        assertThat(pods.direct.get(KEY)).isNotEqualTo("old");
    }

    @ParameterizedTest
    @CsvSource({
        "DEL lease:1, :0",
        "DEL x lease:1, :0",
        "UNLINK lease:1, :0",
        "GETDEL lease:1, $-1",
        "GETEX lease:1 EXAT 1, $-1",
        "GETEX lease:1 PXAT 1, $-1",
        "EXPIRE lease:1 0, :0",
        "PEXPIREAT lease:1 1, :0",
        "RENAME lease:2 lease:1, +OK",
        "COPY lease:2 lease:1, :1",
        "SET lease:1 v NX, +OK",
        "SET lease:1 v KEEPTTL, +OK",
        "SETNX lease:1 v, :1",
        "GETSET lease:1 v, $-1",
        "APPEND lease:1 v, :1",
        "INCR lease:1, :1",
        "MSET lease:1 v x w, +OK",
        "MSETNX lease:1 v x w, :1",
        "SET lease:1 v, +OK",
        "SETEX lease:1 9 v, +OK"
    })
    void alone(String command, String reply) throws IOException {
        pods.direct.set("lease:2", "2");
        begin();
        assertThat(app.call(command.split(" ", -1))).isEqualTo(reply);
        assertThatTheLoadCameToNothing();
    }

    @ParameterizedTest
    @CsvSource({
        "DEL lease:1, :0",
        "DEL lease:2 lease:1, :1",
        "UNLINK lease:1, :0",
        "GETDEL lease:1, $-1",
        "GETEX lease:1 EXAT 1, $-1",
        "GETEX lease:1 PXAT 1, $-1",
        "EXPIRE lease:1 0, :0",
        "RENAME lease:2 lease:1, +OK",
        "COPY lease:2 lease:1, :1",
        "SET lease:1 v NX, +OK",
        "SET lease:1 v GET, $-1",
        "SETNX lease:1 v, :1",
        "GETSET lease:1 v, $-1",
        "APPEND lease:1 v, :1",
        "MSET lease:1 v x w, +OK",
        "SET lease:1 v, +OK",
        "SETEX lease:1 9 v, +OK"
    })
    void inATransaction(String command, String reply) throws IOException {
        pods.direct.set("lease:2", "2");
        begin();
        app.send("MULTI").send(command.split(" ", -1)).send("EXEC");
        assertThat(app.reply()).isEqualTo("+OK");
        assertThat(app.reply()).isEqualTo("+QUEUED");
        assertThat(app.reply()).isEqualTo("*1\r\n" + reply);
        assertThatTheLoadCameToNothing();
    }

    @ParameterizedTest
    @CsvSource({"DEL lease:1", "SET lease:1 v", "MSET lease:1 v x w"})
    void withoutAReply(String command) throws IOException {
        begin();
        app.send("CLIENT", "REPLY", "SKIP").send(command.split(" ", -1)).send("PING");
        assertThat(app.reply()).isEqualTo("+PONG");
        app.send("CLIENT", "REPLY", "OFF")
                .send(command.split(" ", -1))
                .send("CLIENT", "REPLY", "ON")
                .send("PING");
        assertThat(app.reply()).isEqualTo("+OK");
        assertThat(app.reply()).isEqualTo("+PONG");
        assertThatTheLoadCameToNothing();
    }

    @Test
    void aScriptLiftsTheFencesOfTheKeysItNames() throws IOException {
        begin();
        assertThat(app.call("EVAL", "return redis.call('DEL', KEYS[1])", "1", KEY))
                .isEqualTo(":0");
        assertThatTheLoadCameToNothing();
    }

    /** Its reply may be of any kind, so another script cannot carry it out: the keys go behind it. */
    @ParameterizedTest
    @CsvSource({"MULTI, EXEC", "CLIENT REPLY OFF, CLIENT REPLY ON"})
    void aScriptDoesSoInATransactionAndWithoutAReplyToo(String before, String after) throws IOException {
        begin();
        app.send(before.split(" ", -1));
        app.send("EVAL", "return redis.call('DEL', KEYS[1])", "1", KEY);
        app.send(after.split(" ", -1));
        app.call("PING");
        await().until(() -> pods.direct.exists(FENCE) == 0);
        assertThatTheLoadCameToNothing();
    }

    /**
     * Each of its nils may be loaded for itself: an old value that came from one that was not counted would be taken for
     * the value of a load that began after an invalidation.
     */
    @Test
    void anMgetOfOneKeyTwiceBeginsTwoLoads() throws IOException {
        assertThat(app.call("MGET", KEY, KEY)).isEqualTo("*2\r\n$-1\r\n$-1");
        assertThat(app.call("SET", KEY, "old")).as("of the first").isEqualTo("+OK");
        assertThat(app.call("DEL", KEY)).isEqualTo(":1");
        assertThat(app.call("GET", KEY)).as("begins a load of what is new").isEqualTo(NIL);
        assertThat(app.call("SET", KEY, "old")).as("of the second").isEqualTo("+OK");
        assertThat(pods.direct.get(KEY)).isNull();
    }

    @Test
    void theExpiryThatAReadSetsIsThePolicysToo() throws IOException {
        app.call("SET", KEY, "v");
        assertThat(app.call("GETEX", KEY, "EXAT", Long.toString(System.currentTimeMillis() / 1000 + 100_000)))
                .isEqualTo("$1\r\nv");
        assertThat(app.call("TTL", KEY)).isIn(":60", ":59", ":58");
    }

    @Test
    void manyKeysInATransaction() throws IOException {
        begin();
        List<String> command = new ArrayList<>(List.of("DEL"));
        for (int i = 1; i <= 10_000; i++) {
            pods.direct.set("lease:many:" + i, "v");
            command.add("lease:many:" + i);
        }
        command.add(KEY);
        app.send("MULTI").send(command.toArray(String[]::new)).send("EXEC");
        assertThat(app.reply()).isEqualTo("+OK");
        assertThat(app.reply()).isEqualTo("+QUEUED");
        assertThat(app.reply()).isEqualTo("*1\r\n:10000");
        assertThatTheLoadCameToNothing();
    }

    @Test
    void aLoadMayEndInATransaction() throws IOException {
        assertThat(app.call("GET", KEY)).isEqualTo(NIL);
        app.send("MULTI").send("SET", KEY, "v").send("EXPIRE", KEY, "9").send("EXEC");
        assertThat(app.reply()).isEqualTo("+OK");
        assertThat(app.reply()).isEqualTo("+QUEUED");
        assertThat(app.reply()).isEqualTo("+QUEUED");
        assertThat(app.reply()).isEqualTo("*2\r\n+OK\r\n:1");
        assertThat(pods.direct.get(KEY)).isEqualTo("v");
        assertThat(pods.direct.pttl(KEY)).isBetween(1L, 9_000L);
        assertThat(pods.direct.exists(FENCE)).isZero();
    }

    @Test
    void aLateSetInATransactionIsNotStored() throws IOException {
        begin();
        app.call("DEL", KEY);
        slow.send("MULTI").send("SET", KEY, "old").send("EXEC");
        slow.reply();
        slow.reply();
        assertThat(slow.reply()).isEqualTo("*1\r\n+OK");
        assertThat(pods.direct.get(KEY)).isNull();
    }

    /** Between its nil and its end nobody knew of it. */
    @Test
    void aLoadThatBeganInATransactionIsNotStored() throws IOException {
        app.send("MULTI").send("GET", KEY).send("MGET", "lease:2").send("EXEC");
        app.reply();
        app.reply();
        app.reply();
        assertThat(app.reply()).isEqualTo("*2\r\n$-1\r\n*1\r\n$-1");
        assertThat(app.call("SET", KEY, "v")).isEqualTo("+OK");
        assertThat(app.call("SET", "lease:2", "v")).isEqualTo("+OK");
        assertThat(pods.direct.exists(KEY, "lease:2")).isZero();
    }

    @Test
    void eachNilOfAnMgetBeginsALoad() throws IOException {
        pods.direct.set("lease:2", "2");
        app.send("MGET", KEY, "lease:2", "lease:3", "x").send("PING");
        assertThat(app.reply()).isEqualTo("*4\r\n$-1\r\n$1\r\n2\r\n$-1\r\n$-1");
        assertThat(app.reply()).isEqualTo("+PONG");
        assertThat(pods.direct.keys("cachepolicy:lease:*"))
                .containsExactlyInAnyOrder(FENCE, "cachepolicy:lease:lease:3");
        assertThat(app.call("MSET", KEY, "1", "lease:3", "3")).isEqualTo("+OK");
        assertThat(pods.direct.mget(KEY, "lease:3"))
                .extracting(value -> value.getValueOrElse(""))
                .containsExactly("1", "3");
        assertThat(pods.direct.pttl(KEY)).isBetween(1L, Policies.TTL);
        assertThat(pods.direct.keys("cachepolicy:lease:*")).isEmpty();
    }

    @Test
    void aLateMsetIsNotStored() throws IOException {
        assertThat(slow.call("MGET", KEY, "lease:2")).isEqualTo("*2\r\n$-1\r\n$-1");
        app.call("DEL", KEY);
        assertThat(slow.call("MSET", KEY, "old", "lease:2", "2", "x", "3")).isEqualTo("+OK");
        assertThat(pods.direct.get(KEY)).isNull();
        assertThat(pods.direct.get("lease:2")).isEqualTo("2");
        assertThat(pods.direct.get("x")).isEqualTo("3");
    }

    /** What was loaded after its nils is not stored, and none of it is kept in memory. */
    @Test
    void anMgetOfLongValuesIsPassedOn() throws IOException {
        String value = "x".repeat(ClientOutput.MOST_KEPT);
        pods.direct.set("lease:2", value);
        assertThat(app.call("MGET", KEY, "lease:2")).isEqualTo("*2\r\n$-1\r\n$" + value.length() + "\r\n" + value);
        assertThat(app.call("SET", KEY, "v")).isEqualTo("+OK");
        assertThat(pods.direct.get(KEY)).isNull();
    }

    @Test
    void aLongKeyHasItsHashInItsFencesName() throws IOException {
        String key = "lease:" + "x".repeat(300);
        assertThat(app.call("GET", key)).isEqualTo(NIL);
        assertThat(pods.direct.keys("cachepolicy:lease-h:*").getFirst()).hasSize("cachepolicy:lease-h:".length() + 64);
        assertThat(app.call("SET", key, "v")).isEqualTo("+OK");
        assertThat(pods.direct.get(key)).isEqualTo("v");
    }

    @Test
    void anErrorOfASetIsRedissOwn() throws IOException {
        assertThat(app.call("GET", KEY)).isEqualTo(NIL);
        pods.direct.configSet("maxmemory", "1");
        pods.direct.configSet("maxmemory-policy", "noeviction");
        String alone = app.call("SET", "x", "v");
        assertThat(alone).startsWith("-OOM");
        assertThat(app.call("SET", KEY, "v")).isEqualTo(alone);
        pods.direct.configSet("maxmemory", "0");
    }

    /** In the other order a load that began before could store its value between the two. */
    @ParameterizedTest
    @CsvSource({"DEL lease:1, DEL", "SET lease:1 v, SET", "RENAME lease:2 lease:1, RENAME"})
    void theFenceGoesFirst(String command, String verb) throws Exception {
        pods.direct.set("lease:2", "2");
        app.call("PING");
        try (RawClient monitor = new RawClient(pods.redis.port())) {
            assertThat(monitor.call("MONITOR")).isEqualTo("+OK");
            app.call(command.split(" ", -1));
            String before = "";
            for (String line = monitor.reply(); !line.contains("\"" + verb + "\""); line = monitor.reply()) {
                before = line;
            }
            assertThat(before).contains("\"UNLINK\" \"cachepolicy:lease:").contains(FENCE);
        }
    }

    /** Without the right to keep leases nothing is stored, and everything else works. */
    @Test
    void aUserWithoutTheRightToLeases() throws Exception {
        pods.direct.aclSetuser("default", AclSetuserArgs.Builder.resetKeys().keyPattern("lease:*"));
        try {
            assertThat(app.call("GET", KEY)).isEqualTo(NIL);
            assertThat(app.call("SET", KEY, "v")).isEqualTo("+OK");
            assertThat(app.call("DEL", KEY)).isEqualTo(":0");
        } finally {
            pods.direct.aclSetuser("default", AclSetuserArgs.Builder.allKeys());
        }
        assertThat(pods.direct.get(KEY)).isNull();
    }
}
