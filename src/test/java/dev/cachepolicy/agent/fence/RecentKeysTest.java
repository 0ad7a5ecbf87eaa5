package dev.cachepolicy.agent.fence;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecentKeysTest {

    /** @param doubtful whether it was so once while it was there */
    private record Known(long until, boolean doubtful) {}

    private static byte[] key(int number) {
        return ("key:" + number).getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void knowsWhatTheDefinitionKnows() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        RecentKeys keys = new RecentKeys(1 << 20);
        Map<Integer, Known> defined = new HashMap<>();
        long now = Long.MAX_VALUE - 1_000; // the clock may overflow
        for (int step = 0; step < 200_000; step++) {
            int number = random.nextInt(5_000);
            now += random.nextInt(3);
            Known before = defined.get(number);
            boolean there = before != null && before.until() - now > 0;
            if (random.nextBoolean()) {
                long until = now + 1 + random.nextInt(10_000);
                boolean doubtful = random.nextInt(4) == 0;
                keys.add(key(number), doubtful, until, now);
                defined.put(
                        number,
                        there
                                ? new Known(
                                        before.until() - until > 0 ? before.until() : until,
                                        before.doubtful() || doubtful)
                                : new Known(until, doubtful));
            } else {
                String what = "seed " + seed + ", step " + step;
                assertThat(keys.contains(key(number), now)).as(what).isEqualTo(there);
                assertThat(keys.isDoubtful(key(number), now)).as(what).isEqualTo(there && before.doubtful());
            }
        }
        assertThat(keys.bytes()).isLessThanOrEqualTo(1 << 20);
    }

    @Test
    void whileSomethingHasNoPlaceEveryKeyIsDoubtful() {
        RecentKeys keys = new RecentKeys(256 * RecentKeys.SLOT_BYTES);
        for (int i = 0; i < 300; i++) {
            keys.add(key(i), false, 10, 0);
        }
        assertThat(keys.isDoubtful(key(-1), 9)).isTrue();
        assertThat(keys.isDoubtful(key(-1), 10)).isFalse();
        assertThat(keys.contains(key(0), 10)).isFalse();
    }
}
