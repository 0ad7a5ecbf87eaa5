package dev.cachepolicy.e2e.demo;

import dev.cachepolicy.demo.Await;
import dev.cachepolicy.demo.DidNotHappenException;
import dev.cachepolicy.demo.Step;
import dev.cachepolicy.testing.Program;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** What goes wrong at three in the morning. */
final class FaultSteps {

    private FaultSteps() {}

    static List<Step<Scene>> steps() {
        return List.of(Step.of(
                "Redis's pod deleted: every page is served, and the new Redis gets its settings", FaultSteps::redis));
    }

    private static String redis(Scene scene) throws Exception {
        String wanted = scene.settings();
        AtomicInteger served = new AtomicInteger();
        AtomicInteger failed = new AtomicInteger();
        Instant start = Instant.now();
        scene.kubectl("delete", "pod", "-l", "app=redis", "--wait=false");
        Await.until(
                "Redis's settings are " + wanted + " in a new pod",
                Duration.ofMinutes(2),
                () -> {
                    Program.Result page = scene.page("/users/1");
                    (page.exitCode() == 0 ? served : failed).incrementAndGet();
                    return redisPods(scene) == 1 ? scene.settings() : "being replaced";
                },
                wanted::equals);
        String settings = Await.since(start);
        long ttl = scene.shop().freshTtl();
        String measured = "%d pages served, %d not; settings back after %s; user:1 is cached again, for %d s"
                .formatted(served.get(), failed.get(), settings, ttl);
        DidNotHappenException.unless(failed.get() == 0 && served.get() > 0, measured);
        return measured;
    }

    private static int redisPods(Scene scene) {
        return scene.shop()
                .kubectl()
                .run("get", "pods", "-l", "app=redis", "-o", "name")
                .lines()
                .toList()
                .size();
    }
}
