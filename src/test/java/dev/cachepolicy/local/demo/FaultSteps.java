package dev.cachepolicy.local.demo;

import dev.cachepolicy.demo.Await;
import dev.cachepolicy.demo.DidNotHappenException;
import dev.cachepolicy.demo.Step;
import io.fabric8.kubernetes.api.model.Event;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What goes wrong at three in the morning. */
final class FaultSteps {

    private static final String DRIFTED = String.valueOf(1 << 20);

    private FaultSteps() {}

    static List<Step<Scene>> steps() {
        return List.of(
                Step.of("CONFIG SET maxmemory 1mb by hand is corrected, counted, with one Event", FaultSteps::drift),
                Step.of("Redis killed and restarted empty: settings back within 5 s", FaultSteps::restart));
    }

    private static String drift(Scene scene) throws Exception {
        String wanted = scene.setting("maxmemory");
        Instant start = Instant.now();
        scene.redis().cli("config", "set", "maxmemory", "1mb");
        DidNotHappenException.unless(scene.setting("maxmemory").equals(DRIFTED), "Redis did not take 1mb");
        Await.until(
                "maxmemory is " + wanted + " again",
                Scene.POLL.multipliedBy(2),
                () -> scene.setting("maxmemory"),
                wanted::equals);
        String corrected = Await.since(start);
        Event event = Await.until(
                        "an Event on the backend",
                        Duration.ofSeconds(5),
                        () -> scene.client().v1().events().inNamespace(Scene.NAMESPACE).list().getItems().stream()
                                .filter(candidate -> Scene.BACKEND.equals(
                                        candidate.getInvolvedObject().getName()))
                                .filter(candidate -> candidate.getReason().contains("Drift"))
                                .toList(),
                        events -> events.size() == 1)
                .getFirst();
        long counted = Http.sample(
                "http://127.0.0.1:" + scene.cluster().operator().httpPort() + "/metrics",
                "cachepolicy_backend_drift_corrections_total{");
        DidNotHappenException.unless(counted == 1, "counted " + counted + " corrections");
        return "back at %s after %s, polled every %s; counted %d; Event %s: %s"
                .formatted(
                        wanted, corrected, Await.seconds(Scene.POLL), counted, event.getReason(), event.getMessage());
    }

    private static String restart(Scene scene) throws Exception {
        String wanted = scene.setting("maxmemory") + ", " + scene.setting("maxmemory-policy");
        App app = scene.apps.getFirst();
        scene.redis().kill();
        String without = app.get("/users/1");
        scene.redis().restart();
        Instant start = Instant.now();
        Await.until(
                "Redis's settings are " + wanted,
                Duration.ofSeconds(20),
                () -> scene.setting("maxmemory") + ", " + scene.setting("maxmemory-policy"),
                wanted::equals);
        Duration settings = Duration.between(start, Instant.now());
        Await.until(
                "the application caches again", Duration.ofSeconds(20), () -> cachedAgain(scene, app), ttl -> ttl > 0);
        String measured = "settings after %s, caching after %s, served meanwhile: %s"
                .formatted(Await.seconds(settings), Await.since(start), without);
        DidNotHappenException.unless(settings.compareTo(Duration.ofSeconds(5)) <= 0, measured);
        return measured;
    }

    private static long cachedAgain(Scene scene, App app) {
        try {
            app.get("/users/after-restart");
            return scene.ttl("user:after-restart");
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
