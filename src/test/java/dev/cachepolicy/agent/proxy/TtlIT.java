package dev.cachepolicy.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.testing.RedisProcess;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a real Redis has as a key's expiry after commands went through the agent. */
class TtlIT {

    private static RedisProcess redis;
    private static TestProxy proxy;

    @BeforeAll
    static void start() throws Exception {
        redis = RedisProcess.start();
        proxy = TestProxy.to(redis.endpoint());
    }

    @AfterAll
    static void stop() {
        proxy.close();
        redis.close();
    }

    /** K is the key; -1: no expiry. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            over  | SET K v                                   | 60
            over  | SET K v EX 600                            | 60
            over  | SET K v PX 5000                           | 60
            over  | SET K v EXAT 4102444800                   | 60
            over  | SETEX K 600 v                             | 60
            over  | PSETEX K 5000 v                           | 60
            over  | SET K v NX EX 600                         | 600
            over  | SET K v NX                                | 60
            over  | SET K v KEEPTTL                           | 60
            over  | SET K v; EXPIRE K 5; SET K w KEEPTTL      | 5
            over  | SETNX K v                                 | 60
            over  | GETSET K v                                | 60
            over  | MSET K v other w                          | 60
            over  | INCR K                                    | 60
            over  | INCR K; EXPIRE K 5; INCR K                | 5
            over  | SET K v; EXPIRE K 600                     | 60
            over  | SET K v; EXPIRE K 5                       | 5
            over  | SET K v; EXPIREAT K 4102444800            | 60
            over  | SET K v; PERSIST K                        | 60
            over  | SET K v; GETEX K EX 600                   | 60
            over  | SET K v; GETEX K EX 5                     | 5
            over  | SET K v; GETEX K PERSIST                  | 60
            over  | HSET K f v                                | 60
            over  | RPUSH K a b                               | 60
            over  | SADD K a                                  | 60
            over  | ZADD K 1 a                                | 60
            over  | XADD K * f v                              | 60
            over  | SETBIT K 7 1                              | 60
            over  | SADD other2 a; SINTERSTORE K other2       | 60
            over  | SET other3 v; RENAME other3 K             | 60
            over  | SET other4 v EX 600; RENAME other4 K      | 60
            over  | RPUSH other5 3 1; SORT other5 STORE K     | 60
            over  | RPUSH other6 a; RPOPLPUSH other6 K        | 60
            over  | MULTI; SET K v EX 600; EXEC               | 60
            over  | MULTI; INCR K; RPUSH K-l a; EXEC          | 60
            ceil  | SET K v                                   | 60
            ceil  | SET K v EX 600                            | 60
            ceil  | SET K v EX 5                              | 5
            ceil  | SET K v EXAT 4102444800                   | 60
            ceil  | SETEX K 5 v                               | 5
            ceil  | INCR K                                    | 60
            unset | SET K v                                   | 60
            unset | SET K v EX 600                            | 600
            unset | SETEX K 600 v                             | 600
            unset | INCR K                                    | 60
            dry   | SET K v                                   | -1
            dry   | SETEX K 600 v                             | 600
            dry   | INCR K                                    | -1
            none  | SET K v                                   | -1
            none  | SETEX K 600 v                             | 600
            slide | SET K v; EXPIRE K 5; GET K                | 60
            slide | HSET K f v; EXPIRE K 5; HGETALL K         | 60
            slide | SET K v; EXPIRE K 5; MGET K other         | 60
            """)
    void commandsLeaveTheExpiryThatThePolicyHas(String policy, String script, long seconds) throws Exception {
        String key = policy + ":" + Integer.toHexString(script.hashCode());
        try (RawClient client = proxy.client();
                RawClient direct = new RawClient(redis.port())) {
            for (String command : script.split(";", -1)) {
                String reply = client.call(Arrays.stream(command.strip().split(" ", -1))
                        .map(word -> word.equals("K") ? key : word.equals("K-l") ? key + "-l" : word)
                        .toArray(String[]::new));
                assertThat(reply).doesNotStartWith("-");
            }
            // Behind everything that the agent sends itself on this connection.
            assertThat(client.call("TTL", key)).isIn(":" + seconds, ":" + (seconds - 1));
            assertThat(direct.call("TTL", key)).isIn(":" + seconds, ":" + (seconds - 1));
        }
    }

    @Test
    void aWriteThatFailedLeavesTheExpiryAlone() throws Exception {
        try (RawClient client = proxy.client();
                RawClient direct = new RawClient(redis.port())) {
            direct.call("SET", "over:list", "text");
            assertThat(client.call("RPUSH", "over:list", "a")).startsWith("-WRONGTYPE");
            assertThat(client.call("TTL", "over:list")).isEqualTo(":-1");
            client.call("MULTI");
            client.call("RPUSH", "over:list", "a");
            assertThat(client.call("EXEC")).contains("-WRONGTYPE");
            assertThat(client.call("TTL", "over:list")).isEqualTo(":-1");
        }
    }

    @Test
    void policiesApplyInDatabaseZeroOnly() throws Exception {
        try (RawClient client = proxy.client()) {
            client.call("SELECT", "1");
            client.call("SET", "over:db", "v");
            assertThat(client.call("TTL", "over:db")).isEqualTo(":-1");
            assertThat(client.call("SELECT", "99")).startsWith("-ERR");
            client.call("SELECT", "0");
            client.call("SET", "over:db", "v");
            assertThat(client.call("TTL", "over:db")).isEqualTo(":60");
        }
    }
}
