package dev.cachepolicy.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.testing.KubeApi;
import org.junit.jupiter.api.Test;

class CrdSchemaIT {
    @Test
    void apiServerTakesTheCrds() {
        KubeApi api = KubeApi.shared();
        assertThat(api.client()
                        .resources(CachePolicy.class)
                        .inNamespace(api.newNamespace())
                        .list()
                        .getItems())
                .isEmpty();
    }
}
