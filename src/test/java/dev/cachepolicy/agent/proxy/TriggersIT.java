package dev.cachepolicy.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.config.FailureMode;
import dev.cachepolicy.config.PolicyConfig;
import dev.cachepolicy.testing.CutProxy;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A write of one key makes others stale: whoever is answered can be sure that they are gone. */
class TriggersIT {

    private static final String STALE = "lease:7";
    private static final String NIL = "$-1";

    @RegisterExtension
    private static final FencedPods pods = new FencedPods();

    private CutProxy way;
    private TestProxy pod;
    private RawClient client;

    @BeforeEach
    void connect() throws IOException {
        connect(FailureMode.FailOpen);
    }

    private void connect(FailureMode onFailure) throws IOException {
        way = CutProxy.to(pods.redis.port());
        pod = pods.podWithTrigger(
                onFailure,
                "127.0.0.1:" + way.port(),
                new PolicyConfig.Trigger("edited", "edit:{id}", List.of("lease:{id}", "other:{id}")));
        client = pods.client(pod);
        pods.direct.flushall();
        pods.direct.set(STALE, "old");
        pods.direct.set("other:7", "old");
    }

    @AfterEach
    void closeWay() throws IOException {
        way.close();
    }

    private void assertRemoved() {
        assertThat(pods.direct.exists(STALE, "other:7")).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SET edit:7 v                 | +OK
            HSET edit:7 f v              | :1
            DEL edit:7 x                 | :0
            INCR edit:7                  | :1
            EVAL return{ARGV[1]} 1 edit:7 x | '*1\r\n$1\r\nx'
            """)
    void aWriteIsAnsweredWhenTheKeysAreGone(String command, String reply) throws IOException {
        assertThat(client.call(command.split(" "))).isEqualTo(reply.replace("\\r\\n", "\r\n"));
        assertRemoved();
        assertThat(pod.count("cachepolicy_trigger_invalidated_keys")).isEqualTo(2);
    }

    @Test
    void aLoadThatBeganBeforeIsNotStored() throws IOException {
        pods.direct.del(STALE);
        RawClient loader = pods.client(pods.pod());
        assertThat(loader.call("GET", STALE)).isEqualTo(NIL);
        assertThat(client.call("SET", "edit:7", "v")).isEqualTo("+OK");
        assertThat(loader.call("SET", STALE, "old")).isEqualTo("+OK");
        assertRemoved();
    }

    /** Behind the write, and its reply is kept back: the first of the replies has come, the last has not. */
    @Test
    void theReplyWaitsUntilRedisHasRemovedThem() throws IOException {
        client.call("PING");
        client.socket().setSoTimeout(300);
        way.stallAfter("+OK\r\n".length());
        client.send("SET", "edit:7", "v");
        assertThatNothingComes();
        assertRemoved();
        way.goOn();
        assertThat(client.reply()).isEqualTo("+OK");
    }

    private void assertThatNothingComes() throws IOException {
        try {
            assertThat(client.reply()).as("no reply yet").isNull();
        } catch (SocketTimeoutException e) {
            // as it should be
        }
    }

    @Test
    void repliesOfAPipelineKeepTheirOrder() throws IOException {
        for (int i = 0; i < 200; i++) {
            client.send("ECHO", "a" + i).send("SET", "edit:" + i, "v").send("GET", "edit:" + i);
        }
        for (int i = 0; i < 200; i++) {
            assertThat(client.reply()).endsWith("a" + i);
            assertThat(client.reply()).isEqualTo("+OK");
            assertThat(client.reply()).isEqualTo("$1\r\nv");
        }
    }

    @Test
    void aTransactionRemovesThemWhenItIsCarriedOut() throws IOException {
        client.call("MULTI");
        assertThat(client.call("SET", "edit:7", "v")).isEqualTo("+QUEUED");
        assertThat(client.call("GET", STALE)).isEqualTo("+QUEUED");
        assertThat(pods.direct.get(STALE)).isEqualTo("old");
        assertThat(client.call("EXEC")).isEqualTo("*2\r\n+OK\r\n$3\r\nold");
        assertRemoved();
        assertThat(client.call("PING")).isEqualTo("+PONG");
    }

    @Test
    void aClientThatWantsNoRepliesRemovesThemToo() throws IOException {
        client.send("CLIENT", "REPLY", "SKIP").send("SET", "edit:7", "v");
        assertThat(client.call("ECHO", "next")).isEqualTo("$4\r\nnext");
        assertRemoved();
        pods.direct.set(STALE, "old");
        client.send("CLIENT", "REPLY", "OFF").send("SET", "edit:7", "v");
        assertThat(client.call("CLIENT", "REPLY", "ON")).isEqualTo("+OK");
        assertRemoved();
    }

    /** It may have written, and may not have removed: the keys are owed. */
    @ParameterizedTest
    @CsvSource({"FailOpen, +OK", "FailClosed, -CACHEPOLICY"})
    void whatWasNotAnsweredIsRemovedBeforeAnybodyReads(FailureMode onFailure, String reply) throws IOException {
        way.close();
        connect(onFailure);
        client.call("PING");
        way.stallAfter(0);
        client.send(onFailure == FailureMode.FailOpen ? new String[] {"SET", "lease:edit:7", "v"} : edit());
        if (onFailure == FailureMode.FailOpen) {
            client.send(edit());
        }
        await().until(() -> pods.direct.exists("edit:7") == 1);
        pods.direct.set(STALE, "old");
        way.cut();
        assertThat(client.reply()).startsWith(reply);
        way.mend();
        await().until(() -> !pods.client(pod).call("PING").startsWith("-"));
        assertThat(pods.client(pod).call("GET", STALE)).isEqualTo(NIL);
    }

    /** What is owed is not paid by a connection that never was. */
    @Test
    void aConnectionThatIsLostBeforeItIsOpenPaysNothing() throws IOException {
        client.call("PING");
        way.stallAfter(0);
        client.send(edit());
        await().until(() -> pods.direct.exists("edit:7") == 1 && pods.direct.exists(STALE) == 0);
        pods.direct.set(STALE, "old");
        way.cut();
        assertThat(client.reply()).startsWith("-CACHEPOLICY");
        way.stallAfter(1);
        way.mend();
        await("the first byte of Redis's greeting has come").until(() -> way.hasStalled());
        way.cut();
        way.mend();
        await().until(() -> !pods.client(pod).call("PING").startsWith("-"));
        assertThat(pods.client(pod).call("GET", STALE)).isEqualTo(NIL);
    }

    private static String[] edit() {
        return new String[] {"SET", "edit:7", "v"};
    }

    /** Answered in Redis's place, and so is what follows from it. */
    @Test
    void aWriteThatIsAnsweredWhileRedisIsAwayRemovesThemWhenItIsBack() throws IOException {
        way.close();
        way = CutProxy.to(pods.redis.port());
        pod = pods.podWithTrigger(
                FailureMode.FailOpen,
                "127.0.0.1:" + way.port(),
                new PolicyConfig.Trigger("edited", "lease:edit:{id}", List.of("lease:{id}")));
        client = pods.client(pod);
        client.call("PING");
        way.cut();
        await().until(() -> client.call("SET", "lease:edit:7", "v").equals("+OK"));
        assertThat(pods.direct.get(STALE)).as("not reached yet").isEqualTo("old");
        way.mend();
        await().until(() -> pods.direct.exists(STALE) == 0);
        assertThat(pods.client(pod).call("GET", STALE)).isEqualTo(NIL);
    }
}
