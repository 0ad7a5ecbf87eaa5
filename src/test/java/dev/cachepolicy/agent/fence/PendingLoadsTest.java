package dev.cachepolicy.agent.fence;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PendingLoadsTest {

    private static final Duration FENCE_TIME = Duration.ofSeconds(30);
    private static final FencedWrite VOID = new FencedWrite.Fill(Nonce.NEVER);
    private static final FencedWrite REMOVED = FencedWrite.UNEXPLAINED;

    /** Not far from where a clock of nanoseconds overflows: only differences count. */
    private long now = Long.MAX_VALUE - 1;

    private final PendingLoads loads = new PendingLoads(() -> now, 1 << 20, false);

    static Stream<Long> seeds() {
        return Stream.of(1L, System.nanoTime());
    }

    private static byte[] key(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private void begun(PendingLoads in, String key, String nonce) {
        in.begun(key(key), new Nonce(nonce), FENCE_TIME);
    }

    private FencedWrite write(PendingLoads of, String key) {
        return of.write(key(key), FENCE_TIME, false).write();
    }

    private static FencedWrite fill(String nonce) {
        return new FencedWrite.Fill(new Nonce(nonce));
    }

    @Test
    void aWriteAfterANilIsAFillAndTheNextOneIsUnexplainedUntilFenceTimeHasPassed() {
        begun(loads, "user:1", "a");
        pass(FENCE_TIME.minusNanos(1));
        assertThat(write(loads, "user:1")).isEqualTo(fill("a"));
        assertThat(write(loads, "user:1")).isEqualTo(FencedWrite.UNEXPLAINED);
        assertThat(write(loads, "user:2")).isEqualTo(FencedWrite.STORE);

        pass(Duration.ofNanos(1));

        assertThat(write(loads, "user:1")).isEqualTo(FencedWrite.STORE);
        assertThat(loads.bytes()).as("of what may be needed again").isEqualTo(4096);
    }

    @Test
    void aNilThatIsForgottenNoLongerDisagrees() {
        begun(loads, "user:1", "a");
        pass(FENCE_TIME.dividedBy(2));
        begun(loads, "user:1", "b");
        assertThat(write(loads, "user:1")).isEqualTo(VOID);

        begun(loads, "user:1", "b");
        pass(FENCE_TIME.dividedBy(2));
        assertThat(write(loads, "user:1")).isEqualTo(fill("b"));
    }

    @Test
    void theCallersArrayIsItsOwn() {
        byte[] key = key("user:1");
        loads.begun(key, new Nonce("a"), FENCE_TIME);
        key[0] = 'x';
        assertThat(write(loads, "user:1")).isEqualTo(fill("a"));
    }

    @Test
    void loadsThatAreForgottenAreVoidAndNoOthers() {
        PendingLoads small = new PendingLoads(() -> now, 20_000, false);
        for (int i = 0; i < 100; i++) {
            begun(small, "user:" + i, "a");
        }
        assertThat(write(small, "user:0")).isEqualTo(REMOVED);
        assertThat(write(small, "user:99")).isEqualTo(fill("a"));
        assertThat(write(small, "user:100")).isEqualTo(FencedWrite.STORE);
        begun(small, "user:0", "b");
        assertThat(write(small, "user:0")).as("which load it ends is not known").isEqualTo(REMOVED);
        pass(FENCE_TIME);
        assertThat(write(small, "user:0")).isEqualTo(FencedWrite.STORE);
    }

    @Test
    void whatHasNoPlaceAtAllMakesEveryWriteVoidForFenceTime() {
        PendingLoads small = new PendingLoads(() -> now, 1_000, false);
        begun(small, "user:1", "a");
        begun(small, "user:2", "b");
        pass(Duration.ofSeconds(10));
        begun(small, "user:3", "c");

        assertThat(Stream.of("user:1", "user:2", "user:3", "user:4").map(key -> write(small, key)))
                .containsOnly(REMOVED);
        pass(Duration.ofSeconds(29));
        assertThat(write(small, "user:4")).isEqualTo(REMOVED);
        pass(Duration.ofSeconds(1));
        assertThat(Stream.of("user:1", "user:3", "user:4").map(key -> write(small, key)))
                .containsOnly(FencedWrite.STORE);
    }

    /** As when a Redis that came back empty is filled again. */
    @Test
    void thousandsOfLoadsASecondAreNotForgotten() {
        PendingLoads usual = new PendingLoads(() -> now, 4 << 20, false);
        for (int i = 0; i < 80_000; i++) {
            begun(usual, "user:" + i, "a");
            pass(Duration.ofNanos(200_000));
            assertThat(write(usual, "user:" + i)).isEqualTo(fill("a"));
        }
        assertThat(write(usual, "user:0")).isEqualTo(FencedWrite.UNEXPLAINED);
        assertThat(write(usual, "user:new")).isEqualTo(FencedWrite.STORE);
        assertThat(usual.bytes()).isLessThanOrEqualTo(4 << 20);
        pass(FENCE_TIME);
        assertThat(write(usual, "user:0")).isEqualTo(FencedWrite.STORE);
    }

    @Test
    void anOverflowUnderALongFenceTimeIsNotForgottenByOneUnderAShort() {
        PendingLoads none = new PendingLoads(() -> now, 0, false);
        none.begun(key("slow:1"), new Nonce("a"), Duration.ofMinutes(5));
        none.begun(key("user:1"), new Nonce("b"), FENCE_TIME);
        pass(Duration.ofMinutes(5).minusNanos(1));
        assertThat(write(none, "user:1")).isEqualTo(REMOVED);
        pass(Duration.ofNanos(1));
        assertThat(write(none, "user:1")).isEqualTo(FencedWrite.STORE);
    }

    @Test
    void afterARestartEveryWriteIsVoidForTheFenceTimeOfItsPolicy() {
        PendingLoads again = new PendingLoads(() -> now, 1 << 20, true);
        begun(again, "user:1", "a");
        pass(FENCE_TIME.minusNanos(1));
        assertThat(write(again, "user:1")).isEqualTo(REMOVED);
        assertThat(write(again, "user:2")).isEqualTo(REMOVED);

        pass(Duration.ofNanos(1));

        assertThat(write(again, "user:2")).isEqualTo(FencedWrite.STORE);
        assertThat(again.write(key("slow:1"), Duration.ofMinutes(5), false).write())
                .isEqualTo(REMOVED);
    }

    /** A nil of the definition: who got it, until when it counts, and whether its SET has come. */
    private record Given(String nonce, long until, boolean ended) {}

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void saysWhatTheDefinitionSays(long seed) {
        Random random = new Random(seed);
        List<Duration> fenceTimes = List.of(Duration.ofSeconds(5), FENCE_TIME);
        Map<String, List<Given>> given = new HashMap<>();
        for (int step = 0; step < 100_000; step++) {
            String key = "k" + random.nextInt(6);
            Duration fenceTime = fenceTimes.get(random.nextInt(2));
            List<Given> nils = given.computeIfAbsent(key, _ -> new ArrayList<>());
            nils.removeIf(nil -> nil.until() - now <= 0);
            switch (random.nextInt(4)) {
                case 0 -> pass(Duration.ofMillis(random.nextInt(4000)));
                case 1, 2 -> {
                    String nonce = "n" + random.nextInt(3);
                    loads.begun(key(key), new Nonce(nonce), fenceTime);
                    nils.add(new Given(nonce, now + fenceTime.toNanos(), false));
                }
                default ->
                    assertThat(loads.write(key(key), fenceTime, false).write())
                            .as("seed %d, step %d", seed, step)
                            .isEqualTo(defined(nils));
            }
        }
    }

    private static FencedWrite defined(List<Given> nils) {
        List<Given> out = nils.stream().filter(nil -> !nil.ended()).toList();
        if (out.isEmpty()) {
            return nils.isEmpty() ? FencedWrite.STORE : FencedWrite.UNEXPLAINED;
        }
        Given newest = out.getLast();
        nils.set(nils.lastIndexOf(newest), new Given(newest.nonce(), newest.until(), true));
        return out.stream().allMatch(nil -> nil.nonce().equals(newest.nonce())) ? fill(newest.nonce()) : VOID;
    }
}
