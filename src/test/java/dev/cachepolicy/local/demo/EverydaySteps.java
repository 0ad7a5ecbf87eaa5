package dev.cachepolicy.local.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.demo.Await;
import dev.cachepolicy.demo.DidNotHappenException;
import dev.cachepolicy.demo.Step;
import dev.cachepolicy.demo.TtlRange;
import dev.cachepolicy.testing.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** What teams see and do on an ordinary day. */
final class EverydaySteps {

    private EverydaySteps() {}

    static List<Step<Scene>> steps() {
        return List.of(
                Step.of("hit ratios by policy, in kubectl get cpol and from the agents", EverydaySteps::hitRatios),
                Step.of("kubectl diff is empty, client-side and server-side", EverydaySteps::diff),
                Step.of("the kill switch: enforcement Off gives the application its own 600 s", EverydaySteps::off));
    }

    private static String hitRatios(Scene scene) throws Exception {
        List<String> seen = new ArrayList<>();
        for (String name : Scene.FOLLOWED) {
            CachePolicy policy = Await.until(
                    "a hit ratio of " + name,
                    Duration.ofSeconds(60),
                    () -> scene.policy(name),
                    candidate -> candidate.getStatus().observed() != null);
            long hits = count(scene, name, "hit");
            long misses = count(scene, name, "miss");
            DidNotHappenException.unless(hits > 0 && misses > 0, name + ": " + hits + " hits, " + misses + " misses");
            seen.add("%s %s (agents: %d hits, %d misses, %.1f%%)"
                    .formatted(
                            name,
                            policy.getStatus().observed().hitRatio(),
                            hits,
                            misses,
                            100.0 * hits / (hits + misses)));
        }
        String table = scene.kubectl().run("get", "cpol");
        DidNotHappenException.unless(
                Scene.FOLLOWED.stream()
                        .allMatch(name -> table.lines().anyMatch(line -> line.startsWith(name) && line.contains("%"))),
                table);
        return String.join("; ", seen);
    }

    private static long count(Scene scene, String policy, String result) throws IOException, InterruptedException {
        long sum = 0;
        for (App app : scene.apps) {
            sum += app.sample("cachepolicy_requests_total{namespace=\"%s\",policy=\"%s\",result=\"%s\""
                    .formatted(Scene.NAMESPACE, policy, result));
        }
        return sum;
    }

    private static String diff(Scene scene) throws Exception {
        String backend = scene.localBackend(UnaryOperator.identity()).toString();
        for (String side : List.of("--server-side=false", "--server-side=true")) {
            String force = "--force-conflicts=" + side.endsWith("true");
            String[] files = {side, force, "-f", backend, "-f", Scene.POLICIES.toString()};
            scene.kubectl().run(with("apply", files));
            Synced.await(scene); // what was applied changes statuses for a moment, and diff shows those too
            Program.Result diff = scene.kubectl().call(with("diff", files));
            DidNotHappenException.unless(diff.exitCode() == 0 && diff.output().isEmpty(), side + ": " + diff.output());
        }
        return "0 differences in the backend and " + scene.policies().size() + " policies";
    }

    private static String[] with(String verb, String... arguments) {
        return Stream.concat(Stream.of(verb), Stream.of(arguments)).toArray(String[]::new);
    }

    private static String off(Scene scene) throws Exception {
        Path backend = scene.localBackend(EverydaySteps::enforcementOff);
        Instant start = Instant.now();
        scene.kubectl().run("apply", "-f", backend.toString());
        awaitTtl(scene, new TtlRange(595, 600));
        String released = Await.since(start);
        start = Instant.now();
        backend = scene.localBackend(UnaryOperator.identity());
        scene.kubectl().run("apply", "-f", backend.toString());
        awaitTtl(scene, TtlRange.of(scene.policy("user-profiles").getSpec().ttl()));
        return "both after %s; back under the policy after %s".formatted(released, Await.since(start));
    }

    private static void awaitTtl(Scene scene, TtlRange range) {
        for (App app : scene.apps) {
            String id = "switched-" + app.pod();
            Await.until(
                    app.pod() + " writes with " + range,
                    Duration.ofSeconds(20),
                    () -> {
                        try {
                            app.put("/users/" + id);
                            app.get("/users/" + id);
                            return scene.ttl("user:" + id);
                        } catch (IOException e) {
                            return 0L;
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                            throw new IllegalStateException(e);
                        }
                    },
                    range::contains);
        }
    }

    private static ObjectNode enforcementOff(ObjectNode backend) {
        backend.withObject("/spec/agent").put("enforcement", "Off");
        return backend;
    }
}
