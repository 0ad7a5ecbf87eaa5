package dev.cachepolicy.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.agent.policy.PolicyTable;
import dev.cachepolicy.config.Heartbeat;
import dev.cachepolicy.testing.RedisProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.params.SetParams;

/** Hits and misses by policy, and an unmodified client library on top. */
class CountingIT {

    private RedisProcess redis;
    private TestProxy proxy;

    @BeforeEach
    void start() throws Exception {
        redis = RedisProcess.start();
        proxy = TestProxy.to(redis.endpoint());
        redis.cli("SET", "over:s", "v");
        redis.cli("HSET", "over:h", "f", "v");
        redis.cli("SADD", "over:set", "a");
        redis.cli("RPUSH", "over:l", "a");
        redis.cli("ZADD", "over:z", "1", "a");
        redis.cli("SET", "over:empty", "");
    }

    @AfterEach
    void stop() {
        proxy.close();
        redis.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GET over:s                              | 1 | 0
            GET over:empty                          | 1 | 0
            GET over:no                             | 0 | 1
            GET over:h                              | 0 | 0
            GETEX over:s                            | 1 | 0
            GETDEL over:no                          | 0 | 1
            MGET over:s over:no over:empty other    | 2 | 1
            MGET other over:s                       | 1 | 0
            HGET over:h f                           | 1 | 0
            HGET over:h g                           | 0 | 1
            HMGET over:h g f                        | 1 | 0
            HMGET over:h g                          | 0 | 1
            HMGET over:no f                         | 0 | 1
            HGETALL over:h                          | 1 | 0
            HGETALL over:no                         | 0 | 1
            SMEMBERS over:set                       | 1 | 0
            SMEMBERS over:no                        | 0 | 1
            LRANGE over:l 0 -1                      | 1 | 0
            LRANGE over:l 5 9                       | 0 | 1
            ZRANGE over:z 0 -1 WITHSCORES           | 1 | 0
            ZRANGE over:no 0 -1                     | 0 | 1
            EXISTS over:s                           | 0 | 0
            TTL over:s                              | 0 | 0
            SET over:s v GET                        | 0 | 0
            GET other                               | 0 | 0
            """)
    void readsAreCountedByPolicyInBothProtocolsAndInTransactions(String command, long hits, long misses)
            throws Exception {
        String[] words = command.split(" ", -1);
        int perElement = words[0].equals("MGET") || words[0].equals("HMGET") ? 0 : 1;
        try (RawClient client = proxy.client()) {
            client.call(words);
            assertThat(proxy.reads("over").hits()).isEqualTo(hits);
            assertThat(proxy.reads("over").misses()).isEqualTo(misses);
            client.call("HELLO", "3");
            client.call(words);
            assertThat(proxy.reads("over").hits()).isEqualTo(2 * hits);
            assertThat(proxy.reads("over").misses()).isEqualTo(2 * misses);
            client.send("MULTI").send("PING").send(words).send("EXEC");
            for (int i = 0; i < 4; i++) {
                client.reply();
            }
            assertThat(proxy.reads("over").hits()).isEqualTo((2 + perElement) * hits);
            assertThat(proxy.reads("over").misses()).isEqualTo((2 + perElement) * misses);
        }
    }

    @Test
    void aDryRunCounts() throws Exception {
        try (RawClient client = proxy.client()) {
            client.call("SET", "dry:k", "v");
            client.call("GET", "dry:k");
            client.call("GET", "dry:no");
        }
        assertThat(proxy.reads("dry").hits()).isEqualTo(1);
        assertThat(proxy.reads("dry").misses()).isEqualTo(1);
        assertThat(redis.cli("TTL", "dry:k")).isEqualTo("-1");
    }

    @ParameterizedTest
    @CsvSource({"RESP2", "RESP3"})
    void jedisNoticesNothingButTheExpiry(RedisProtocol protocol) {
        try (Jedis jedis = new Jedis(
                new HostAndPort("127.0.0.1", proxy.port()),
                DefaultJedisClientConfig.builder()
                        .protocol(protocol)
                        .clientName("jedis")
                        .build())) {
            assertThat(jedis.set("over:j", "v")).isEqualTo("OK");
            assertThat(jedis.ttl("over:j")).isEqualTo(60);
            assertThat(jedis.setex("over:j", 600, "w")).isEqualTo("OK");
            assertThat(jedis.ttl("over:j")).isEqualTo(60);
            jedis.expire("over:j", 5);
            jedis.set("over:j", "x", SetParams.setParams().keepTtl());
            assertThat(jedis.ttl("over:j")).isEqualTo(5);
            assertThat(jedis.set("over:lock", "me", SetParams.setParams().nx().ex(600)))
                    .isEqualTo("OK");
            assertThat(jedis.ttl("over:lock")).isEqualTo(600);

            try (var transaction = jedis.multi()) {
                Response<Long> count = transaction.incr("over:n");
                Response<Double> score = transaction.zincrby("over:jz", 1.5, "a");
                Response<String> text = transaction.setex("over:j", 600, "y");
                assertThat(transaction.exec()).hasSize(3);
                assertThat(count.get()).isEqualTo(1);
                assertThat(score.get()).isEqualTo(1.5);
                assertThat(text.get()).isEqualTo("OK");
            }
            assertThat(jedis.ttl("over:n")).isEqualTo(60);
            assertThat(jedis.ttl("over:jz")).isEqualTo(60);
            try (Pipeline pipeline = jedis.pipelined()) {
                Response<Long> pushed = pipeline.rpush("over:jl", "a", "b");
                Response<Long> ttl = pipeline.ttl("over:jl");
                pipeline.sync();
                assertThat(pushed.get()).isEqualTo(2);
                assertThat(ttl.get()).isEqualTo(60);
            }
            assertThat(jedis.hgetAll("over:h")).containsEntry("f", "v");
            assertThat(jedis.smembers("over:set")).containsExactly("a");
        }
    }

    @Test
    void aReloadKeepsCountsAndForgetsPoliciesThatAreGone() throws Exception {
        try (RawClient client = new RawClient(proxy.port())) {
            client.call("GET", "over:s");
            proxy.listener.apply(TestProxy.config(Policies.EACH, redis.endpoint()));
            client.call("GET", "over:s");
            assertThat(proxy.policyMetrics.counters().get("shop/over")).isEqualTo(new Heartbeat.Counters(2, 0));

            proxy.listener.apply(TestProxy.config(PolicyTable.empty(), redis.endpoint()));
            assertThat(proxy.policyMetrics.counters()).isEmpty();
            assertThat(client.call("GET", "over:s")).isEqualTo("$1\r\nv");
        }
    }
}
