package dev.cachepolicy.agent.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.agent.proxy.Credentials;
import dev.cachepolicy.config.AgentConfigException.Reason;
import dev.cachepolicy.config.Heartbeat;
import dev.cachepolicy.config.Heartbeat.Agent;
import dev.cachepolicy.config.Heartbeat.Counters;
import dev.cachepolicy.config.Heartbeat.Refusal;
import dev.cachepolicy.testing.RedisProcess;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.exceptions.JedisConnectionException;

class HeartbeatSenderIT {

    private static final String KEY = "cachepolicy:agents:uid-1";
    private static final String FIELD = "shop/web-0/pod-uid";

    /** For a busy machine. */
    private static final Duration LONG = Duration.ofSeconds(30);

    /** So long that no heartbeat comes in a test because it was its time. */
    private static final Duration NEVER = Duration.ofHours(1);

    private final CollectorRegistry registry = new CollectorRegistry();
    private RedisProcess redis;
    private HeartbeatSender sender;
    private volatile Report report;

    @BeforeEach
    void startRedis() {
        redis = RedisProcess.start();
        report = report(1, null);
    }

    @AfterEach
    void stop() {
        if (sender != null) {
            sender.close();
        }
        redis.close();
    }

    @Test
    void saysWhoLivesWithWhatAndWhatItCounted() {
        start();

        await().until(() -> sender.health().ok());
        assertThat(redis.cli("HKEYS", KEY)).isEqualTo(FIELD);
        assertThat(heartbeat())
                .isEqualTo(new Heartbeat(1, 1, "1.2.3", null, Map.of("shop/user-profiles", new Counters(5, 2))));
        assertThat(registry.getSampleValue(
                        "cachepolicy_heartbeats_total",
                        new String[] {"backend", "result"},
                        new String[] {"shop-redis", "sent"}))
                .isEqualTo(1);
    }

    @Test
    void comesEveryFiveSeconds() {
        start(HeartbeatSender.INTERVAL);
        await().until(() -> sender.health().ok());

        await().atMost(LONG).until(() -> heartbeat().sequence() == 3);
    }

    @Test
    void acknowledgesAndAnnouncesAReloadAtOnce() {
        List<String> announced = subscribe();
        start();
        await().until(() -> sender.health().ok());

        report = report(2, null);
        sender.wake();

        await().atMost(LONG).until(() -> heartbeat().revision() == 2);
        await().untilAsserted(() -> assertThat(announced).containsExactly(FIELD, FIELD));
    }

    @Test
    void aDefectInWhatThereIsToSayEndsNoHeartbeats() {
        AtomicInteger asked = new AtomicInteger();
        start(NEVER, () -> {
            if (asked.incrementAndGet() <= 3) {
                throw new IllegalStateException("a defect");
            }
            return Optional.of(report);
        });

        await().atMost(LONG).until(() -> sender.health().ok());
        assertThat(asked).hasValue(4);
        assertThat(registry.getSampleValue(
                        "cachepolicy_heartbeats_total",
                        new String[] {"backend", "result"},
                        new String[] {"shop-redis", "failed"}))
                .isEqualTo(3);
    }

    @Test
    void carriesWhyAConfigurationWasRefused() {
        Refusal refusal = new Refusal(Reason.AgentTooOld, "the file requires TimeTravel");
        List<String> announced = subscribe();
        start();
        await().until(() -> sender.health().ok());

        report = report(1, refusal);
        sender.wake();

        await().atMost(LONG).until(() -> refusal.equals(heartbeat().refused()));
        await().untilAsserted(() -> assertThat(announced).hasSize(2));
    }

    @Test
    void anUnchangedReportIsNotAnnouncedAgain() {
        List<String> announced = subscribe();
        start();
        await().until(() -> sender.health().ok());

        sender.wake();

        await().atMost(LONG).until(() -> heartbeat().sequence() == 2);
        assertThat(announced).hasSize(1);
    }

    @Test
    void isBackAtOnceWhenRedisWasRestartedEmpty() {
        start();
        await().until(() -> sender.health().ok());
        redis.kill();
        await().atMost(LONG).until(() -> !sender.health().ok());
        assertThat(sender.health().message()).contains(redis.endpoint());
        report = report(2, null);

        redis.restart();

        await().atMost(LONG).until(() -> redis.cli("HEXISTS", KEY, FIELD).equals("1"));
        assertThat(heartbeat().revision()).isEqualTo(2);
    }

    @Test
    void isBackAtOnceWhenRedisHung() {
        start();
        await().until(() -> sender.health().ok());
        redis.freeze();
        sender.wake();
        await().until(() -> !sender.health().ok());

        redis.thaw();

        await().atMost(LONG).until(() -> sender.health().ok());
    }

    @Test
    void followsARotatedPassword() {
        redis.cli("ACL", "SETUSER", "app", "on", ">one", "~*", "&*", "+@all");
        report = report(1, null, new Credentials("app", "one"));
        start();
        await().until(() -> sender.health().ok());

        redis.cli("ACL", "SETUSER", "app", "resetpass", ">two");
        redis.cli("CLIENT", "KILL", "USER", "app");
        sender.wake();
        await().until(() -> !sender.health().ok());
        assertThat(sender.health().message()).startsWith("WRONGPASS").doesNotContain("one");

        report = report(1, null, new Credentials("app", "two"));
        sender.wake();
        await().atMost(LONG).until(() -> sender.health().ok());
    }

    @Test
    void namesTheAclRuleThatIsMissing() {
        redis.cli("ACL", "SETUSER", "app", "on", ">one", "~user:*", "+@all");
        report = report(1, null, new Credentials("app", "one"));
        start();

        await().until(() -> sender.health().message().startsWith("NOPERM"));
        assertThat(sender.health().message())
                .contains("~cachepolicy:agents:* &cachepolicy:agents:* +hset +hdel +publish");
        assertThat(redis.cli("EXISTS", KEY)).isEqualTo("0");
    }

    @Test
    void withoutPermissionToAnnounceItStillLives() {
        redis.cli("ACL", "SETUSER", "app", "on", ">one", "~cachepolicy:agents:*", "resetchannels", "+@all");
        report = report(1, null, new Credentials("app", "one"));
        start();

        await().until(() -> sender.health().message().contains("not announced: NOPERM"));
        sender.wake();
        await().until(() -> heartbeat().sequence() >= 2);
        assertThat(sender.health().message()).contains("not announced: NOPERM");
    }

    @Test
    void takesItsHeartbeatAwayAtTheEnd() {
        redis.cli("HSET", KEY, "shop/other/uid", "{}");
        start();
        await().until(() -> sender.health().ok());

        sender.close();

        assertThat(redis.cli("HKEYS", KEY)).isEqualTo("shop/other/uid");
    }

    @Test
    void endsInTimeWhenRedisHangs() {
        start();
        await().until(() -> sender.health().ok());
        redis.freeze();
        try {
            long before = System.nanoTime();
            sender.close();
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(LONG);
        } finally {
            redis.thaw();
        }
    }

    @Test
    void aStrangerOnThePortDoesNotHoldItUp() throws IOException {
        try (ServerSocket stranger = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answerWithoutEnd(stranger));
            report = reportTo("127.0.0.1:" + stranger.getLocalPort(), 1, null, null);
            start();

            await().until(() -> sender.health().message().contains("this is not Redis"));
        }
    }

    @Test
    void theSecretIsNotRepeatedWhenRedisQuotesIt() throws IOException {
        try (ServerSocket stranger = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual()
                    .start(() -> answer(stranger, "-ERR unknown command 'AUTH', with args: 'app' 's3cret'\r\n"));
            report = reportTo("127.0.0.1:" + stranger.getLocalPort(), 1, null, new Credentials("app", "s3cret"));
            start();

            await().until(() -> sender.health().message().contains("AUTH"));
            assertThat(sender.health().message()).doesNotContain("s3cret");
        }
    }

    private static void answerWithoutEnd(ServerSocket server) {
        answer(server, "HTTP/1.1 400 Bad Request and so on ".repeat(1000));
    }

    private static void answer(ServerSocket server, String text) {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                assertThat(client.getInputStream().read(new byte[512])).isPositive();
                client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                // The sender gave up, or the test ended.
            }
        }
    }

    private void start() {
        start(NEVER);
    }

    private void start(Duration interval) {
        start(interval, () -> Optional.of(report));
    }

    private void start(Duration interval, Supplier<Optional<Report>> reports) {
        sender = new HeartbeatSender(
                "shop-redis",
                new Agent("shop", "web-0", "pod-uid"),
                "1.2.3",
                reports,
                new HeartbeatMetrics(registry),
                interval);
        sender.start();
    }

    private Report report(long revision, Refusal refused) {
        return report(revision, refused, null);
    }

    private Report report(long revision, Refusal refused, Credentials credentials) {
        return reportTo(redis.endpoint(), revision, refused, credentials);
    }

    private static Report reportTo(String endpoint, long revision, Refusal refused, Credentials credentials) {
        return new Report(
                "uid-1",
                endpoint,
                credentials,
                null,
                revision,
                refused,
                Map.of("shop/user-profiles", new Counters(5, 2)));
    }

    private Heartbeat heartbeat() {
        return Heartbeat.read(redis.cli("HGET", KEY, FIELD)).orElseThrow();
    }

    private List<String> subscribe() {
        List<String> messages = new CopyOnWriteArrayList<>();
        Thread.ofVirtual().start(() -> {
            try (Jedis jedis = new Jedis("127.0.0.1", redis.port())) {
                jedis.subscribe(
                        new JedisPubSub() {
                            @Override
                            public void onMessage(String channel, String message) {
                                messages.add(message);
                            }
                        },
                        KEY);
            } catch (JedisConnectionException e) {
                // Redis was stopped at the end of the test.
            }
        });
        await().until(() -> redis.cli("PUBSUB", "NUMSUB", KEY).endsWith("1"));
        return messages;
    }
}
