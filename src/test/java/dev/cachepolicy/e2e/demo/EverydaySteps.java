package dev.cachepolicy.e2e.demo;

import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.demo.Await;
import dev.cachepolicy.demo.DidNotHappenException;
import dev.cachepolicy.demo.Step;
import dev.cachepolicy.demo.TtlRange;
import dev.cachepolicy.e2e.Shop;
import dev.cachepolicy.gitops.Acknowledgement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What teams see and do on an ordinary day. */
final class EverydaySteps {

    private static final String HIT_RATIO = "namespace_policy:cachepolicy_hits:ratio_rate5m{policy=\"%s\"}";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** What the application asks for by itself. */
    private static final TtlRange OWN = new TtlRange(595, 600);

    /** The kubelet by itself would take a minute or more. */
    private static final Duration FAR_BELOW_A_KUBELETS_PERIOD = Duration.ofSeconds(10);

    private EverydaySteps() {}

    static List<Step<Scene>> steps() {
        return List.of(
                Step.of("keys live as the policy says, not the application's 600 s", EverydaySteps::ttl),
                Step.of("hit ratios by policy in kubectl get cpol", EverydaySteps::hitRatio),
                Step.of("and in Prometheus", EverydaySteps::hitRatioInPrometheus),
                Step.of("a changed TTL is followed by both pods", EverydaySteps::change),
                Step.of("no pod was replaced, no container restarted", EverydaySteps::samePods),
                Step.of("the kill switch gives the application its own 600 s", EverydaySteps::killSwitch));
    }

    private static String ttl(Scene scene) throws Exception {
        TtlRange range = TtlRange.of(scene.shop().policy(Scene.POLICY).getSpec().ttl());
        scene.shop().freshTtl();
        long ttl = Long.parseLong(scene.kubectl("exec", "deploy/redis", "--", "redis-cli", "ttl", "user:1"));
        DidNotHappenException.unless(range.contains(ttl), ttl + " s, and the policy says " + range);
        return "user:1 lives %d s, the policy says %s".formatted(ttl, range);
    }

    private static String hitRatio(Scene scene) throws Exception {
        CachePolicy policy = Await.until(
                "a hit ratio of " + Scene.POLICY,
                PATIENCE,
                () -> scene.shop().policy(Scene.POLICY),
                found -> found.getStatus().observed() != null);
        String table = scene.kubectl("get", "cpol", Scene.POLICY);
        scene.terminal().say(table);
        String ratio = policy.getStatus().observed().hitRatio();
        DidNotHappenException.unless(table.contains("%"), table);
        return ratio + " of the reads of user:{id}";
    }

    private static String hitRatioInPrometheus(Scene scene) throws Exception {
        String query = HIT_RATIO.formatted(Scene.POLICY);
        scene.terminal()
                .show(List.of("kubectl", "--namespace", "monitoring", "port-forward", "service/prometheus", "9090"));
        scene.terminal()
                .show(List.of(
                        "curl", "-sG", "http://127.0.0.1:9090/api/v1/query", "--data-urlencode", "query=" + query));
        double ratio = Await.until(
                        query + " has a value",
                        PATIENCE,
                        () -> scene.prometheus().api().query(query),
                        found -> found.size() == 1)
                .getFirst();
        DidNotHappenException.unless(ratio > 0 && ratio <= 1, query + " is " + ratio);
        return "%.1f%%".formatted(100 * ratio);
    }

    private static String change(Scene scene) throws Exception {
        Shop shop = scene.shop();
        Duration time;
        try (Acknowledgement acknowledgement = Acknowledgement.of(shop.client(), Shop.NAMESPACE, Scene.POLICY)) {
            scene.kubectl(
                    "patch", "cpol", Scene.POLICY, "--type=merge", "-p", "{\"spec\":{\"ttl\":{\"value\":\"5m\"}}}");
            time = acknowledgement.await(PATIENCE);
        }
        TtlRange range = TtlRange.of(shop.policy(Scene.POLICY).getSpec().ttl());
        long ttl = shop.freshTtl();
        String event = scene.kubectl("events", "--for", "cachepolicy/" + Scene.POLICY)
                .lines()
                .filter(line -> line.contains("ttl.value"))
                .findFirst()
                .orElseThrow(() -> new DidNotHappenException("no Event tells of the change"));
        scene.terminal().say(event);
        String measured = "acknowledged after %s; user:1 lives %d s".formatted(Await.seconds(time), ttl);
        DidNotHappenException.unless(time.compareTo(FAR_BELOW_A_KUBELETS_PERIOD) < 0 && range.contains(ttl), measured);
        return measured;
    }

    private static String samePods(Scene scene) throws Exception {
        scene.terminal().say(scene.kubectl("get", "pods", "-l", "app=" + Scene.APP));
        List<String> now = scene.appPods().stream().map(Shop::identity).sorted().toList();
        DidNotHappenException.unless(now.equals(scene.pods), scene.pods + " became " + now);
        return now.size() + " pods with the same UIDs, 0 restarts";
    }

    private static String killSwitch(Scene scene) {
        Instant start = Instant.now();
        enforcement(scene, "\"Off\"");
        awaitTtl(scene, OWN);
        String released = Await.since(start);
        start = Instant.now();
        enforcement(scene, "null");
        awaitTtl(scene, TtlRange.of(scene.shop().policy(Scene.POLICY).getSpec().ttl()));
        return "after %s; back under the policy after %s".formatted(released, Await.since(start));
    }

    private static void enforcement(Scene scene, String value) {
        String patch = "{\"spec\":{\"agent\":{\"enforcement\":" + value + "}}}";
        scene.kubectl("patch", "cbe", Shop.BACKEND, "--type=merge", "-p", patch);
    }

    private static void awaitTtl(Scene scene, TtlRange range) {
        Await.until("user:1 lives " + range, PATIENCE, () -> scene.shop().freshTtl(), range::contains);
    }
}
