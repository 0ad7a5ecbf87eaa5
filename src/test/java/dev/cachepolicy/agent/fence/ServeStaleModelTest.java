package dev.cachepolicy.agent.fence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.agent.fence.ServeStaleModel.Fault;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * ServeStale, whatever a pod believes of a value's expiry: nothing older than ttl and staleFor is served, one reader has the
 * lease, and no value is stored whose load began before an invalidation.
 */
class ServeStaleModelTest {

    static Stream<Arguments> holding() {
        return Stream.of(
                Arguments.of("stale, 3 readers and a DEL", new ServeStaleModel(List.of(0, 1, 2), 1, false, Fault.NONE)),
                Arguments.of(
                        "stale, 3 readers in 2 pods and a DEL",
                        new ServeStaleModel(List.of(0, 0, 1), 1, false, Fault.NONE)),
                Arguments.of(
                        "stale, 2 readers, a DEL, and evictions",
                        new ServeStaleModel(List.of(0, 1), 1, true, Fault.NONE)),
                Arguments.of(
                        "stale, 3 readers and 2 DELs", new ServeStaleModel(List.of(0, 1, 2), 2, false, Fault.NONE)),
                Arguments.of("stale, 4 readers", new ServeStaleModel(List.of(0, 0, 1, 1), 0, false, Fault.NONE)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void holding(String name, ServeStaleModel model) {
        assertThat(Explorer.explore(name, model).holds()).isTrue();
    }

    static Stream<Arguments> violated() {
        return Stream.of(
                Arguments.of(Fault.KEPT_REFRESHES, 3, 0, "a value is served that is older than ttl and staleFor"),
                Arguments.of(Fault.EARLY_WITHOUT_LEASE, 2, 0, "two readers have the lease"),
                Arguments.of(Fault.FENCE_IGNORED, 2, 0, "two readers have the lease"),
                Arguments.of(
                        Fault.FENCE_STAYS, 1, 1, "the value of a load that began before an invalidation is stored"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void violated(Fault fault, int readers, int deleters, String violation) {
        List<Integer> pods = List.of(0, 1, 2).subList(0, readers);
        Explorer.Result result = Explorer.explore("stale, " + fault, new ServeStaleModel(pods, deleters, false, fault));
        assertThat(result.violation()).isEqualTo(violation);
    }
}
