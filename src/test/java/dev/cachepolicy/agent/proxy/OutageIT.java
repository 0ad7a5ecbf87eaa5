package dev.cachepolicy.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.testing.CutProxy;
import dev.cachepolicy.testing.RedisProcess;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What was written while Redis did not answer: the value from before is never seen again. */
class OutageIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Killed and restarted, it has what it had. */
    private final RedisProcess redis = RedisProcess.start("--appendonly", "yes", "--appendfsync", "always");

    @AfterEach
    void stop() {
        redis.close();
    }

    private TestProxy proxy(String endpoint, int maxInvalidations) throws IOException {
        return TestProxy.remembering(endpoint, 2, maxInvalidations);
    }

    private TestProxy proxy() throws IOException {
        return proxy(redis.endpoint(), 10_000);
    }

    /** Every GET until Redis answers again is one that may see too much. */
    private static void assertMissesUntilRedisAnswers(RawClient client, String key) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(1)).until(() -> {
            assertThat(client.call("GET", key)).isEqualTo("$-1");
            return client.call("PING").equals("+PONG");
        });
        assertThat(redisGet(client, key)).isEqualTo("$-1");
    }

    private static String redisGet(RawClient client, String key) {
        try {
            return client.call("GET", key);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SET over:k new, +OK",
        "set over:k new, +OK",
        "SET over:k new EX 60, +OK",
        "SET over:k new PXAT 9999999999999, +OK",
        "SET over:k new KEEPTTL, +OK",
        "SETEX over:k 60 new, +OK",
        "PSETEX over:k 60000 new, +OK",
        "DEL over:k, :0",
        "UNLINK over:k, :0",
        "DEL ceil:other over:k, :0"
    })
    void aWriteWhileRedisIsDownIsAnsweredAndTheOldValueIsNotSeenAgain(String command, String reply) throws Exception {
        try (TestProxy proxy = proxy();
                RawClient writer = proxy.client();
                RawClient reader = proxy.client()) {
            assertThat(writer.call("SET", "over:k", "old")).isEqualTo("+OK");
            redis.kill();
            assertThat(writer.call(command.split(" ", -1))).isEqualTo(reply);
            assertThat(metric(proxy, "cachepolicy_upstream_invalidations_pending"))
                    .isPositive();
            redis.restart();
            assertThat(redis.cli("GET", "over:k")).isIn("old", "");
            assertMissesUntilRedisAnswers(reader, "over:k");
            assertThat(redis.cli("EXISTS", "over:k")).isEqualTo("0");
            assertThat(metric(proxy, "cachepolicy_upstream_invalidations_pending"))
                    .isZero();
            assertThat(writer.call("SET", "over:k", "newer")).isEqualTo("+OK");
            assertThat(reader.call("GET", "over:k")).isEqualTo("$5\r\nnewer");
        }
    }

    private static double metric(TestProxy proxy, String name) {
        return proxy.proxy.metrics().collect().stream()
                .flatMap(family -> family.samples.stream())
                .filter(sample -> sample.name.equals(name))
                .mapToDouble(sample -> sample.value)
                .sum();
    }

    @Test
    void aConnectionOfAClientsOwnAndANewOneSeeItNeither() throws Exception {
        try (TestProxy proxy = proxy();
                RawClient writer = proxy.client();
                RawClient own = proxy.client()) {
            own.call("CLIENT", "ID");
            writer.call("SET", "over:k", "old");
            redis.freeze();
            assertThat(writer.call("DEL", "over:k")).isEqualTo(":0");
            redis.thaw();
            assertMissesUntilRedisAnswers(own, "over:k");
            try (RawClient fresh = proxy.client()) {
                assertThat(fresh.call("GET", "over:k")).isEqualTo("$-1");
            }
        }
    }

    @Test
    void whileRedisHangsTheFirstWritesWaitAndTheNextDoNot() throws Exception {
        try (TestProxy proxy = proxy();
                RawClient writer = proxy.client();
                RawClient reader = proxy.client()) {
            writer.call("SET", "over:0", "old");
            redis.freeze();
            assertThat(writer.call("SET", "over:0", "new")).isEqualTo("+OK");
            await().atMost(PATIENCE).until(() -> reader.call("PING").startsWith("-CACHEPOLICY"));
            long start = System.nanoTime();
            for (int i = 0; i < 1000; i++) {
                assertThat(writer.call("SET", "over:" + i, "new")).isEqualTo("+OK");
                assertThat(writer.call("DEL", "over:" + i)).isEqualTo(":0");
            }
            // Who waited for each would take the response timeout a thousand times.
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMinutes(1));
            redis.thaw();
            assertMissesUntilRedisAnswers(reader, "over:0");
        }
    }

    /** What lies in the socket of a Redis that hangs is more than it reads at a time. */
    @Test
    void whatAHungRedisHasStillToReadDoesNotComeAfterItsRemoval() throws Exception {
        String value = "x".repeat(8000);
        try (TestProxy proxy = proxy();
                RawClient writer = proxy.client();
                RawClient reader = proxy.client()) {
            writer.call("PING");
            redis.freeze();
            int writes = 400;
            for (int i = 0; i < writes; i++) {
                writer.send("SET", "over:" + i, value);
            }
            for (int i = 0; i < writes; i++) {
                assertThat(writer.reply()).isEqualTo("+OK");
            }
            for (int i = 0; i < writes; i++) {
                assertThat(writer.call("DEL", "over:" + i)).isEqualTo(":0");
            }
            redis.thaw();
            await().atMost(PATIENCE).until(() -> reader.call("PING").equals("+PONG"));
            await().during(Duration.ofMillis(300))
                    .atMost(PATIENCE)
                    .until(() -> redis.cli("DBSIZE").equals("0"));
        }
    }

    @Test
    void aWriteOnAConnectionThatIsCutIsAnsweredAndNothingPassesBeforeItsKeyIsRemoved() throws Exception {
        try (TestProxy proxy = proxy();
                RawClient writer = proxy.client();
                RawClient reader = proxy.client()) {
            writer.call("SET", "over:k", "old");
            redis.cli("CLIENT", "PAUSE", "600000", "WRITE");
            writer.send("SET", "over:k", "new");
            await().atMost(PATIENCE).until(() -> redis.cli("CLIENT", "LIST").contains("cmd=set"));
            redis.cli("CLIENT", "KILL", "TYPE", "normal");
            assertThat(writer.reply()).isEqualTo("+OK");
            // Redis gives the old value to who asks, and removes nothing.
            assertThat(redis.cli("GET", "over:k")).isEqualTo("old");
            assertThat(reader.call("GET", "over:k")).isEqualTo("$-1");
            assertThat(writer.call("GET", "over:k")).isEqualTo("$-1");
            // Attempts to remove it are cut, too, and made again.
            await().atMost(PATIENCE).until(() -> redis.cli("CLIENT", "LIST").contains("cmd=unlink"));
            redis.cli("CLIENT", "KILL", "TYPE", "normal");
            assertThat(reader.call("GET", "over:k")).isEqualTo("$-1");
            redis.cli("CLIENT", "UNPAUSE");
            assertMissesUntilRedisAnswers(reader, "over:k");
            assertThat(redis.cli("EXISTS", "over:k")).isEqualTo("0");
        }
    }

    @Test
    void aWriteThatRedisCarriesOutAfterTheConnectionWasCutDoesNotComeBack() throws Exception {
        try (CutProxy network = CutProxy.to(redis.port());
                TestProxy proxy = proxy("127.0.0.1:" + network.port(), 10_000);
                RawClient writer = proxy.client();
                RawClient reader = proxy.client()) {
            writer.call("SET", "over:k", "old");
            redis.freeze();
            long before = network.passed();
            writer.send("SET", "over:k", "late");
            await().atMost(PATIENCE).until(() -> network.passed() > before);
            network.cut();
            assertThat(writer.reply()).isEqualTo("+OK");
            assertThat(writer.call("DEL", "over:k")).isEqualTo(":0");
            redis.thaw();
            await().atMost(PATIENCE).until(() -> redis.cli("GET", "over:k").equals("late"));
            network.mend();
            assertMissesUntilRedisAnswers(reader, "over:k");
        }
    }

    @Test
    void whatDoesNotFitIntoMemoryIsMadeUpForByRemovingAllKeysOfThePolicies() throws Exception {
        int keys = 2000;
        try (TestProxy proxy = proxy(redis.endpoint(), 10);
                RawClient writer = proxy.client();
                RawClient reader = proxy.client()) {
            for (int i = 0; i < keys; i++) {
                writer.call("SET", "over:" + i, "old");
                writer.call("SET", "closed:" + i, "kept");
            }
            redis.kill();
            for (int i = 0; i < keys; i++) {
                assertThat(writer.call("SET", "over:" + i, "new")).isEqualTo("+OK");
            }
            redis.restart();
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(1)).until(() -> {
                for (int i = 0; i < keys; i += 97) {
                    assertThat(reader.call("GET", "over:" + i)).isEqualTo("$-1");
                    assertThat(reader.call("MGET", "over:" + i, "ceil:1")).isEqualTo("*2\r\n$-1\r\n$-1");
                    assertThat(reader.call("GETSET", "over:" + i, "x")).matches("-CACHEPOLICY.*|\\$-1");
                    reader.call("DEL", "over:" + i);
                }
                return metric(proxy, "cachepolicy_upstream_invalidations_pending") == 0;
            });
            for (int i = 0; i < keys; i++) {
                assertThat(reader.call("GET", "over:" + i)).isEqualTo("$-1");
                assertThat(reader.call("GET", "closed:" + i)).isEqualTo("$4\r\nkept");
            }
            assertThat(redis.cli("DBSIZE")).isEqualTo(String.valueOf(keys));
        }
    }

    @Test
    void aRedisThatRefusesToRemoveServesOtherKeys() throws Exception {
        try (TestProxy proxy = proxy();
                RawClient writer = proxy.client();
                RawClient reader = proxy.client()) {
            writer.call("SET", "over:k", "old");
            writer.call("SET", "none:k", "v");
            redis.cli("CONFIG", "SET", "min-replicas-to-write", "1");
            redis.freeze();
            assertThat(writer.call("SET", "over:k", "new")).isEqualTo("+OK");
            redis.thaw();
            await().atMost(PATIENCE).until(() -> reader.call("GET", "none:k").equals("$1\r\nv"));
            assertThat(redis.cli("GET", "over:k")).isEqualTo("old");
            assertThat(reader.call("GET", "over:k")).isEqualTo("$-1");
            assertThat(reader.call("SET", "over:k", "newer")).startsWith("-NOREPLICAS");
            assertThat(reader.call("GET", "over:k")).isEqualTo("$-1");
            try (RawClient transaction = proxy.client()) {
                transaction.call("MULTI");
                transaction.send("GET", "over:k");
                assertThat(transaction.untilClosed()).isEmpty();
            }
            redis.cli("CONFIG", "SET", "min-replicas-to-write", "0");
            await().atMost(PATIENCE).until(() -> redis.cli("EXISTS", "over:k").equals("0"));
            await().atMost(PATIENCE).until(() -> {
                assertThat(writer.call("SET", "over:k", "newer")).isEqualTo("+OK");
                return reader.call("GET", "over:k").equals("$5\r\nnewer");
            });
        }
    }

    @Test
    void aKeyThatRedissUserMayNotTouchKeepsNoOtherFromBeingRemoved() throws Exception {
        try (TestProxy proxy = proxy();
                RawClient writer = proxy.client();
                RawClient reader = proxy.client()) {
            writer.call("SET", "over:a", "old");
            redis.cli("ACL", "SETUSER", "default", "resetkeys", "~over:a", "~none:*");
            redis.freeze();
            assertThat(writer.call("SET", "over:a", "new")).isEqualTo("+OK");
            assertThat(writer.call("SET", "over:b", "new")).isEqualTo("+OK");
            redis.thaw();
            assertMissesUntilRedisAnswers(reader, "over:a");
            await().atMost(PATIENCE).until(() -> reader.call("GET", "over:b").startsWith("-NOPERM"));
            assertThat(writer.call("SET", "over:a", "newer")).isEqualTo("+OK");
            assertThat(reader.call("GET", "over:a")).isEqualTo("$5\r\nnewer");
        }
    }

    @Test
    void whatIsOwedIsPaidByTheBackendThatTakesThePlace() throws Exception {
        try (TestProxy proxy = proxy();
                RawClient writer = proxy.client();
                RawClient reader = proxy.client()) {
            writer.call("SET", "over:k", "old");
            redis.kill();
            assertThat(writer.call("SET", "over:k", "new")).isEqualTo("+OK");
            proxy.listener.apply(TestProxy.config(Policies.EACH, "localhost:" + redis.port()));
            redis.restart();
            assertMissesUntilRedisAnswers(reader, "over:k");
            assertThat(redis.cli("EXISTS", "over:k")).isEqualTo("0");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"SET closed:k v", "DEL closed:k", "SET dry:k v", "DEL dry:k", "SET none:k v", "SET over:k v NX"})
    void otherWritesInFlightAreErrorsAndNothingIsRemembered(String command) throws Exception {
        try (TestProxy proxy = proxy();
                RawClient client = proxy.client()) {
            client.call("PING");
            redis.freeze();
            assertThat(client.call(command.split(" ", -1))).startsWith("-CACHEPOLICY");
            assertThat(metric(proxy, "cachepolicy_upstream_invalidations_total"))
                    .isZero();
        }
    }
}
