package dev.cachepolicy.local.demo;

import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.api.v1alpha1.Names;
import dev.cachepolicy.demo.Await;
import dev.cachepolicy.demo.DidNotHappenException;
import dev.cachepolicy.demo.Step;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** From nothing to two applications whose agents follow the policies. */
final class SetupSteps {

    private static final List<String> PODS = List.of("web-1", "web-2");

    private SetupSteps() {}

    static List<Step<Scene>> steps() {
        return List.of(
                Step.first("a real API server, etcd, Redis and the operator run", SetupSteps::start),
                Step.of("without an agent, keys live as the application says", SetupSteps::withoutAgent),
                Step.first("kubectl apply of backend and policies, all Ready", SetupSteps::apply),
                Step.of("Redis's own settings follow the policies", SetupSteps::settings),
                Step.first("the same application gets the agent at admission", SetupSteps::inject),
                Step.first("both agents follow", SetupSteps::synced));
    }

    private static String start(Scene scene) throws Exception {
        Instant start = Instant.now();
        scene.start();
        return "kube-apiserver %s, redis-server %s, operator pid %d, in %s"
                .formatted(
                        scene.client().getKubernetesVersion().getGitVersion(),
                        scene.redis()
                                .cli("info", "server")
                                .lines()
                                .filter(line -> line.startsWith("redis_version:"))
                                .map(line -> line.substring("redis_version:".length()))
                                .findFirst()
                                .orElse("?"),
                        scene.cluster().operator().pid(),
                        Await.since(start));
    }

    private static String withoutAgent(Scene scene) throws Exception {
        Pod pod = scene.podOfExample("plain");
        pod.getMetadata().getLabels().remove(Names.INJECT_LABEL);
        // The name, not the number: the stand-in gives each pod its own 127.0.0.1.
        setVariable(pod, "REDIS_URL", "redis://localhost:" + scene.redis().port());
        scene.client().resource(pod).create();
        App app = new App(
                "plain",
                scene.awaitReady("plain", Duration.ofSeconds(20)).getStatus().getPodIP());
        app.get("/users/1");
        app.get("/listings/front");
        long user = scene.ttl("user:1");
        long listing = scene.ttl("listing:front");
        scene.client().resource(pod).delete();
        Await.until(
                "the pod is gone",
                Duration.ofSeconds(10),
                () -> scene.client().pods().inNamespace(Scene.NAMESPACE).list().getItems(),
                List::isEmpty);
        scene.redis().cli("flushall");
        DidNotHappenException.unless(
                user > 595 && user <= 600 && listing == -1, "user:1 " + user + " s, listing:front " + listing);
        return "user:1 %d s (its SETEX 600), listing:front without expiry".formatted(user);
    }

    private static void setVariable(Pod pod, String name, String value) {
        Container app = pod.getSpec().getContainers().getFirst();
        List<EnvVar> variables = new ArrayList<>(app.getEnv());
        variables.removeIf(variable -> variable.getName().equals(name));
        variables.add(new EnvVar(name, value, null));
        app.setEnv(variables);
    }

    private static String apply(Scene scene) throws Exception {
        scene.settingsBefore = scene.setting("maxmemory") + ", " + scene.setting("maxmemory-policy");
        Path backend = scene.localBackend(UnaryOperator.identity());
        Instant start = Instant.now();
        scene.kubectl().run("apply", "-f", backend.toString(), "-f", Scene.POLICIES.toString());
        Map<String, Boolean> ready = Await.until(
                "all policies are Ready",
                Duration.ofSeconds(20),
                () -> scene.policies().stream()
                        .collect(Collectors.toMap(policy -> policy.getMetadata().getName(), SetupSteps::isReady)),
                policies -> !policies.isEmpty() && !policies.containsValue(false));
        Await.until(
                "the backend is Ready",
                Duration.ofSeconds(20),
                scene::backend,
                found -> isTrue(found.getStatus().conditions(), "Ready"));
        return "%d of %d policies and the backend Ready in %s"
                .formatted(ready.size(), ready.size(), Await.since(start));
    }

    private static boolean isReady(CachePolicy policy) {
        return policy.getStatus() != null && isTrue(policy.getStatus().conditions(), "Ready");
    }

    private static boolean isTrue(List<Condition> conditions, String type) {
        return conditions.stream()
                .anyMatch(condition -> condition.getType().equals(type)
                        && condition.getStatus().equals("True"));
    }

    private static String settings(Scene scene) throws Exception {
        String after = scene.setting("maxmemory") + ", " + scene.setting("maxmemory-policy");
        DidNotHappenException.unless(!after.equals(scene.settingsBefore), "CONFIG GET still says " + after);
        return "CONFIG GET maxmemory, maxmemory-policy: %s before, %s after (%s)"
                .formatted(
                        scene.settingsBefore,
                        after,
                        scene.backend().getStatus().redis().reason());
    }

    private static String inject(Scene scene) throws Exception {
        for (String name : PODS) {
            scene.client().resource(scene.podOfExample(name)).create();
        }
        Pod pod = scene.pod(PODS.getFirst());
        Container first = pod.getSpec().getInitContainers().stream()
                .findFirst()
                .orElseThrow(() -> new DidNotHappenException("the pod has no init container"));
        Container app = pod.getSpec().getContainers().getFirst();
        String url = app.getEnv().stream()
                .filter(variable -> variable.getName().equals("REDIS_URL"))
                .map(EnvVar::getValue)
                .findFirst()
                .orElse("absent");
        DidNotHappenException.unless(
                first.getName().equals(Names.AGENT_CONTAINER)
                        && "Always".equals(first.getRestartPolicy())
                        && url.equals("redis://127.0.0.1:6379"),
                "first init container " + first.getName() + ", REDIS_URL " + url);
        return "%s first, as a native sidecar; %s in the application's environment".formatted(first.getName(), url);
    }

    private static String synced(Scene scene) throws Exception {
        Instant start = Instant.now();
        List<App> apps = new ArrayList<>();
        List<String> processes = new ArrayList<>();
        for (String name : PODS) {
            Pod ready = scene.awaitReady(name, Duration.ofSeconds(40));
            apps.add(new App(name, ready.getStatus().getPodIP()));
            List<String> started = Processes.of(ready);
            DidNotHappenException.unless(
                    started.stream().noneMatch(process -> process.endsWith("restarted")), name + ": " + started);
            processes.addAll(started);
        }
        scene.apps = List.copyOf(apps);
        scene.processes = List.copyOf(processes);
        long followed = Synced.await(scene);
        return "%d pods Ready, SYNCED %d/%d for %d policies after %s; the other %d select other pods"
                .formatted(
                        PODS.size(),
                        PODS.size(),
                        PODS.size(),
                        followed,
                        Await.since(start),
                        scene.policies().size() - followed);
    }
}
