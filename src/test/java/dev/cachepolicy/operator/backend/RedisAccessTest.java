package dev.cachepolicy.operator.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CacheBackendSpec;
import dev.cachepolicy.api.v1alpha1.CacheBackendStatus;
import dev.cachepolicy.api.v1alpha1.CacheBackendStatus.Redis;
import dev.cachepolicy.api.v1alpha1.CacheBackendStatus.Settings;
import dev.cachepolicy.api.v1alpha1.Management;
import dev.cachepolicy.operator.keeper.ActualSettings;
import dev.cachepolicy.operator.keeper.RedisTarget;
import dev.cachepolicy.operator.model.RedisSettings;
import java.util.List;
import org.junit.jupiter.api.Test;

class RedisAccessTest {

    private static final RedisAccess ACCESS = new RedisAccess(null, null, null, null, null);
    private static final RedisSettings WANTED = new RedisSettings(64L << 20, null, "fixed");

    private static CacheBackend backend(Management management) {
        CacheBackend backend = new CacheBackend();
        backend.setSpec(new CacheBackendSpec(
                null, List.of("redis:6379"), null, null, null, null, null, management, null, null));
        return backend;
    }

    private static CacheBackendStatus status(Settings original) {
        return new CacheBackendStatus(1L, null, new Redis("7", 1, "0", "noeviction", "", original), 0, null);
    }

    @Test
    void nothingIsWrittenToRedisBeforeItsOriginalSettingsStandInTheStatus() {
        RedisTarget first = ACCESS.target(backend(null), false, WANTED, null, false);
        assertThat(first.managed()).isFalse();
        assertThat(ACCESS.target(backend(null), false, WANTED, status(null), false)
                        .managed())
                .isFalse();

        RedisTarget then =
                ACCESS.target(backend(null), false, WANTED, status(new Settings("10Mi", "allkeys-lru")), false);
        assertThat(then.managed()).isTrue();
        assertThat(then.original()).isEqualTo(new ActualSettings(10 << 20, "allkeys-lru"));
    }

    @Test
    void observerNeverWrites() {
        assertThat(ACCESS.target(
                                backend(Management.Observe),
                                false,
                                WANTED,
                                status(new Settings("0", "noeviction")),
                                false)
                        .managed())
                .isFalse();
    }
}
