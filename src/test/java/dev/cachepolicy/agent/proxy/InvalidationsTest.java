package dev.cachepolicy.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.agent.policy.Invalidation;
import dev.cachepolicy.agent.policy.PolicyMetrics;
import dev.cachepolicy.agent.policy.Rules;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InvalidationsTest {

    private static final Rules RULES = new PolicyMetrics().bind(Policies.EACH);

    private final InvalidationMetrics metrics = new InvalidationMetrics();
    private final Invalidations invalidations = new Invalidations(3, 100, metrics);

    @Test
    void nothingIsOwedAtFirst() {
        assertThat(invalidations.isSettled()).isTrue();
        assertThat(invalidations.begin()).isNull();
    }

    @Test
    void whatIsRememberedIsOwedUntilItIsAcknowledged() {
        remember("over:1");
        assertThat(invalidations.isSettled()).isFalse();
        assertThat(keys(begin())).containsExactly("over:1");
        assertThat(invalidations.isSettled()).isFalse();
        invalidations.acknowledged();
        assertThat(invalidations.isSettled()).isTrue();
        assertThat(metrics.pending.sum()).isZero();
        assertThat(metrics.replayed.sum()).isEqualTo(1);
    }

    @Test
    void anInterruptedAttemptIsMadeAgainWithWhatCameSince() {
        remember("over:1", "over:2");
        begin();
        remember("over:3");
        invalidations.interrupted(false);
        assertThat(keys(begin())).containsExactlyInAnyOrder("over:1", "over:2", "over:3");
        assertThat(metrics.pending.sum()).isEqualTo(3);
    }

    @Test
    void aKeyThatIsRememberedWhileItIsRemovedIsRemovedAgain() {
        remember("over:1");
        begin();
        remember("over:1");
        invalidations.acknowledged();
        assertThat(invalidations.isSettled()).isFalse();
        assertThat(keys(begin())).containsExactly("over:1");
        invalidations.acknowledged();
        assertThat(invalidations.isSettled()).isTrue();
        assertThat(metrics.pending.sum()).isZero();
    }

    @Test
    void oneAttemptIsUnderWayAtATime() {
        remember("over:1");
        begin();
        assertThat(invalidations.begin()).isNull();
    }

    @Test
    void theSameKeyTakesNoMoreRoom() {
        remember("over:1", "over:1", "over:1", "over:1", "over:1");
        assertThat(begin().isOverflowed()).isFalse();
        assertThat(metrics.pending.sum()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "over:1 over:2 over:3 over:4",
                "over:a-key-that-has-more-bytes-than-all-of-them-together-may"
                        + "-have-in-this-test-which-is-not-many-but-a-hundred"
            })
    void moreThanFitsIsAllThatThePoliciesHave(String keys) {
        remember(keys.split(" "));
        assertThat(invalidations.state().isLong()).isTrue();
        Remembered owed = begin();
        assertThat(invalidations.state().isLong()).isTrue();
        assertThat(owed.covers(bytes("over:9"))).isTrue();
        assertThat(owed.covers(bytes("closed:9"))).isFalse();
        assertThat(owed.covers(bytes("dry:9"))).isFalse();
        assertThat(owed.covers(bytes("none:9"))).isFalse();
        assertThat(metrics.overflowed.sum()).isEqualTo(1);
    }

    @Test
    void howeverOftenItIsInterruptedItStaysBounded() {
        for (int i = 0; i < 100; i++) {
            remember("over:" + 2 * i, "over:" + (2 * i + 1));
            begin();
            remember("ceil:" + 2 * i, "ceil:" + (2 * i + 1));
            invalidations.interrupted(false);
        }
        assertThat(begin().keys()).hasSizeLessThanOrEqualTo(6);
        assertThat(metrics.pending.sum()).isBetween(1L, 6L);
    }

    @Test
    void whatRedisRefusesTakesLong() {
        remember("over:1");
        begin();
        assertThat(invalidations.state().isLong()).isFalse();
        invalidations.interrupted(true);
        assertThat(invalidations.state().isLong()).isTrue();
        begin();
        assertThat(invalidations.state().isLong()).isTrue();
        invalidations.acknowledged();
        assertThat(invalidations.isSettled()).isTrue();
    }

    @Test
    void connectionsInDoubtAreKeptAsLongAsTheirKeys() {
        invalidations.remember(write("over:1"), RULES, "127.0.0.1:1");
        begin();
        invalidations.remember(write("over:2"), RULES, "127.0.0.1:2");
        invalidations.interrupted(false);
        assertThat(begin().doubted()).containsExactlyInAnyOrder("127.0.0.1:1", "127.0.0.1:2");
        invalidations.acknowledged();
        remember("over:1");
        assertThat(begin().doubted()).isEmpty();
    }

    private void remember(String... keys) {
        invalidations.remember(write(keys), RULES, null);
    }

    private static Invalidation write(String... keys) {
        return new Invalidation(Stream.of(keys).map(InvalidationsTest::bytes).toList(), true);
    }

    private Remembered begin() {
        return Objects.requireNonNull(invalidations.begin());
    }

    private static Set<String> keys(Remembered owed) {
        return owed.keys().stream()
                .map(ByteBuffer::array)
                .map(key -> new String(key, StandardCharsets.US_ASCII))
                .collect(Collectors.toSet());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
