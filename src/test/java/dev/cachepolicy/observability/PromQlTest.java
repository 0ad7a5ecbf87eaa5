package dev.cachepolicy.observability;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromQlTest {

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            quoteCharacter = '`',
            value = {
                "up => up",
                "sum by (le, policy) (rate(a_total{x=~\"b|c\"}[5m])) / (sum(b_total) > 0) => a_total b_total",
                "level:metric:op offset 1d - 0.1 and on (namespace) c{} => c level:metric:op",
                "min(a) - time() < 14 * 86400 or vector(0) => a",
                "histogram_quantile(0.95, a_bucket) * 1e9 => a_bucket",
                "count(a == bool 1) unless ignoring (b) d => a d",
            })
    void seriesOfAnExpressionAreFound(String expression, String series) {
        assertThat(PromQl.metrics(expression)).containsExactlyElementsOf(List.of(series.split(" ")));
    }
}
