package dev.cachepolicy.injector.pod;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VolumeNamesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "redis-app",
                "redis.app",
                "team.example.com",
                "a123456789b123456789c123456789d123456789e123",
                "a123456789b123456789c123456789d123456789e1234",
                "a123456789b123456789c123456789d123456789.123456789b123456789c123456789d123456789"
            })
    void everyNameIsADnsLabel(String name) {
        assertThat(VolumeNames.of("secret", name)).matches("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    }

    @Test
    void namesThatAreCutOrRewrittenStayApart() {
        String start = "x".repeat(60);
        assertThat(List.of(
                        VolumeNames.of("secret", start + "1"),
                        VolumeNames.of("secret", start + "2"),
                        VolumeNames.of("secret", "a.b"),
                        VolumeNames.of("secret", "a-b"),
                        VolumeNames.of("config", "a-b")))
                .doesNotHaveDuplicates();
    }

    @Test
    void aNameThatFitsIsLegible() {
        assertThat(VolumeNames.of("config", "shop-redis")).isEqualTo("cachepolicy-config-shop-redis");
    }
}
