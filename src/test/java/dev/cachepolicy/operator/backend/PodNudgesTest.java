package dev.cachepolicy.operator.backend;

import static org.awaitility.Awaitility.await;

import dev.cachepolicy.testing.StandInClient;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PodNudgesTest {

    private static Pod pod(String name) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName(name)
                .withUid("uid-of-" + name)
                .endMetadata()
                .build();
    }

    @Test
    void aMistakeWithOnePodKeepsNoOtherFromBeingTouchedNorItselfFromAnotherTry() {
        AtomicInteger touched = new AtomicInteger();
        try (PodNudges nudges = new PodNudges(StandInClient.answering(method -> {
            touched.incrementAndGet();
            throw new IllegalStateException("not a failure of the API server");
        }))) {
            nudges.nudge(pod("web-1"), "shop-redis", 1);
            await().atMost(Duration.ofSeconds(30)).until(() -> touched.get() == 1);
            nudges.nudge(pod("web-2"), "shop-redis", 1);
            await().atMost(Duration.ofSeconds(30)).until(() -> touched.get() == 2);
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                nudges.nudge(pod("web-1"), "shop-redis", 1);
                return touched.get() > 2;
            });
        }
    }
}
