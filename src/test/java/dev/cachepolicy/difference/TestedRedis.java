package dev.cachepolicy.difference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.agent.policy.PolicyMetrics;
import dev.cachepolicy.agent.policy.PolicyTable;
import dev.cachepolicy.agent.proxy.Listener;
import dev.cachepolicy.agent.proxy.ListenerConfig;
import dev.cachepolicy.agent.proxy.Proxy;
import dev.cachepolicy.agent.proxy.ProxyOptions;
import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.TtlMode;
import dev.cachepolicy.testing.AgentConfigs;
import dev.cachepolicy.testing.RedisProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.args.ClientType;

/**
 * A Redis, and an agent before it whose policy matches no key of a history. Both ways lead to one server, one after the
 * other: so what depends on the server alone, the order of a set for example, is the same.
 */
final class TestedRedis implements AutoCloseable {

    /** Nothing may depend on a timer that rehashes; notifications give subscribers much to hear. */
    private static final String[] OPTIONS = {"--activerehashing", "no", "--notify-keyspace-events", "AKE"};

    private final RedisProcess redis;
    private final Jedis control;
    private final Proxy proxy;
    private final Listener listener;

    TestedRedis() throws IOException {
        this(RedisProcess.start(OPTIONS));
    }

    /** @param program a server that takes Redis's options */
    static TestedRedis of(String program) throws IOException {
        return new TestedRedis(RedisProcess.startProgram(program, OPTIONS));
    }

    private TestedRedis(RedisProcess redis) throws IOException {
        this.redis = redis;
        control = new Jedis("127.0.0.1", redis.port());
        proxy = new Proxy(ProxyOptions.defaults(new PolicyMetrics()));
        PolicyTable elsewhere = PolicyTable.compile(
                AgentConfigs.config(
                        1,
                        redis.endpoint(),
                        6379,
                        AgentConfigs.policy("elsewhere", "elsewhere:**", TtlMode.Override, 60_000)),
                Map.of());
        listener = proxy.listen(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new ListenerConfig(elsewhere, redis.endpoint(), null, AgentConfig.Limits.DEFAULTS));
    }

    Jedis control() {
        return control;
    }

    int port() {
        return redis.port();
    }

    int agentPort() {
        return listener.port();
    }

    /** Makes it as it was at its start, once those are gone who were there before. */
    void clear() {
        await().atMost(Duration.ofSeconds(30))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .untilAsserted(() -> assertThat(strangers())
                        .as("clients that block, listen or track, of those that are gone")
                        .isEmpty());
        control.flushAll();
        control.scriptFlush();
        control.functionFlush();
    }

    private List<String> strangers() {
        boolean any = blockedClients() > 0
                || count("tracking_clients") > 0
                || !control.clientList(ClientType.PUBSUB).isBlank();
        return any ? control.clientList().lines().toList() : List.of();
    }

    int blockedClients() {
        return count("blocked_clients");
    }

    private int count(String field) {
        return control.info("clients")
                .lines()
                .filter(line -> line.startsWith(field + ":"))
                .mapToInt(line ->
                        Integer.parseInt(line.substring(field.length() + 1).strip()))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        proxy.close();
        control.close();
        redis.close();
    }
}
