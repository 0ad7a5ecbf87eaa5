package dev.cachepolicy.e2e.demo;

import dev.cachepolicy.api.v1alpha1.Names;
import dev.cachepolicy.demo.Await;
import dev.cachepolicy.demo.DidNotHappenException;
import dev.cachepolicy.demo.Step;
import dev.cachepolicy.e2e.Images;
import dev.cachepolicy.e2e.KindCluster;
import dev.cachepolicy.e2e.Shop;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** From nothing to an application whose agents follow the policies. */
final class SetupSteps {

    private static final String APP_FILE = "examples/apps/node-cache-aside.yaml";

    private SetupSteps() {}

    static List<Step<Scene>> steps() {
        return List.of(
                Step.first("a Kubernetes cluster with the images inside", SetupSteps::cluster),
                Step.first("the operator, as Helm installs it", SetupSteps::operator),
                Step.first("a team's namespace with a Redis that nobody tuned", SetupSteps::redis),
                Step.first("backend and policies applied, all Ready", SetupSteps::apply),
                Step.of("Redis's own settings follow the policies", SetupSteps::settings),
                Step.first("an unmodified application gets an agent in each pod", SetupSteps::inject),
                Step.first("both pods follow the policies", SetupSteps::followed),
                Step.of("a Prometheus scrapes what the chart's monitors say", SetupSteps::prometheus));
    }

    private static String cluster(Scene scene) {
        Instant start = Instant.now();
        scene.terminal().show(kind(KindCluster.creation(Scene.CLUSTER)));
        scene.terminal().show(kind(KindCluster.loading(Scene.CLUSTER, Images.all())));
        scene.start();
        scene.terminal().show(List.of("export", "KUBECONFIG=" + scene.cluster().kubeConfig()));
        return "Kubernetes %s in %s"
                .formatted(scene.cluster().client().getKubernetesVersion().getGitVersion(), Await.since(start));
    }

    private static List<String> kind(List<String> arguments) {
        return Stream.concat(Stream.of("kind"), arguments.stream()).toList();
    }

    private static String operator(Scene scene) throws Exception {
        Instant start = Instant.now();
        scene.terminal().run(scene.operator().helm(), scene.operator().installation());
        List<Pod> pods = scene.operator().pods();
        DidNotHappenException.unless(pods.size() == 2, pods.size() + " pods of the operator");
        return "%d pods Ready in %s".formatted(pods.size(), Await.since(start));
    }

    private static String redis(Scene scene) {
        scene.terminal().run(scene.cluster().kubectl("default"), "create", "namespace", Shop.NAMESPACE);
        scene.kubectl("apply", "-f", Shop.REDIS.toString());
        scene.kubectl("rollout", "status", "deployment/redis", "--timeout=180s");
        return "CONFIG GET maxmemory, maxmemory-policy: " + scene.settings();
    }

    private static String apply(Scene scene) throws Exception {
        Instant start = Instant.now();
        scene.kubectl("apply", "-f", "examples/cachebackend.yaml", "-f", "examples/policies");
        String ready = scene.kubectl("wait", "--for=condition=Ready", "cbe,cpol", "--all", "--timeout=60s");
        return "%d resources Ready in %s".formatted(ready.lines().count(), Await.since(start));
    }

    private static String settings(Scene scene) throws Exception {
        String maxMemory = scene.kubectl("exec", "deploy/redis", "--", "redis-cli", "config", "get", "maxmemory");
        DidNotHappenException.unless(!maxMemory.endsWith("\n0"), maxMemory);
        return "%s (%s)"
                .formatted(
                        scene.settings(),
                        scene.shop().backend().getStatus().redis().reason());
    }

    private static String inject(Scene scene) throws Exception {
        Instant start = Instant.now();
        scene.kubectl("apply", "-f", APP_FILE);
        scene.kubectl("rollout", "status", "deployment/" + Scene.APP, "--timeout=180s");
        String ready = Await.since(start);
        String columns = "custom-columns=POD:.metadata.name,FIRST:.spec.initContainers[0].name,"
                + "REDIS_URL:.spec.containers[0].env[?(@.name==\"REDIS_URL\")].value";
        String table = scene.kubectl("get", "pods", "-l", "app=" + Scene.APP, "-o", columns);
        scene.terminal().say(table);
        DidNotHappenException.unless(
                table.lines()
                                .filter(line -> line.contains(Names.AGENT_CONTAINER))
                                .filter(line -> line.endsWith("redis://127.0.0.1:6379"))
                                .count()
                        == Scene.PODS,
                table);
        scene.pods = scene.appPods().stream().map(Shop::identity).sorted().toList();
        return "%d pods Ready in %s; the manifest says redis://redis.shop.svc:6379".formatted(Scene.PODS, ready);
    }

    private static String followed(Scene scene) {
        Await.until(
                "SYNCED " + Scene.PODS + "/" + Scene.PODS,
                Duration.ofSeconds(60),
                () -> scene.shop().policy(Scene.POLICY),
                Shop.isFollowedBy(Scene.PODS));
        scene.terminal().say(scene.kubectl("get", "cpol"));
        return scene.shop().policy(Scene.POLICY).getStatus().agents().ratio() + " agents acknowledged";
    }

    private static String prometheus(Scene scene) throws Exception {
        Instant start = Instant.now();
        scene.startPrometheus();
        List<Double> up = Await.until(
                "targets that are up",
                Duration.ofSeconds(60),
                () -> scene.prometheus().api().query("up == 1"),
                targets -> targets.size() == Scene.PODS + 2);
        return "%d agents and operators up after %s".formatted(up.size(), Await.since(start));
    }
}
