package dev.cachepolicy.operator.status;

import static org.awaitility.Awaitility.await;

import dev.cachepolicy.testing.StandInClient;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EventRecorderTest {

    @Test
    void aMistakeWithOneEventKeepsNoOtherFromBeingWritten() {
        AtomicInteger written = new AtomicInteger();
        Pod pod = new PodBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("web-1")
                .endMetadata()
                .build();
        try (EventRecorder recorder = new EventRecorder(
                StandInClient.answering(method -> {
                    written.incrementAndGet();
                    throw new IllegalStateException("not a failure of the API server");
                }),
                "test",
                Clock.systemUTC())) {
            recorder.normal(pod, "Restored", "RestoreSettings", "one");
            recorder.normal(pod, "Restored", "RestoreSettings", "two");

            await().atMost(Duration.ofSeconds(30)).until(() -> written.get() == 2);
        }
    }
}
