package dev.cachepolicy.agent;

import static dev.cachepolicy.testing.AgentConfigs.config;
import static dev.cachepolicy.testing.AgentConfigs.policy;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cachepolicy.config.TtlMode;
import dev.cachepolicy.testing.AgentProcess;
import dev.cachepolicy.testing.Ports;
import dev.cachepolicy.testing.RedisProcess;
import dev.cachepolicy.testing.TestClients;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import redis.clients.jedis.AbstractTransaction;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.Response;
import redis.clients.jedis.params.SetParams;

/**
 * Unmodified programs with the usual clients of four languages, through a real agent to a real Redis. All do the same; what
 * they see must be the same.
 */
class AgentClientsIT {

    private static final long TTL_SECONDS = 60;

    private final ObjectMapper json = new ObjectMapper();

    @TempDir
    private Path root;

    private RedisProcess redis;
    private AgentProcess agent;
    private String url;

    @BeforeAll
    static void installClients() {
        TestClients.install();
    }

    @BeforeEach
    void start() {
        redis = RedisProcess.start();
        int port = Ports.free();
        url = "redis://127.0.0.1:" + port;
        agent = AgentProcess.below(root)
                .configure(
                        "shop-redis",
                        config(
                                1,
                                redis.endpoint(),
                                port,
                                policy("users", "user:{id}", TtlMode.Ceiling, TTL_SECONDS * 1000)))
                .start();
    }

    @AfterEach
    void stop() {
        agent.close();
        redis.close();
    }

    static Stream<Arguments> programs() {
        return Stream.of(
                Arguments.of("npm redis", List.of("node", "redis.js")),
                Arguments.of("npm ioredis", List.of("node", "ioredis.js")),
                Arguments.of("redis-py", List.of(TestClients.PYTHON, "redis_py.py")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("programs")
    void aProgramSeesRedisAndThePolicysExpiry(String name, List<String> command) throws Exception {
        expectWhatEveryClientSees(run(command));
    }

    @Test
    void aProgramWithJedisSeesRedisAndThePolicysExpiry() throws Exception {
        expectWhatEveryClientSees(json.valueToTree(jedis()));
    }

    static Stream<Arguments> lateProgramsOfEachClient() {
        return Stream.of(
                Arguments.of("npm redis", List.of("node", "late-redis.js")),
                Arguments.of("npm ioredis", List.of("node", "late-ioredis.js")),
                Arguments.of("redis-py", List.of(TestClients.PYTHON, "late_redis_py.py")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lateProgramsOfEachClient")
    void aProgramThatStartsWhileRedisIsDownReadsNothingAndGoesOnOnceRedisIsBack(String name, List<String> command)
            throws Exception {
        redis.kill();
        Process program = start(command);
        try (BufferedReader output = program.inputReader()) {
            assertThat(output.readLine()).as(log(command)).isEqualTo("get null");
            assertThat(output.readLine()).isEqualTo("set OK");
            redis.restart();
            assertThat(output.readLine()).startsWith("count ");
            assertThat(output.readLine()).isEqualTo("name late");
            assertThat(program.waitFor()).isZero();
        } finally {
            program.destroyForcibly();
        }
    }

    private void expectWhatEveryClientSees(JsonNode seen) throws IOException {
        Map<String, Object> expected = new HashMap<>();
        expected.put("set", "OK");
        expected.put("ttlOfSet", TTL_SECONDS);
        expected.put("setLonger", "OK");
        expected.put("ttlOfSetLonger", TTL_SECONDS);
        expected.put("setex", "OK");
        expected.put("ttlOfSetex", TTL_SECONDS);
        expected.put("ttlOfSetShorter", 20L);
        expected.put("keepTtl", "OK");
        expected.put("ttlOfKeepTtl", 20L);
        expected.put("lock", "OK");
        expected.put("ttlOfLock", 3600L);
        expected.put("lockAgain", null);
        expected.put("setOther", "OK");
        expected.put("ttlOfOther", -1L);
        expected.put("hset", 1L);
        expected.put("ttlOfHset", TTL_SECONDS);
        expected.put("multi", Arrays.asList("OK", 1L, "fay", null));
        expected.put("ttlOfMulti", TTL_SECONDS);
        expected.put("ttlOfMultiIncr", TTL_SECONDS);
        expected.put("hit", "ann");
        expected.put("miss", null);
        expected.put("mget", Arrays.asList("ann", null, "x"));
        expected.put("hget", "eve");
        // Through text, so that int and long are one.
        assertThat(json.readTree(seen.toString())).isEqualTo(json.readTree(json.writeValueAsString(expected)));

        String users = "cachepolicy_requests_total{namespace=\"shop\",policy=\"users\",result=";
        // Hits: GET in MULTI, GET, MGET's first, HGET. Misses: GET in MULTI, GET, MGET's second.
        assertThat(agent.metric(users + "\"hit\",}")).isEqualTo(4);
        assertThat(agent.metric(users + "\"miss\",}")).isEqualTo(3);
    }

    private JsonNode run(List<String> command) throws Exception {
        Process program = start(command);
        String output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(program.waitFor()).as(log(command)).isZero();
        return json.readTree(output);
    }

    private Process start(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(TestClients.DIRECTORY.toFile());
        builder.redirectError(root.resolve("client.log").toFile()).environment().put("REDIS_URL", url);
        return builder.start();
    }

    private String log(List<String> command) throws IOException {
        return command + ": " + Files.readString(root.resolve("client.log"));
    }

    @SuppressWarnings("deprecation") // Jedis advises SET with EX; what applications say is SETEX.
    private Map<String, Object> jedis() {
        Map<String, Object> seen = new HashMap<>();
        try (RedisClient jedis = RedisClient.create(url)) {
            seen.put("set", jedis.set("user:1", "ann"));
            seen.put("ttlOfSet", jedis.ttl("user:1"));
            seen.put(
                    "setLonger",
                    jedis.set("user:2", "bob", SetParams.setParams().ex(3600)));
            seen.put("ttlOfSetLonger", jedis.ttl("user:2"));
            seen.put("setex", jedis.setex("user:3", 600, "cid"));
            seen.put("ttlOfSetex", jedis.ttl("user:3"));
            jedis.set("user:4", "dan", SetParams.setParams().ex(20));
            seen.put("ttlOfSetShorter", jedis.ttl("user:4"));
            seen.put("keepTtl", jedis.set("user:4", "don", SetParams.setParams().keepTtl()));
            seen.put("ttlOfKeepTtl", jedis.ttl("user:4"));
            seen.put(
                    "lock",
                    jedis.set("user:lock", "token", SetParams.setParams().nx().ex(3600)));
            seen.put("ttlOfLock", jedis.ttl("user:lock"));
            seen.put(
                    "lockAgain",
                    jedis.set("user:lock", "token", SetParams.setParams().nx().ex(3600)));
            seen.put("setOther", jedis.set("other:1", "x"));
            seen.put("ttlOfOther", jedis.ttl("other:1"));
            seen.put("hset", jedis.hset("user:5", "name", "eve"));
            seen.put("ttlOfHset", jedis.ttl("user:5"));
            try (AbstractTransaction transaction = jedis.multi()) {
                List<Response<?>> replies = List.of(
                        transaction.set("user:6", "fay"),
                        transaction.incr("user:7"),
                        transaction.get("user:6"),
                        transaction.get("user:nobody"));
                transaction.exec();
                seen.put("multi", replies.stream().map(Response::get).toList());
            }
            seen.put("ttlOfMulti", jedis.ttl("user:6"));
            seen.put("ttlOfMultiIncr", jedis.ttl("user:7"));
            seen.put("hit", jedis.get("user:1"));
            seen.put("miss", jedis.get("user:nobody"));
            seen.put("mget", jedis.mget("user:1", "user:nobody", "other:1"));
            seen.put("hget", jedis.hget("user:5", "name"));
        }
        return seen;
    }
}
