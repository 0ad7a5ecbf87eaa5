package dev.cachepolicy.e2e;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

class RepetitionsTest {

    private static Repetitions took(int... millis) {
        Iterator<Integer> each = List.of(millis[0], millis[1], millis[2]).iterator();
        return Repetitions.of(3, "drill", () -> Duration.ofMillis(each.next()));
    }

    @Test
    void promiseHoldsForTheMiddleOneAndTheBoundForEach() {
        assertThatCode(() -> took(14_000, 100, 2000).assertPromise()).doesNotThrowAnyException();
        assertThatThrownBy(() -> took(100, 2001, 2001).assertPromise()).hasMessageContaining("median");
        assertThatThrownBy(() -> took(15_001, 100, 100).assertPromise()).hasMessageContaining("slowest");
    }
}
