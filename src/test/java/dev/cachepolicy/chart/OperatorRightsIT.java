package dev.cachepolicy.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.api.v1alpha1.Names;
import dev.cachepolicy.testing.RedisProcess;
import dev.cachepolicy.testing.TestAuthority;
import dev.cachepolicy.testing.TestAuthority.Issued;
import dev.cachepolicy.testing.TlsRedis;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The operator does all that it is for with the rights that the chart gives it, is refused nothing, and has no right that
 * it does not use.
 */
class OperatorRightsIT {

    private static final String SHOP = "shop";

    /** By an operator of the whole cluster, or of version 0.1.0: one of a tenant takes it away. */
    private static final String LEFT_BY_ANOTHER = "[" + Names.RESTORE_FINALIZER + "]";

    /** When certificates are rotated; when a finalizer is written at the same time as something else. */
    private static final Set<String> SOMETIMES = Set.of("/secrets update", "cachepolicy.dev/cachebackends get");

    @TempDir
    private Path directory;

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(100));
    }

    @Test
    void ofAWholeCluster() throws Exception {
        try (Installation chart = new Installation(directory, "defaults", List.of(Helm.NAMESPACE, SHOP));
                RedisProcess redis = RedisProcess.start("--maxmemory", "10mb", "--requirepass", "secret")) {
            chart.startOperator(Set.of(), null, Helm.RELEASE);
            soon().untilAsserted(() -> assertThat(chart.client()
                            .admissionRegistration()
                            .v1()
                            .mutatingWebhookConfigurations()
                            .withName(Helm.RELEASE)
                            .get()
                            .getWebhooks()
                            .getFirst()
                            .getClientConfig()
                            .getCaBundle())
                    .isNotEmpty());

            Pod pod = livesThrough(chart, redis, "[]");
            assertThat(pod.getSpec().getInitContainers())
                    .extracting(container -> container.getName())
                    .containsExactly(Names.AGENT_CONTAINER);
            usesExactly(chart);
        }
    }

    @Test
    void ofATenantWithoutAnyOfTheCluster() throws Exception {
        TestAuthority ca = TestAuthority.create("ca");
        try (Installation chart = new Installation(directory, "nothing-of-the-cluster", List.of(Helm.NAMESPACE, SHOP));
                TlsRedis redis = TlsRedis.start(
                        directory, ca.issue("127.0.0.1"), ca.pem(), "--maxmemory", "10mb", "--requirepass", "secret")) {
            assertThat(chart.manifests().objects())
                    .allSatisfy(object ->
                            assertThat(object.getMetadata().getNamespace()).isIn(Helm.NAMESPACE, SHOP));
            chart.startOperator(Set.of(SHOP), "blue", null);
            secret(chart, "redis-ca", Map.of("ca.crt", ca.pem()));
            Issued client = ca.issue("operator");
            secret(chart, "redis-client", Map.of("tls.crt", client.certificate(), "tls.key", client.key()));
            livesThrough(
                    chart,
                    redis.endpoint(),
                    "{mode: Mutual, caSecretRef: {name: redis-ca}, clientCertSecretRef: {name: redis-client}}",
                    LEFT_BY_ANOTHER);
            usesExactly(chart);
        }
    }

    @Test
    void ofTenantsEachInTheirNamespace() throws Exception {
        try (Installation chart = new Installation(directory, "tenants", List.of(Helm.NAMESPACE, SHOP, "pay"));
                RedisProcess redis = RedisProcess.start("--maxmemory", "10mb", "--requirepass", "secret")) {
            chart.startOperator(Set.of(SHOP, "pay"), null, Helm.NAMESPACE + "-" + Helm.RELEASE);
            livesThrough(chart, redis, LEFT_BY_ANOTHER);
            usesExactly(chart);
        }
    }

    /** A namespace's Role may go before the backend in it, so nothing of ours may wait for the operator there. */
    @Test
    void ofATenantGoWithItsNamespaceWhichNothingHoldsUp() throws Exception {
        try (Installation chart = new Installation(directory, "nothing-of-the-cluster", List.of(Helm.NAMESPACE, SHOP));
                RedisProcess redis = RedisProcess.start("--maxmemory", "10mb", "--requirepass", "secret")) {
            chart.startOperator(Set.of(SHOP), "blue", null);
            managedBackend(chart, redis.endpoint(), "{mode: Disabled}", LEFT_BY_ANOTHER);
            soon().untilAsserted(() ->
                    assertThat(backend(chart).getMetadata().getFinalizers()).isEmpty());

            chart.client().rbac().roleBindings().inNamespace(SHOP).delete();
            chart.client().secrets().inNamespace(SHOP).delete();
            chart.client().resource(backend(chart)).delete();

            assertThat(backend(chart)).isNull();
            soon().untilAsserted(() -> assertThat(redis.cli("-a", "secret", "CONFIG", "GET", "maxmemory"))
                    .endsWith("10485760"));
        }
    }

    /** Its namespace was deleted, say, and the release still names it when a replica starts. */
    @Test
    void ofATenantThatAreGoneDoNotHoldUpTheOthers() throws Exception {
        try (Installation chart = new Installation(directory, "tenants", List.of(Helm.NAMESPACE, SHOP, "pay"));
                RedisProcess redis = RedisProcess.start("--maxmemory", "10mb", "--requirepass", "secret")) {
            chart.client().rbac().roleBindings().inNamespace("pay").delete();
            chart.startOperator(Set.of(SHOP, "pay"), null, Helm.NAMESPACE + "-" + Helm.RELEASE);

            livesThrough(chart, redis, LEFT_BY_ANOTHER);
        }
    }

    @Test
    void inPodsAreOneAnnotation() throws Exception {
        try (Installation chart = new Installation(directory, "defaults", List.of(Helm.NAMESPACE, SHOP))) {
            chart.client()
                    .resource(pod().editMetadata()
                            .addToAnnotations("note", "mine")
                            .removeFromLabels(Names.INJECT_LABEL)
                            .endMetadata()
                            .build())
                    .create();
            // A policy is in force some time after it was made.
            soon().untilAsserted(() -> assertThatThrownBy(
                            () -> patch(chart, "{\"metadata\": {\"labels\": {\"at\": \"" + System.nanoTime() + "\"}}}"))
                    .isInstanceOf(KubernetesClientException.class)
                    .hasMessageContaining("the operator may change no label, finalizer or owner of a pod"));
            refuses(
                    chart,
                    "{\"metadata\": {\"annotations\": {\"other\": \"1\"}}}",
                    "may change no annotation of a pod but");
            refuses(chart, "{\"metadata\": {\"annotations\": {\"note\": \"yours\"}}}", "may change no annotation");
            refuses(chart, "{\"metadata\": {\"annotations\": {\"note\": null}}}", "may change no annotation");
            refuses(chart, "{\"metadata\": {\"finalizers\": [\"example.com/a\"]}}", "may change no label, finalizer");
            refuses(
                    chart,
                    "{\"spec\": {\"containers\": [{\"name\": \"app\", \"image\": \"other\"}]}}",
                    "may change no pod's spec");
            patch(chart, "{\"metadata\": {\"annotations\": {\"cachepolicy.dev/config-revision\": \"shop=1\"}}}");
            patch(chart, "{\"metadata\": {\"annotations\": {\"cachepolicy.dev/config-revision\": \"shop=2\"}}}");
        }
    }

    @Test
    void ofConfigMapsItWritesThoseOfItsAgents() throws Exception {
        try (Installation chart = new Installation(directory, "defaults", List.of(Helm.NAMESPACE, SHOP))) {
            ConfigMap foreign = configMap("app-settings", Map.of());
            chart.client().resource(foreign).create();
            String refusal = "the operator may write no ConfigMap but the configuration of a backend's agents";
            // A policy is in force some time after it was made.
            soon().untilAsserted(() -> assertThatThrownBy(() -> applyAsOperator(chart, foreign))
                    .isInstanceOf(KubernetesClientException.class)
                    .hasMessageContaining(refusal));
            Map<String, String> ours =
                    Map.of(Names.MANAGED_BY_LABEL, Names.FIELD_MANAGER, Names.BACKEND_LABEL, "shop-redis");
            assertThatThrownBy(() -> chart.asOperator().resource(foreign).delete())
                    .hasMessageContaining(refusal);
            assertThatThrownBy(() -> applyAsOperator(chart, configMap("shop-redis", ours)))
                    .hasMessageContaining(refusal);
            assertThatThrownBy(() -> applyAsOperator(chart, configMap("shop-redis-agent", Map.of())))
                    .hasMessageContaining(refusal);

            ConfigMap agents = configMap("shop-redis-agent", ours);
            applyAsOperator(chart, agents);
            applyAsOperator(
                    chart,
                    new ConfigMapBuilder(agents).addToData("agent.yaml", "{}").build());
            chart.asOperator().resource(agents).delete();
            assertThat(chart.client().resource(agents).get()).isNull();
        }
    }

    private static ConfigMap configMap(String name, Map<String, String> labels) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(SHOP)
                .withName(name)
                .withLabels(labels)
                .endMetadata()
                .build();
    }

    private static void applyAsOperator(Installation chart, ConfigMap configMap) {
        chart.asOperator()
                .resource(configMap)
                .patch(new PatchContext.Builder()
                        .withPatchType(PatchType.SERVER_SIDE_APPLY)
                        .withFieldManager(Names.FIELD_MANAGER)
                        .withForce(true)
                        .build());
    }

    private static void refuses(Installation chart, String patch, String message) {
        assertThatThrownBy(() -> patch(chart, patch))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining(message);
    }

    private static void patch(Installation chart, String patch) {
        // As the operator does: by name alone, the client would read the pod first, which it may not.
        chart.asOperator()
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withName("web")
                        .endMetadata()
                        .build())
                .inNamespace(SHOP)
                .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), patch);
    }

    /** A backend and a policy from their creation to their end, with a pod between. {@return the pod as it was created} */
    private static Pod livesThrough(Installation chart, RedisProcess redis, String finalizers) throws IOException {
        return livesThrough(chart, redis.endpoint(), "{mode: Disabled}", finalizers);
    }

    private static Pod livesThrough(Installation chart, String endpoint, String tls, String finalizers)
            throws IOException {
        managedBackend(chart, endpoint, tls, finalizers);
        Pod created = chart.client().resource(pod().build()).create();
        chart.client()
                .resource(created)
                .editStatus(pod -> new PodBuilder(pod)
                        .editOrNewStatus()
                        .withPhase("Running")
                        .endStatus()
                        .build());
        apply(chart, """
                apiVersion: cachepolicy.dev/v1alpha1
                kind: CachePolicy
                metadata: {name: users}
                spec: {backendRef: {name: shop}, keyPattern: "user:{id}", ttl: {value: 10m}}
                """);
        soon().until(() -> isReady(chart));
        soon().untilAsserted(() ->
                assertThat(web(chart).getMetadata().getAnnotations()).containsKey(Names.CONFIG_REVISION_ANNOTATION));

        chart.client().resource(web(chart)).withGracePeriod(0).delete();
        chart.client().resource(backend(chart)).delete();
        soon().until(() -> backend(chart) == null);
        soon().until(() -> chart.client()
                        .configMaps()
                        .inNamespace(SHOP)
                        .withName("shop-agent")
                        .get()
                == null);
        assertThat(chart.ended()).isZero();
        return created;
    }

    private static void managedBackend(Installation chart, String endpoint, String tls, String finalizers) {
        apply(chart, """
                apiVersion: v1
                kind: Secret
                metadata: {name: redis-admin}
                stringData: {password: secret}
                """);
        apply(chart, """
                apiVersion: cachepolicy.dev/v1alpha1
                kind: CacheBackend
                metadata: {name: shop, finalizers: %s}
                spec:
                  endpoints: ["%s"]
                  auth: {adminSecretRef: {name: redis-admin}}
                  tls: %s
                  memory: {maxMemory: 64Mi}
                  deletionPolicy: Restore
                """.formatted(finalizers, endpoint, tls));
        soon().until(() -> is(backend(chart), "ConfigApplied"));
    }

    private static void secret(Installation chart, String name, Map<String, String> values) {
        chart.client()
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(SHOP)
                        .withName(name)
                        .endMetadata()
                        .withStringData(values)
                        .build())
                .create();
    }

    private static void usesExactly(Installation chart) {
        // Events and the renewal of the Lease come behind.
        soon().untilAsserted(() -> {
            Audit.Asked asked = chart.asked();
            assertThat(asked.forbidden()).isEmpty();
            Set<String> unused = Rights.granted(chart.manifests());
            unused.removeAll(asked.used());
            assertThat(unused).as("rights that nothing uses").isSubsetOf(SOMETIMES);
        });
    }

    private static PodBuilder pod() {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(SHOP)
                .withName("web")
                .addToLabels(Names.INJECT_LABEL, "true")
                .addToLabels(Names.AGENT_LABEL, "true")
                .addToAnnotations(Names.BACKENDS_ANNOTATION, "shop")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("app")
                .withImage("app")
                .endContainer()
                .endSpec();
    }

    private static void apply(Installation chart, String yaml) {
        chart.client()
                .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                .inNamespace(SHOP)
                .serverSideApply();
    }

    private static CacheBackend backend(Installation chart) {
        return chart.client()
                .resources(CacheBackend.class)
                .inNamespace(SHOP)
                .withName("shop")
                .get();
    }

    private static Pod web(Installation chart) {
        return chart.client().pods().inNamespace(SHOP).withName("web").get();
    }

    private static boolean isReady(Installation chart) {
        CachePolicy policy = chart.client()
                .resources(CachePolicy.class)
                .inNamespace(SHOP)
                .withName("users")
                .get();
        return policy.getStatus() != null && is(policy.getStatus().conditions(), "Ready");
    }

    private static boolean is(CacheBackend backend, String type) {
        return backend.getStatus() != null && is(backend.getStatus().conditions(), type);
    }

    private static boolean is(List<Condition> conditions, String type) {
        return conditions.stream()
                .anyMatch(condition -> condition.getType().equals(type)
                        && condition.getStatus().equals("True"));
    }
}
