package dev.cachepolicy.agent.fence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.agent.fence.SharedWaitModel.Rule;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Readers of a pod that wait for the same load are given a value only by a GET that was sent after they came, or by the load
 * that they wait for.
 */
class SharedWaitModelTest {

    static Stream<SharedWaitModel> holding() {
        return Stream.of(
                new SharedWaitModel(2, 2, Rule.OWN_GET),
                new SharedWaitModel(3, 1, Rule.OWN_GET),
                new SharedWaitModel(2, 2, Rule.JOINED_BEFORE));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void holding(SharedWaitModel model) {
        assertThat(Explorer.explore(model.toString(), model).holds()).isTrue();
    }

    @Test
    void whoeverWaitsMustNotGetWhatIsOnTheWay() {
        SharedWaitModel model = new SharedWaitModel(2, 2, Rule.ANYBODY);
        Explorer.Result result = Explorer.explore(model.toString(), model);
        assertThat(result.violation()).isNotNull();
        assertThat(result.trace())
                .containsSubsequence(
                        "the GET of [0] is executed, version 1",
                        "DEL, the key, and its answer",
                        "reader 1 comes after the DEL, GET",
                        "reader 1 asks, waits");
    }

    @Test
    void whoeverWaitsMustNotGetWhatAnotherLoadSays() {
        SharedWaitModel model = new SharedWaitModel(1, 2, Rule.ANY_LOAD);
        Explorer.Result result = Explorer.explore(model.toString(), model);
        assertThat(result.violation()).isNotNull();
        assertThat(result.trace())
                .containsSubsequence(
                        "DEL, the key, and its answer",
                        "reader 0 comes after the DEL, GET",
                        "reader 0 asks, waits",
                        "the message of version 1 is heard");
    }
}
