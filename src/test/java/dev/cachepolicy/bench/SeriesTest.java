package dev.cachepolicy.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeriesTest {

    @Test
    void findsTheMiddleOfRoundsInAnyOrder() {
        assertThat(Series.of(9, 1, 5).median()).isEqualTo(5);
        assertThat(Series.of(9, 1, 5, 7).median()).isEqualTo(6);
    }

    @Test
    void comparesRoundByRound() {
        // Both medians are 4: of them the ratio would be 1. In every round but one the first has half of the second.
        Series ratio = Series.of(4, 2, 8).over(Series.of(8, 4, 2));
        assertThat(ratio.median()).isEqualTo(0.5);
        assertThat(ratio.min()).isEqualTo(0.5);
        assertThat(ratio.max()).isEqualTo(4);
        assertThat(Series.of(4, 2, 8).minus(Series.of(1, 1, 1)).median()).isEqualTo(3);
    }

    @Test
    void refusesNoRound() {
        assertThatThrownBy(Series::of).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "GET_TO_TWEMPROXY, 1.24, BELOW",
        "GET_TO_TWEMPROXY, 1.25, limit",
        "GET_TO_TWEMPROXY, 1.40, aim",
        "GET_CPU_TO_TWEMPROXY, 0.81, ABOVE",
        "GET_CPU_TO_TWEMPROXY, 0.80, limit",
        "GET_CPU_TO_TWEMPROXY, 0.60, aim",
    })
    void saysOnWhichSideOfItsLimitAValueIs(Limits limits, double value, String verdict) {
        assertThat(limits.verdict(value)).isEqualTo(verdict);
    }
}
