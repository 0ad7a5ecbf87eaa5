package dev.cachepolicy.local.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachepolicy.demo.Await;
import dev.cachepolicy.demo.DidNotHappenException;
import dev.cachepolicy.demo.Step;
import dev.cachepolicy.demo.TtlRange;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A policy's TTL instead of the application's, and a change of it. */
final class TtlSteps {

    private static final String POLICY = "user-profiles";
    private static final Duration BOUND = Duration.ofSeconds(2);
    private static final Duration GIVE_UP = Duration.ofSeconds(20);

    private TtlSteps() {}

    static List<Step<Scene>> steps() {
        return List.of(
                Step.of("the policies' TTLs in place of the application's", TtlSteps::policyDecides),
                Step.of("a changed TTL: the next write through each agent obeys within 2 s", TtlSteps::change),
                Step.of("both agents acknowledged it within 2 s", TtlSteps::acknowledged),
                Step.of("the change of one policy wrote the status of one", TtlSteps::oneStatus),
                Step.of("the same processes as before", TtlSteps::sameProcesses));
    }

    private static String policyDecides(Scene scene) throws Exception {
        List<String> seen = new ArrayList<>();
        for (App app : scene.apps) {
            String id = "first-" + app.pod();
            app.get("/users/" + id);
            app.get("/listings/" + id);
            seen.add("%s: user %s, listing %s"
                    .formatted(
                            app.pod(),
                            inRange(scene, "user:" + id, "user-profiles"),
                            inRange(scene, "listing:" + id, "product-listings")));
        }
        return String.join("; ", seen) + " (the application says 600, and nothing)";
    }

    private static String inRange(Scene scene, String key, String policy) throws DidNotHappenException {
        TtlRange range = TtlRange.of(scene.policy(policy).getSpec().ttl());
        long ttl = scene.ttl(key);
        DidNotHappenException.unless(range.contains(ttl), key + " lives " + ttl + " s, the policy says " + range);
        return ttl + " s";
    }

    private static String change(Scene scene) throws Exception {
        TtlChange change = TtlChange.watch(scene.client(), Scene.NAMESPACE);
        scene.change = change;
        Path file = scene.editedPolicy(POLICY, TtlSteps::fiveMinutes);
        String before = scene.policy(POLICY).getSpec().ttl().value();
        try (ExecutorService perApp = Executors.newVirtualThreadPerTaskExecutor()) {
            scene.kubectl().run("apply", "-f", file.toString());
            TtlRange range = TtlRange.of(scene.policy(POLICY).getSpec().ttl());
            List<CompletableFuture<Instant>> obeyed = scene.apps.stream()
                    .map(app -> CompletableFuture.supplyAsync(() -> firstObeyed(scene, app, range), perApp))
                    .toList();
            Instant taken = Await.until("the watch shows the change", GIVE_UP, change::taken, Optional::isPresent)
                    .orElseThrow();
            List<Duration> times = new ArrayList<>();
            for (CompletableFuture<Instant> first : obeyed) {
                times.add(Duration.between(taken, first.join()));
            }
            Await.until("the status says SYNCED 2/2", GIVE_UP, () -> change.synced("2/2"), Optional::isPresent);
            Thread.sleep(1000); // a status that should not be written would be by now
            String measured = "%s -> 5m: %s"
                    .formatted(
                            before,
                            String.join(", ", times.stream().map(Await::seconds).toList()));
            DidNotHappenException.unless(times.stream().allMatch(time -> time.compareTo(BOUND) <= 0), measured);
            return measured + " after the API server took it";
        } catch (CompletionException e) {
            throw new DidNotHappenException(String.valueOf(e.getCause().getMessage()));
        } finally {
            change.end();
        }
    }

    private static ObjectNode fiveMinutes(ObjectNode policy) {
        policy.withObject("/spec/ttl").put("value", "5m");
        return policy;
    }

    /** Makes the application write again and again. {@return when a write first had the new TTL} */
    private static Instant firstObeyed(Scene scene, App app, TtlRange range) {
        String id = "changed-" + app.pod();
        Await.until(
                app.pod() + " writes with " + range,
                GIVE_UP,
                () -> {
                    try {
                        app.put("/users/" + id);
                        app.get("/users/" + id);
                        return scene.ttl("user:" + id);
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                },
                range::contains);
        return Instant.now();
    }

    private static String acknowledged(Scene scene) throws Exception {
        Duration time = scene.change.synced("2/2").orElseThrow(() -> new DidNotHappenException("never SYNCED 2/2"));
        DidNotHappenException.unless(time.compareTo(BOUND) <= 0, "SYNCED 2/2 after " + Await.seconds(time));
        return "SYNCED 2/2 after " + Await.seconds(time);
    }

    private static String oneStatus(Scene scene) throws Exception {
        var writes = scene.change.statusWrites();
        DidNotHappenException.unless(writes.keySet().equals(Set.of(POLICY)), "statuses written: " + writes.keySet());
        return "%s, written %d times; the other %d policies not"
                .formatted(POLICY, writes.get(POLICY).size(), scene.policies().size() - 1);
    }

    private static String sameProcesses(Scene scene) throws Exception {
        List<String> now = scene.apps.stream()
                .flatMap(app -> Processes.of(scene.pod(app.pod())).stream())
                .toList();
        DidNotHappenException.unless(now.equals(scene.processes), scene.processes + " became " + now);
        return String.join(", ", now);
    }
}
