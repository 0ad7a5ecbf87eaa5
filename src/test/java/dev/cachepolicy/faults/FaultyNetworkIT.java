package dev.cachepolicy.faults;

import static dev.cachepolicy.testing.AgentConfigs.config;
import static dev.cachepolicy.testing.AgentConfigs.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.config.TtlMode;
import dev.cachepolicy.testing.AgentProcess;
import dev.cachepolicy.testing.Ports;
import dev.cachepolicy.testing.RedisProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/**
 * Whatever the network between agent and Redis does: no reply reaches another command, and no write is sent twice. {@code
 * faults.requests}, {@code faults.count} and {@code faults.seed} say how much of it; {@code make soak} asks for a hundred
 * times as much.
 */
class FaultyNetworkIT {

    private static final long REQUESTS = Long.getLong("faults.requests", 100_000);
    private static final int FAULTS = Integer.getInteger("faults.count", 10);
    private static final long SEED = Long.getLong("faults.seed", 2026);
    private static final int CLIENTS = 32;
    private static final Duration LONG = Duration.ofSeconds(60);

    /** What {@code images/agent.options} gives an agent. */
    private static final double HEAP = 24 << 20;

    @TempDir
    private Path root;

    private final int port = Ports.free();
    private final List<Ledger> ledgers = new ArrayList<>();
    private final AtomicLong answered = new AtomicLong();
    private RedisProcess redis;
    private FaultyNetwork network;
    private AgentProcess agent;

    @BeforeEach
    void start() throws IOException {
        redis = RedisProcess.start();
        network = new FaultyNetwork(redis.port(), SEED);
        agent = AgentProcess.below(root)
                .configure(
                        "shop-redis",
                        config(
                                1,
                                "127.0.0.1:" + network.port(),
                                port,
                                policy("users", "user:{id}", TtlMode.Override, 3_600_000)))
                .start();
    }

    @AfterEach
    void stop() throws IOException {
        agent.close();
        network.close();
        redis.close();
    }

    @Test
    void noReplyIsOutOfPlaceAndNoWriteIsSentTwice() throws Exception {
        System.out.println("FaultyNetworkIT: " + FAULTS + " faults, seed " + SEED);
        List<String> violations = play(REQUESTS, faults());
        assertThat(violations).isEmpty();
        assertThat(agent.process().isAlive()).as(agent.output()).isTrue();
        assertThat(agent.output()).doesNotContain("OutOfMemoryError");
        assertThat(agent.metric("jvm_memory_bytes_max{area=\"heap\",}")).isBetween(1.0, HEAP);
        long unanswered = ledgers.stream().mapToLong(Ledger::unanswered).sum();
        long answeredOfAll = ledgers.stream().mapToLong(Ledger::answered).sum();
        assertThat(unanswered).as("requests that a fault hit").isGreaterThan(FAULTS / 2);
        assertThat(answeredOfAll).as("requests that none hit").isGreaterThan(REQUESTS / 2);
    }

    @Test
    void aNetworkThatRepeatsRequestsIsNoticed() throws Exception {
        assertThat(play(20_000, List.of(Fault.Echoing))).isNotEmpty();
    }

    /** Each in its turn, the turns shuffled. */
    private static List<Fault> faults() {
        List<Fault> kinds = new ArrayList<>(List.of(Fault.values()));
        kinds.remove(Fault.Echoing);
        Random random = new Random(SEED);
        List<Fault> faults = new ArrayList<>();
        while (faults.size() < FAULTS) {
            Collections.shuffle(kinds, random);
            faults.addAll(kinds);
        }
        return faults.subList(0, FAULTS);
    }

    private List<String> play(long requests, List<Fault> faults) throws Exception {
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Ledger ledger = new Ledger(i);
                ledgers.add(ledger);
                LoadClient client = new LoadClient(port, SEED + i, ledger);
                running.add(clients.submit(() -> {
                    while (answered.get() < requests) {
                        answered.addAndGet(client.next());
                    }
                    client.disconnect();
                    return null;
                }));
            }
            for (int i = 0; i < faults.size(); i++) {
                long at = (i + 1) * requests / (faults.size() + 1);
                await().atMost(Duration.ofHours(1))
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> answered.get() >= at);
                inject(faults.get(i));
            }
            for (Future<?> client : running) {
                client.get();
            }
        }
        network.mend();
        List<String> violations = new ArrayList<>();
        try (Jedis jedis = new Jedis("127.0.0.1", redis.port())) {
            ledgers.forEach(ledger -> violations.addAll(ledger.violations(jedis)));
        }
        return violations;
    }

    /** The fault lasts until it has had its effect. */
    private void inject(Fault fault) {
        long before = hit();
        network.fail(fault);
        switch (fault) {
            case CutInReply, CutInRequest, LongDelay, Silent, Deaf ->
                await().atMost(LONG).until(() -> hit() > before);
            case Split, Delay -> {
                long until = answered.get() + 200;
                await().atMost(LONG).until(() -> answered.get() > until || hit() > before);
            }
            // A connection ends at the first reply too many, and that need not be one to a write.
            case Echoing -> await().atMost(LONG).until(() -> hit() > before + 500);
        }
        network.mend();
    }

    private long hit() {
        return ledgers.stream().mapToLong(Ledger::unanswered).sum();
    }
}
