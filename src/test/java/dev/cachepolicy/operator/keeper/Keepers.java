package dev.cachepolicy.operator.keeper;

import static org.awaitility.Awaitility.await;

import dev.cachepolicy.api.v1alpha1.EvictionPolicy;
import dev.cachepolicy.operator.model.RedisSettings;
import dev.cachepolicy.redis.RedisCredentials;
import dev.cachepolicy.testing.RedisProcess;
import io.prometheus.client.CollectorRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;

/** Keepers under test, with short times, and what they told. */
final class Keepers implements AutoCloseable, KeeperListener {

    static final Duration WITHIN = Duration.ofSeconds(30);
    static final long MB = 1024 * 1024;

    /** A tenth to a hundredth of the real times. */
    static final KeeperOptions QUICK = new KeeperOptions(
            Duration.ofMillis(200),
            Duration.ofMillis(100),
            Duration.ofMillis(600),
            Duration.ofMillis(1500),
            Duration.ofMillis(20),
            Duration.ofMillis(300),
            Duration.ofMillis(100),
            Duration.ofSeconds(2),
            3,
            Duration.ofSeconds(60),
            Duration.ofSeconds(2),
            Duration.ofMillis(500));

    /** The real times, but for polls: what is seen within {@link #WITHIN} was not seen by one. */
    static final KeeperOptions WITHOUT_POLLS = new KeeperOptions(
            Duration.ofMinutes(10),
            Duration.ofMinutes(10),
            Duration.ofSeconds(15),
            Duration.ofSeconds(60),
            Duration.ofMillis(200),
            Duration.ofSeconds(10),
            Duration.ofSeconds(2),
            Duration.ofMinutes(20),
            3,
            Duration.ofMinutes(10),
            Duration.ofMinutes(10),
            Duration.ofSeconds(2));

    final CollectorRegistry registry = new CollectorRegistry();
    final ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();
    final RedisKeepers keepers;

    /** Given each state that was told of. */
    private final Consumer<RedisState> states;

    Keepers() {
        this(QUICK);
    }

    Keepers(KeeperOptions options) {
        this("cluster-1", options);
    }

    Keepers(String cluster, KeeperOptions options) {
        this(cluster, options, _ -> {});
    }

    Keepers(KeeperOptions options, Consumer<RedisState> states) {
        this("cluster-1", options, states);
    }

    private Keepers(String cluster, KeeperOptions options, Consumer<RedisState> states) {
        this.states = states;
        keepers = new RedisKeepers(cluster, this, registry, options, Clock.systemUTC());
    }

    static BackendId backend(String name) {
        return new BackendId("shop", name, "uid-of-" + name);
    }

    static RedisSettings settings(@Nullable Long maxMemory, @Nullable EvictionPolicy policy) {
        return new RedisSettings(maxMemory, policy, "a test asks for it");
    }

    /** {@return a managed target with 64 MiB and allkeys-lfu} */
    static RedisTarget target(RedisProcess redis) {
        return target(redis.endpoint(), null, settings(64 * MB, EvictionPolicy.ALLKEYS_LFU));
    }

    static RedisTarget target(RedisProcess redis, RedisSettings settings) {
        return target(redis.endpoint(), null, settings);
    }

    static RedisTarget target(String endpoint, @Nullable RedisCredentials admin, RedisSettings settings) {
        return new RedisTarget(endpoint, admin, null, null, false, settings, true, null, false);
    }

    static RedisTarget observing(RedisTarget target) {
        return ending(target, false, target.original(), target.restoredOnRelease());
    }

    /** {@return a managed target, whose original settings are put back when it is released} */
    static RedisTarget restoredOnRelease(RedisTarget target, ActualSettings original) {
        return ending(target, true, original, true);
    }

    private static RedisTarget ending(
            RedisTarget target, boolean managed, @Nullable ActualSettings original, boolean restoredOnRelease) {
        return new RedisTarget(
                target.endpoint(),
                target.admin(),
                target.tls(),
                target.agentUser(),
                target.fenced(),
                target.settings(),
                managed,
                original,
                restoredOnRelease);
    }

    /** {@return the state, once it is as described} */
    RedisState awaitState(BackendId backend, Predicate<RedisState> described) {
        return await().atMost(WITHIN).until(() -> keepers.state(backend), described);
    }

    RedisState.Reached awaitReached(BackendId backend) {
        return (RedisState.Reached) awaitState(backend, RedisState.Reached.class::isInstance);
    }

    RedisState.Unreachable awaitUnreachable(BackendId backend, RedisState.Reason reason) {
        return (RedisState.Unreachable) awaitState(
                backend, state -> state instanceof RedisState.Unreachable away && away.reason() == reason);
    }

    /** {@return the outcome, once it is of this kind} */
    <T extends SettingsOutcome> T awaitOutcome(BackendId backend, Class<T> kind) {
        RedisState state = awaitState(
                backend, now -> now instanceof RedisState.Reached reached && kind.isInstance(reached.outcome()));
        return kind.cast(((RedisState.Reached) state).outcome());
    }

    static void eventually(ThrowingRunnable assertion) {
        await().atMost(WITHIN).untilAsserted(assertion);
    }

    /** {@return what the listener was told of this kind: changed, corrected, contended} */
    List<String> told(String kind) {
        return told.stream().filter(news -> news.startsWith(kind)).toList();
    }

    @Nullable
    Double metric(String name, String backend) {
        return registry.getSampleValue(name, new String[] {"namespace", "backend"}, new String[] {"shop", backend});
    }

    static String config(RedisProcess redis, String parameter) {
        List<String> lines = redis.cli("CONFIG", "GET", parameter).lines().toList();
        return lines.get(1);
    }

    /** {@return how many CONFIG SETs this Redis has executed} */
    static long configSets(RedisProcess redis) {
        return calls(redis, "config|set");
    }

    /** Waits until the keeper has looked that many times more; each look is one INFO. */
    static void awaitPolls(RedisProcess redis, int polls) {
        long before = calls(redis, "info");
        int[] asked = {0};
        await().atMost(WITHIN).pollInterval(Duration.ofMillis(100)).until(() -> {
            // Asking is an INFO too.
            asked[0]++;
            return calls(redis, "info") - before - asked[0] >= polls;
        });
    }

    private static long calls(RedisProcess redis, String command) {
        Pattern line = Pattern.compile("cmdstat_" + Pattern.quote(command) + ":calls=([0-9]+),.*");
        return redis.cli("INFO", "commandstats")
                .lines()
                .map(line::matcher)
                .filter(Matcher::matches)
                .mapToLong(matched -> Long.parseLong(matched.group(1)))
                .sum();
    }

    @Override
    public void changed(BackendId backend) {
        told.add("changed " + backend);
        states.accept(keepers.state(backend));
    }

    @Override
    public void corrected(BackendId backend, String parameter, String found, String restored) {
        told.add("corrected " + backend + " " + parameter + " " + found + " " + restored);
    }

    @Override
    public void contended(BackendId backend, String parameter) {
        told.add("contended " + backend + " " + parameter);
    }

    @Override
    public void restored(BackendId backend, String message) {
        told.add("restored " + backend + " " + message);
    }

    @Override
    public void abandoned(BackendId backend, ActualSettings original) {
        told.add("abandoned " + backend + " " + original);
    }

    @Override
    public void close() {
        keepers.close();
    }
}
