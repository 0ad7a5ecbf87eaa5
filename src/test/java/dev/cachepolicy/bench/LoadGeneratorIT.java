package dev.cachepolicy.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.testing.RedisProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LoadGeneratorIT {

    private static final Duration PAUSE = Duration.ofMillis(200);

    @Test
    void countsTheRequestsThatWereDueWhileRedisStoodStill() throws Exception {
        Latency latency = whileRedisStandsStillNowAndThen("open", "200");
        assertThat(latency.perSecond()).isEqualTo(200);
        assertThat(latency.p99()).isGreaterThan(PAUSE.toNanos() / 1e3 * 0.8);
    }

    /** Why the other loads say nothing about latency under load: they stand still together with Redis. */
    @Test
    void hidesThemWhereEachRequestWaitsForTheReplyBefore() throws Exception {
        Latency latency = whileRedisStandsStillNowAndThen("one");
        assertThat(latency.p50()).isLessThan(PAUSE.toNanos() / 1e3 * 0.8);
    }

    private static Latency whileRedisStandsStillNowAndThen(String... load) throws IOException, InterruptedException {
        try (RedisProcess redis = RedisProcess.start()) {
            Keys.fill(redis.port());
            Peer.Running direct = new Peer.Running(Peer.DIRECT, redis.port(), OptionalLong.empty());
            Machine machine = Machine.here();
            CompletableFuture<Latency> measured =
                    CompletableFuture.supplyAsync(() -> Latency.measure(machine, direct, 2, load));
            while (!measured.isDone()) {
                redis.freeze();
                Thread.sleep(PAUSE);
                redis.thaw();
                Thread.sleep(PAUSE);
            }
            return measured.join();
        }
    }
}
