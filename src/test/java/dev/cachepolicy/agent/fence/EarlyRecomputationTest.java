package dev.cachepolicy.agent.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EarlyRecomputationTest {

    @Test
    void whereNoLoadIsKnownNoneIsEarly() {
        assertThat(EarlyRecomputation.most(0, 1, 0.999)).isZero();
    }

    @Test
    void theLeastDrawIsNeverEarly() {
        assertThat(EarlyRecomputation.most(1_000_000, 1, 0)).isZero();
    }

    /** An exponential distribution: its mean is the load's time, by beta. */
    @Test
    void onAverageItIsALoadsTimeBeforeTheExpiry() {
        SplittableRandom random = new SplittableRandom(1);
        double sum = 0;
        for (int i = 0; i < 1_000_000; i++) {
            sum += EarlyRecomputation.most(1_000_000, 2, random.nextDouble());
        }
        assertThat(sum / 1_000_000).isCloseTo(2_000_000, within(20_000.0));
    }
}
