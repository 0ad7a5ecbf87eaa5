package dev.cachepolicy.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** After a rollback that leaves the newer CRDs, objects have fields that this version does not know. */
class NewerFieldsTest {

    static Stream<Class<?>> records() {
        return Stream.of(
                        CachePolicySpec.class,
                        CachePolicyStatus.class,
                        CacheBackendSpec.class,
                        CacheBackendStatus.class,
                        AgentCounts.class)
                .flatMap(type -> Stream.concat(Stream.of(type), Stream.of(type.getDeclaredClasses())))
                .filter(Class::isRecord);
    }

    @ParameterizedTest
    @MethodSource("records")
    void fieldsThatOnlyALaterVersionKnowsArePassedOver(Class<?> type) throws Exception {
        ObjectNode later = new ObjectMapper().createObjectNode().put("fromALaterVersion", "1");
        assertThat(new ObjectMapper().treeToValue(later, type)).isNotNull();
    }
}
