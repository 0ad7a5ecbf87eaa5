package dev.cachepolicy.agent.fence;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class KnownLeasesTest {

    private static final Duration LOCK = Duration.ofSeconds(5);
    private static final Nonce LOAD = new Nonce("load");
    private static final Nonce ANOTHER = new Nonce("another");
    private static final ByteBuffer KEY = key("k");

    private long now;
    private final KnownLeases leases = new KnownLeases(() -> now, 3);

    private static ByteBuffer key(String name) {
        return ByteBuffer.wrap(name.getBytes(StandardCharsets.UTF_8));
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private boolean taken(Nonce nonce, Duration left) {
        return leases.taken(KEY, nonce, left, LOCK);
    }

    @Test
    void aLeaseIsWorthWaitingForUntilItEnds() {
        assertThat(taken(LOAD, LOCK)).isFalse();
        pass(Duration.ofSeconds(4));
        assertThat(taken(LOAD, Duration.ofSeconds(1))).isFalse();
    }

    @Test
    void whoeverRenewsALeaseItIsAbandonedForALockTimeout() {
        taken(LOAD, LOCK);
        pass(LOCK);

        assertThat(taken(LOAD, LOCK)).isTrue();
        pass(LOCK.minusMillis(1));
        assertThat(taken(LOAD, Duration.ofMillis(1))).isTrue();
        pass(Duration.ofMillis(1));
        assertThat(taken(LOAD, Duration.ofMillis(1))).isFalse();
    }

    /** The reader that renews it may be the first of its pod that meets it. */
    @Test
    void aRenewalByThisPodSaysSoToo() {
        leases.granted(KEY, LOAD, false, LOCK);

        assertThat(taken(LOAD, LOCK)).isTrue();
    }

    @Test
    void aLeaseThatNobodyHadBeforeIsWorthWaitingFor() {
        leases.granted(KEY, LOAD, false, LOCK);
        leases.granted(KEY, ANOTHER, true, LOCK);

        assertThat(taken(ANOTHER, LOCK)).isFalse();
    }

    @Test
    void anotherLoadIsWorthWaitingFor() {
        taken(LOAD, LOCK);
        leases.voided(KEY, LOCK);

        assertThat(taken(LOAD, LOCK)).isTrue();
        assertThat(taken(ANOTHER, LOCK)).isFalse();
    }

    @Test
    void aValueEndsWhatWasKnown() {
        taken(LOAD, LOCK);
        leases.voided(KEY, LOCK);
        leases.forget(KEY);

        assertThat(taken(LOAD, LOCK)).isFalse();
    }

    @Test
    void theOldestIsForgottenWhenThereAreTooMany() {
        taken(LOAD, LOCK);
        leases.voided(KEY, LOCK);
        for (int i = 0; i < 3; i++) {
            leases.taken(key("other" + i), LOAD, LOCK, LOCK);
        }

        assertThat(taken(LOAD, LOCK)).isFalse();
    }
}
