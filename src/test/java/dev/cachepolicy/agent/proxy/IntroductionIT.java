package dev.cachepolicy.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.agent.policy.PolicyTable;
import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.metrics.MetricLabels;
import dev.cachepolicy.testing.Ports;
import dev.cachepolicy.testing.RedisProcess;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that introduce themselves while Redis is down, and what becomes of it when Redis is back. */
class IntroductionIT {

    /** The last reply to commands on one connection, but for what names a server and a connection. */
    private static String last(RawClient client, String commands) throws IOException {
        String reply = "";
        for (String command : commands.split(";", -1)) {
            reply = client.call(command.replace("<LF>", "\n").split("\\|", -1));
        }
        return reply.replaceFirst("version\r\n\\$\\d+\r\n[\\d.]+", "version").replaceFirst("id\r\n:\\d+", "id");
    }

    private static TestProxy proxy(String endpoint, PolicyTable table, Credentials credentials) throws IOException {
        return new TestProxy(new ListenerConfig(table, endpoint, credentials, AgentConfig.Limits.DEFAULTS));
    }

    private static TestProxy proxyToNobody(PolicyTable table) throws IOException {
        return proxy("127.0.0.1:" + Ports.free(), table, null);
    }

    @Test
    void whatTheAgentAnswersWhileRedisIsDownIsWhatRedisAnswers() throws Exception {
        String[] introductions = {
            "HELLO",
            "HELLO|2",
            "HELLO|3",
            "hello|3",
            "HELLO|3;HELLO",
            "HELLO|3;HELLO|2",
            "HELLO|3;HELLO|4;HELLO",
            "HELLO|3|SETNAME|me",
            "HELLO|3|setname|me|SETNAME|you",
            "HELLO|3|SETNAME|",
            "HELLO|1",
            "HELLO|4",
            "HELLO|03",
            "HELLO|-3",
            "HELLO|three",
            "HELLO|",
            "HELLO|9223372036854775808",
            "HELLO|3|SETNAME",
            "HELLO|3|SETNAME|a b",
            "HELLO|3|SETNAME|a<LF>b",
            "HELLO|3|SETNAME|a b|BOGUS",
            "HELLO|3|BOGUS",
            "HELLO|3|two<LF>lines",
            "HELLO|3|BOGUS|SETNAME|a b",
            "HELLO|4|BOGUS",
            "HELLO|3|AUTH",
            "HELLO|3|AUTH|user",
            "HELLO|3|SETNAME|me|AUTH|user",
            "CLIENT|SETNAME|me",
            "client|setname|me",
            "CLIENT|SETNAME|",
            "CLIENT|SETNAME",
            "CLIENT|SETNAME|a|b",
            "CLIENT|SETNAME|a b",
            "CLIENT|SETNAME|a<LF>b",
            "CLIENT|SETNAME|\u00e4",
            "HELLO|3;CLIENT|SETNAME|a b",
            "SELECT|0",
        };
        try (RedisProcess redis = RedisProcess.start();
                TestProxy proxy = proxyToNobody(Policies.EACH)) {
            for (String introduction : introductions) {
                try (RawClient live = new RawClient(redis.port());
                        RawClient down = proxy.client()) {
                    assertThat(last(down, introduction)).as(introduction).isEqualTo(last(live, introduction));
                }
            }
        }
    }

    /** Redis has it since 7.2; the texts are those of its clientSetinfoCommand. */
    @ParameterizedTest
    @CsvSource(delimiter = '=', textBlock = """
            CLIENT|SETINFO|LIB-NAME|redis-py = +OK
            CLIENT|SETINFO|lib-ver|6.0       = +OK
            CLIENT|SETINFO|lib-ver|          = +OK
            CLIENT|SETINFO|lib-name          = -ERR wrong number of arguments for 'client|setinfo' command
            CLIENT|SETINFO|LIB-Name|a b      = -ERR LIB-Name cannot contain spaces, newlines or special characters.
            CLIENT|SETINFO|colour|red        = -ERR Unrecognized option 'colour'
            """)
    void theLibrarysNameAndVersionAreTaken(String introduction, String reply) throws Exception {
        try (TestProxy proxy = proxyToNobody(Policies.EACH);
                RawClient client = proxy.client()) {
            assertThat(last(client, introduction)).isEqualTo(reply);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HELLO|3|AUTH|app|secret",
                "SELECT|1",
                "SELECT|x",
                "CLIENT|ID",
                "CLIENT|GETNAME",
                "CLIENT",
                "PING"
            })
    void whatOnlyRedisCanTellStaysAnError(String command) throws Exception {
        try (TestProxy proxy = proxyToNobody(Policies.EACH);
                RawClient client = proxy.client()) {
            assertThat(last(client, command)).startsWith("-CACHEPOLICY");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HELLO|3", "HELLO|4", "CLIENT|SETNAME|me", "CLIENT|SETINFO|lib-ver|1", "SELECT|0"})
    void wherePoliciesFailClosedNobodyIsLetIn(String command) throws Exception {
        try (TestProxy proxy = proxyToNobody(Policies.FAIL_CLOSED);
                RawClient client = proxy.client()) {
            assertThat(last(client, command)).startsWith("-CACHEPOLICY");
            assertThat(client.call("GET", "closed:k")).startsWith("-CACHEPOLICY");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "secret"})
    void aConnectionMadeWhileRedisIsDownGoesOnAsItSaidWhenRedisIsBack(String password) throws Exception {
        boolean authenticated = !password.isEmpty();
        String[] options = authenticated ? new String[] {"--requirepass", password} : new String[0];
        try (RedisProcess redis = RedisProcess.start(options);
                TestProxy proxy =
                        proxy(redis.endpoint(), Policies.EACH, authenticated ? new Credentials(null, password) : null);
                RawClient client = proxy.client()) {
            redis.kill();
            String hello = authenticated ? "HELLO|3|AUTH|app|its-own|SETNAME|me" : "HELLO|3|SETNAME|me";
            assertThat(last(client, hello)).startsWith("%7\r\n$6\r\nserver").contains("proto\r\n:3");
            assertThat(client.call("CLIENT", "SETINFO", "LIB-NAME", "test")).isEqualTo("+OK");
            assertThat(client.call("GET", "over:k")).isEqualTo("_");
            redis.restart();
            await().until(() -> client.call("SET", "over:k", "v").equals("+OK"));
            assertThat(client.call("HGETALL", "over:none")).isEqualTo("%0");
            assertThat(client.call("CLIENT", "GETNAME")).isEqualTo("$2\r\nme");
            assertThat(redis.cli("-a", password, "CLIENT", "LIST")).contains(" name=me ");
        }
    }

    /** The old connection still speaks RESP2, and Redis comes back on it. */
    @Test
    void aProtocolChangedWhileRedisHangsHoldsWhenItGoesOn() throws Exception {
        try (RedisProcess redis = RedisProcess.start();
                TestProxy proxy = TestProxy.to(redis.endpoint());
                RawClient client = proxy.client();
                RawClient blocked = proxy.client()) {
            assertThat(client.call("GET", "over:k")).isEqualTo("$-1");
            redis.freeze();
            assertThat(blocked.call("GET", "over:k")).isEqualTo("$-1");
            await().until(() -> blocked.call("PING").startsWith("-CACHEPOLICY"));
            assertThat(last(client, "HELLO|3")).startsWith("%7");
            redis.thaw();
            await().until(() -> client.call("PING").equals("+PONG"));
            assertThat(client.call("GET", "over:k")).isEqualTo("_");
        }
    }

    @Test
    void aConnectionThatRedisDoesNotTakeAsItWasToldIsClosedAndNoOther() throws Exception {
        try (RedisProcess redis = RedisProcess.start("--rename-command", "HELLO", "HIDDEN");
                TestProxy proxy = TestProxy.to(redis.endpoint());
                RawClient client = proxy.client();
                RawClient other = proxy.client()) {
            CollectorRegistry registry = new CollectorRegistry();
            proxy.proxy.metrics().register(registry);
            redis.kill();
            assertThat(last(client, "HELLO|3")).startsWith("%7");
            assertThat(client.call("GET", "over:k")).isEqualTo("_");
            redis.restart();
            await().until(() -> other.call("PING").equals("+PONG"));

            client.send("GET", "over:k").send("GET", "over:k");

            assertThat(client.untilClosed())
                    .isEqualTo("-CACHEPOLICY backend " + redis.endpoint()
                            + " does not go on with this connection: HELLO was refused: ERR; connect again\r\n");
            assertThat(other.call("PING")).isEqualTo("+PONG");
            assertThat(registry.getSampleValue(
                            "cachepolicy_upstream_errors_total",
                            new String[] {MetricLabels.KIND},
                            new String[] {"sessionrefused"}))
                    .isEqualTo(1);
        }
    }
}
