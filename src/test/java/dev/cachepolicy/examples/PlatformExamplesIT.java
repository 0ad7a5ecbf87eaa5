package dev.cachepolicy.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.testing.RedisProcess;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real Redis with {@code redis.conf} and {@code users.acl}: both users may do what they need, and no more. */
class PlatformExamplesIT {

    private static final Path PLATFORM = Path.of("examples", "platform").toAbsolutePath();

    private static RedisProcess redis;

    @BeforeAll
    static void startRedis() {
        redis = RedisProcess.start(
                "--include", PLATFORM.resolve("redis.conf").toString(),
                "--aclfile", PLATFORM.resolve("users.acl").toString());
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    private static String as(String user, String password, String command) {
        return redis.cli(Stream.concat(Stream.of("--user", user, "--pass", password), Stream.of(command.split(" ")))
                .toArray(String[]::new));
    }

    private static String operator(String command) {
        return as("cachepolicy-operator", "change-me-operator", command);
    }

    private static String agent(String command) {
        return as("cachepolicy-agent", "change-me-agent", command);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INFO server",
                "CONFIG GET maxmemory",
                "CONFIG SET maxmemory 64mb",
                "CONFIG SET maxmemory-policy allkeys-lfu",
                "SET cachepolicy:owner me NX PX 600000",
                "GET cachepolicy:owner",
                "EVAL return(redis.call('PEXPIRE',KEYS[1],600000)) 1 cachepolicy:owner",
                "EVAL return(redis.call('DEL',KEYS[1])) 1 cachepolicy:owner",
                "HGETALL cachepolicy:agents:1",
                "HDEL cachepolicy:agents:1 pod",
                "ACL DRYRUN cachepolicy-agent GET user:1",
            })
    void theOperatorMay(String command) {
        assertThat(operator(command)).doesNotContain("NOPERM", "ERR");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET user:1",
                "SET user:1 x",
                "FLUSHALL",
                "KEYS *",
                "ACL LIST",
                "CONFIG RESETSTAT",
                "SHUTDOWN",
                "PUBLISH news x"
            })
    void theOperatorMayNot(String command) {
        assertThat(operator(command)).contains("NOPERM");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET user:1",
                "SET listing:front-page x EX 60",
                "GETEX session:1 EX 60",
                "PEXPIRE user:1 1000 NX",
                "EVAL return(redis.call('INCR',KEYS[1])) 1 user:count",
                "HSET cachepolicy:agents:1 pod {}",
                "PUBLISH cachepolicy:agents:1 pod",
                "CLIENT SETNAME app",
                "PING",
            })
    void anAgentMay(String command) {
        assertThat(agent(command)).doesNotContain("NOPERM", "ERR");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CONFIG GET maxmemory",
                "FLUSHALL",
                "KEYS *",
                "GET elsewhere",
                "PUBLISH news x",
                "CLIENT KILL TYPE normal",
                "REPLICAOF NO ONE"
            })
    void anAgentMayNot(String command) {
        assertThat(agent(command)).contains("NOPERM");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PING", "GET user:1"})
    void withoutAUserNothingWorks(String command) {
        assertThat(redis.cli(command.split(" "))).contains("NOAUTH");
    }
}
