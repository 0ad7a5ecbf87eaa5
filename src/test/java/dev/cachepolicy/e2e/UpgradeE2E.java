package dev.cachepolicy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.cachepolicy.testing.Program;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceValidation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * From the newest release to this tree, back, forth and out, on a cluster of its own and under load, as
 * {@code docs/guides/upgrade-rollback-uninstall.md} says. One story: each step goes on where the one before it ended.
 */
class UpgradeE2E {

    private static final List<String> KINDS = List.of("cachebackends", "cachepolicies");
    private static final Path BACKEND = Path.of("examples", "cachebackend.yaml");

    private static final ChartVersion TREE = ChartVersion.ofTree();
    private static final String FIELD = "note";

    /**
     * How many pods may be refused while replicas of 0.1.0 end: they close connections that the API server is about to
     * use, and stop listening while a busy node still sends calls to them. Those of this tree may refuse none.
     */
    private static final int REFUSED_BY_RELEASE = 5;

    private static ChartVersion release;

    /** The images of this tree, and CRDs that differ from the release's whether this tree's do or not. */
    private static ChartVersion newer;

    private static KindCluster cluster;
    private static HelmRelease operator;
    private static Shop shop;

    @BeforeAll
    static void installRelease() throws IOException {
        assumeFalse(KindCluster.exists(), "needs a cluster of its own: it uninstalls the operator");
        release = ChartVersion.ofNewestRelease();
        newer = TREE.withField(Path.of("target", "e2e", "newer"), FIELD);
        cluster = KindCluster.start(
                System.getenv().getOrDefault("E2E_CLUSTER", "cachepolicy") + "-upgrade",
                List.of(
                        release.operatorImage(),
                        release.agentImage(),
                        TREE.operatorImage(),
                        TREE.agentImage(),
                        Images.SAMPLE,
                        Images.REDIS));
        operator = new HelmRelease(cluster, OperatorRelease.NAME);
        operator.install(release, "--create-namespace");
        shop = Shop.open(cluster);
        shop.applyExamples(release.tree());
        shop.startLoad();
    }

    @AfterAll
    static void deleteCluster() {
        if (shop != null) {
            shop.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void policiesStayInForceThroughUpgradeRollbackAndUninstall() {
        String objects = objects();
        upgradeLeavesAgentsOfTheReleaseInStep();
        newPodsGetTheNewAgentBesideTheOldOnes();
        rollbackLeavesNewAgentsInStep();
        releaseServesNewerCrds();
        operator.upgrade(TREE, "--reset-values");
        assertCrdsOf(TREE);
        followed(35, 3);
        assertThat(objects())
                .as("resources after upgrade, rollback and upgrade")
                .isEqualTo(objects);
        assertNoErrors();

        uninstallLeavesPoliciesInForce();
        assertThat(objects()).as("resources after uninstall").isEqualTo(objects);
        backendThatRestoresWaitsForTheNextOperator();
        backendThatRetainsLeavesRedisAsItIs();
        anotherReleaseNameMustTakeOwnership();
        assertNoErrors();
    }

    private static void upgradeLeavesAgentsOfTheReleaseInStep() {
        followed(20, 2);
        assertCrdsOf(release);
        assertThat(noteOf("before the upgrade"))
                .as("a field that the release's CRDs lack")
                .isEmpty();
        admitting(REFUSED_BY_RELEASE, () -> operator.upgrade(newer, "--reset-then-reuse-values"));

        assertThat(operator.images()).containsOnly(TREE.operatorImage());
        assertCrdsOf(newer);
        assertThat(noteOf("upgraded")).isEqualTo("upgraded");
        followed(25, 2);
        assertThat(agentImages()).containsOnly(release.agentImage());
        assertNoErrors();
    }

    private static void newPodsGetTheNewAgentBesideTheOldOnes() {
        await("the replicas of the release to be gone")
                .atMost(Duration.ofMinutes(2))
                .until(() -> operator.imagesOfPods().stream().allMatch(TREE.operatorImage()::equals));
        shop.kubectl().run("scale", "deployment/load", "--replicas=3");
        shop.awaitRollout("load");

        assertThat(agentImages())
                .containsExactlyInAnyOrder(release.agentImage(), release.agentImage(), TREE.agentImage());
        followed(20, 3);
    }

    private static void rollbackLeavesNewAgentsInStep() {
        admitting(0, operator::rollback);

        assertCrdsOf(release);
        assertThat(note()).as("a field that only the newer CRDs have").isEmpty();
        assertThat(operator.images()).containsOnly(release.operatorImage());
        followed(25, 3);
        assertNoErrors();
    }

    /** The way back that keeps fields which only the newer version knows; 0.1.0 must not meet one, see the guide. */
    private static void releaseServesNewerCrds() {
        operator.upgrade(newer, "--reset-then-reuse-values");
        operator.upgrade(release, "--reset-values", "--set", "crds.install=false");

        assertCrdsOf(newer);
        followed(30, 3);
    }

    private static void uninstallLeavesPoliciesInForce() {
        patchBackend("{\"spec\":{\"deletionPolicy\":\"Restore\"}}");
        shop.awaitBackend(backend -> backend.hasFinalizer("cachepolicy.dev/restore"));
        String maxMemory = maxMemory();
        assertThat(maxMemory).isNotEqualTo("0");
        operator.uninstall();

        assertCrdsOf(TREE);
        assertThat(shop.kubectl().run("get", "configmap", "shop-redis-agent", "-o", "name"))
                .isEqualTo("configmap/shop-redis-agent");
        assertFreshTtl(35);
        assertThat(maxMemory()).isEqualTo(maxMemory);
        assertThat(agentOfNewPod())
                .as("a pod that is created while there is no webhook")
                .isEmpty();
    }

    private static void backendThatRestoresWaitsForTheNextOperator() {
        shop.kubectl().run("delete", "cachebackend", Shop.BACKEND, "--wait=false");
        assertThat(shop.backend().isMarkedForDeletion()).isTrue();
        assertThat(maxMemory()).isNotEqualTo("0");

        operator.install(TREE);
        shop.kubectl().run("wait", "--for=delete", "cachebackend/" + Shop.BACKEND, "--timeout=120s");
        assertThat(maxMemory()).isEqualTo("0");
        assertFreshTtl(35);
    }

    private static void backendThatRetainsLeavesRedisAsItIs() {
        shop.kubectl().run("apply", "-f", BACKEND.toString());
        shop.kubectl().run("wait", "--for=condition=Ready", "cachebackends,cachepolicies", "--all", "--timeout=120s");
        followed(20, 3);
        String maxMemory = maxMemory();
        assertThat(maxMemory).isNotEqualTo("0");

        shop.kubectl().run("delete", "cachebackend", Shop.BACKEND, "--timeout=120s");
        assertThat(maxMemory()).isEqualTo(maxMemory);
        shop.kubectl().run("apply", "-f", BACKEND.toString());
    }

    private static void anotherReleaseNameMustTakeOwnership() {
        operator.uninstall();
        HelmRelease other = new HelmRelease(cluster, "caches");
        Program.Result refused = other.tryInstall(TREE);
        assertThat(refused.exitCode()).as(refused.output()).isNotZero();
        assertThat(refused.output()).contains("cachebackends.cachepolicy.dev", "meta.helm.sh/release-name");

        other.install(TREE, "--take-ownership");
        followed(25, 3);
    }

    /** Makes a change while pods are created all the time; each that is admitted must get an agent. */
    private static void admitting(int refusals, Runnable change) {
        CompletableFuture<Void> changing = CompletableFuture.runAsync(change, Thread::startVirtualThread);
        int admitted = 0;
        List<String> refused = new ArrayList<>();
        while (!changing.isDone()) {
            Program.Result created = createPod();
            if (created.exitCode() == 0) {
                assertThat(created.output()).as("after %s pods", admitted).contains("cachepolicy-agent");
                admitted++;
            } else {
                assertThat(created.output()).contains("failed calling webhook \"pods.cachepolicy.dev\"");
                refused.add(created.output());
            }
        }
        changing.join();
        System.out.printf(
                "UpgradeE2E: %s pods admitted meanwhile, each with an agent; refused: %s%n", admitted, refused);
        assertThat(refused).hasSizeLessThanOrEqualTo(refusals);
    }

    /** {@return the image of the agent that a pod would get now; empty: none} */
    private static String agentOfNewPod() {
        Program.Result created = createPod();
        assertThat(created.exitCode()).as(created.output()).isZero();
        return created.output();
    }

    private static Program.Result createPod() {
        return shop.kubectl()
                .call(
                        "run",
                        "probe",
                        "--image=app",
                        "--labels=cachepolicy.dev/inject=true",
                        "--dry-run=server",
                        "-o",
                        "jsonpath={.spec.initContainers[*].image}");
    }

    /** Changes a TTL, and waits until all pods say that they follow, and what is stored says so too. */
    private static void followed(int minutes, int pods) {
        shop.kubectl()
                .run(
                        "patch",
                        "cachepolicy",
                        "user-profiles",
                        "--type=merge",
                        "-p",
                        "{\"spec\":{\"ttl\":{\"value\":\"" + minutes + "m\"}}}");
        Instant changed = Instant.now();
        shop.awaitPolicy("user-profiles", Shop.isFollowedBy(pods));
        System.out.printf(
                "UpgradeE2E: a TTL of %s minutes is followed by %s pods after %s ms%n",
                minutes, pods, Duration.between(changed, Instant.now()).toMillis());
        assertFreshTtl(minutes);
    }

    private static void assertFreshTtl(int minutes) {
        assertThat(shop.freshTtl())
                .as("a TTL of %s minutes less 10 percent at most", minutes)
                .isBetween(minutes * 54L - 5, minutes * 60L);
    }

    private static void patchBackend(String patch) {
        shop.kubectl().run("patch", "cachebackend", Shop.BACKEND, "--type=merge", "-p", patch);
    }

    private static String maxMemory() {
        return shop.setting("maxmemory");
    }

    private static String objects() {
        return shop.kubectl()
                .run(
                        "get",
                        String.join(",", KINDS),
                        "-o",
                        "custom-columns=KIND:.kind,NAME:.metadata.name,UID:.metadata.uid");
    }

    private static List<String> agentImages() {
        return shop.load().pods().stream()
                .map(pod -> pod.getSpec().getInitContainers().getFirst().getImage())
                .toList();
    }

    /** Writes a field that only the newer CRDs have. {@return what is stored then} */
    private static String noteOf(String text) {
        shop.kubectl()
                .run(
                        "patch",
                        "cachepolicy",
                        "user-profiles",
                        "--type=merge",
                        "-p",
                        "{\"spec\":{\"" + FIELD + "\":\"" + text + "\"}}");
        return note();
    }

    private static String note() {
        return shop.kubectl().run("get", "cachepolicy", "user-profiles", "-o", "jsonpath={.spec." + FIELD + "}");
    }

    private static void assertCrdsOf(ChartVersion version) {
        for (String plural : KINDS) {
            CustomResourceDefinition crd = cluster.client()
                    .apiextensions()
                    .v1()
                    .customResourceDefinitions()
                    .withName(plural + ".cachepolicy.dev")
                    .require();
            assertThat(schemas(crd)).isEqualTo(schemas(version.crd(plural)));
            assertThat(crd.getMetadata().getLabels()).containsEntry("app.kubernetes.io/version", version.appVersion());
        }
    }

    /** The API server writes defaults elsewhere, but none into a schema. */
    private static Map<String, CustomResourceValidation> schemas(CustomResourceDefinition crd) {
        return crd.getSpec().getVersions().stream()
                .collect(Collectors.toMap(
                        CustomResourceDefinitionVersion::getName, CustomResourceDefinitionVersion::getSchema));
    }

    private static void assertNoErrors() {
        LoadStats total = shop.load().total();
        System.out.printf("UpgradeE2E: %s commands, %s errors%n", total.commands(), total.errors());
        assertThat(total.commands()).isPositive();
        assertThat(total.errors() + total.connectionErrors()).as("%s", total).isZero();
    }
}
