package dev.cachepolicy.injector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CachePolicy;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The webhooks behind a real API server. */
class InjectorIT {

    private final WebhookEnvironment environment = new WebhookEnvironment();
    private Injector injector;

    @BeforeEach
    void start() throws IOException {
        injector = environment.start();
        environment.install(injector.port());
        await().atMost(Duration.ofSeconds(30))
                .until(() -> !environment.publishedBundle().isEmpty());
        awaitAdmission();
    }

    /** The API server learns of the configuration a moment after it was written. */
    private void awaitAdmission() {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThatThrownBy(() -> create(environment.pod()))
                        .hasMessageContaining("has no CacheBackend"));
    }

    @AfterEach
    void stop() {
        environment.close();
        injector.close();
    }

    private <T extends HasMetadata> T create(T object) {
        return environment.client.resource(object).create();
    }

    private CacheBackend backend(String name, String agent) {
        return load(CacheBackend.class, """
                apiVersion: cachepolicy.dev/v1alpha1
                kind: CacheBackend
                metadata: {name: %s, namespace: %s}
                spec:
                  endpoints: ["redis:6379"]
                  keyspace: ["user:**"]
                  agent: {%s}
                """.formatted(name, environment.namespace, agent));
    }

    private CachePolicy policy(String name, String backend, String pattern) {
        return load(CachePolicy.class, """
                apiVersion: cachepolicy.dev/v1alpha1
                kind: CachePolicy
                metadata: {name: %s, namespace: %s}
                spec:
                  backendRef: {name: %s}
                  keyPattern: "%s"
                  ttl: {value: 10m}
                """.formatted(name, environment.namespace, backend, pattern));
    }

    private <T extends HasMetadata> T load(Class<T> type, String yaml) {
        return environment.client.getKubernetesSerialization().unmarshal(yaml, type);
    }

    @Test
    void aPodThatAsksGetsItsAgent() {
        create(backend("shop-redis", "env: [{name: REDIS_URL, value: \"redis://127.0.0.1:6379\"}]"));
        Pod created = create(environment.pod());
        Container agent = created.getSpec().getInitContainers().getFirst();
        assertThat(agent.getName()).isEqualTo("cachepolicy-agent");
        assertThat(agent.getImage()).isEqualTo(WebhookEnvironment.IMAGE.reference());
        assertThat(agent.getRestartPolicy()).isEqualTo("Always");
        assertThat(created.getSpec().getContainers().getFirst().getEnv())
                .singleElement()
                .satisfies(variable -> assertThat(variable.getValue()).isEqualTo("redis://127.0.0.1:6379"));
        assertThat(created.getMetadata().getLabels()).containsEntry("cachepolicy.dev/agent", "true");
        assertThat(created.getMetadata().getAnnotations()).containsEntry("cachepolicy.dev/backends", "shop-redis");
    }

    @Test
    void aGuaranteedPodStaysGuaranteed() {
        create(backend("shop-redis", ""));
        Pod pod = new PodBuilder(environment.pod())
                .editSpec()
                .editFirstContainer()
                .withNewResources()
                .addToLimits("cpu", new Quantity("1"))
                .addToLimits("memory", new Quantity("1Gi"))
                .endResources()
                .endContainer()
                .endSpec()
                .build();
        assertThat(create(pod).getStatus().getQosClass()).isEqualTo("Guaranteed");
    }

    @Test
    void aPodUnderPodSecurityRestrictedIsStillAdmitted() {
        environment.client.namespaces().withName(environment.namespace).edit(namespace -> {
            namespace.getMetadata().getLabels().put("pod-security.kubernetes.io/enforce", "restricted");
            return namespace;
        });
        create(backend("shop-redis", ""));
        Pod pod = new PodBuilder(environment.pod())
                .editSpec()
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .editFirstContainer()
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .endSecurityContext()
                .endContainer()
                .endSpec()
                .build();
        // The API server evaluates the level some moments after the label came.
        await().untilAsserted(() -> assertThatThrownBy(() -> create(environment.pod()))
                .hasMessageContaining("violates PodSecurity \"restricted:latest\"")
                .hasMessageNotContaining("cachepolicy-agent"));
        assertThat(create(pod).getSpec().getInitContainers()).isNotEmpty();
    }

    @Test
    void aPodThatCannotHaveAnAgentIsRefusedWithASentence() {
        create(backend("shop-redis", ""));
        create(backend("sessions", "port: 6380"));
        assertThatThrownBy(() -> create(environment.pod()))
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        e -> assertThat(e.getCode()).isEqualTo(403))
                .hasMessageContaining("namespace %s has the CacheBackends sessions, shop-redis", environment.namespace);
    }

    @Test
    void aPodWithoutContainersIsRefusedByTheApiServerItself() {
        create(backend("shop-redis", ""));
        Pod pod = new PodBuilder(environment.pod())
                .editSpec()
                .withContainers()
                .endSpec()
                .build();
        assertThatThrownBy(() -> create(pod)).hasMessageContaining("spec.containers: Required value");
    }

    @Test
    void aPodThatDoesNotAskIsLeftAsItIs() {
        Pod pod = new PodBuilder(environment.pod())
                .editMetadata()
                .removeFromLabels("cachepolicy.dev/inject")
                .endMetadata()
                .build();
        assertThat(create(pod).getSpec().getInitContainers()).isEmpty();
    }

    private Pod labelled(String value) {
        return new PodBuilder(environment.pod())
                .editMetadata()
                .addToLabels("cachepolicy.dev/inject", value)
                .endMetadata()
                .build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"True", "yes", ""})
    void aLabelThatSaysNeitherYesNorNoIsRefusedWithASentence(String value) {
        create(backend("shop-redis", ""));
        assertThatThrownBy(() -> create(labelled(value)))
                .hasMessageContaining("the pod's label cachepolicy.dev/inject is \"" + value + "\": write \"true\"");
    }

    @Test
    void aPodThatSaysNoWaitsForNobodyAndOneThatAsksIsRefusedWhileNoOperatorAnswers() {
        create(backend("shop-redis", ""));
        injector.close();
        assertThat(create(labelled("false")).getSpec().getInitContainers()).isEmpty();
        assertThatThrownBy(() -> create(environment.pod()))
                .hasMessageContaining("failed calling webhook \"pods.cachepolicy.dev\"");
    }

    @Test
    void aDrainedInjectorAnswersStillAndLetsNoConnectionWaitForANextCall() throws Exception {
        create(backend("shop-redis", ""));
        Handshake client = Handshake.trusting(environment.publishedBundle());
        assertThat(client.answersToTwoCalls(injector.port(), "/validate")).isEqualTo(2);

        injector.drain();

        assertThat(create(environment.pod()).getSpec().getInitContainers()).isNotEmpty();
        assertThat(client.answersToTwoCalls(injector.port(), "/validate")).isEqualTo(1);
    }

    @Test
    void anInjectorThatEndsClosesNoConnectionThatIsInUse() throws Exception {
        Handshake client = Handshake.trusting(environment.publishedBundle());

        String answer = client.answerAfter(
                () -> {
                    injector.drain();
                    join(Thread.startVirtualThread(injector::close), Duration.ofMillis(500));
                },
                injector.port(),
                "/validate");

        assertThat(answer).isEqualTo("HTTP/1.1 400 Bad Request");
    }

    private static void join(Thread thread, Duration atMost) {
        try {
            thread.join(atMost);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void ourKindsAreRefusedWithSentences() {
        assertThatThrownBy(() -> create(policy("users", "shop-redis", "user:{id")))
                .hasMessageContaining(
                        "admission webhook \"resources.cachepolicy.dev\" denied the request: spec.keyPattern: ");
        create(backend("shop-redis", ""));
        assertThatThrownBy(() -> create(policy("orders", "shop-redis", "order:{id}")))
                .hasMessageContaining("denied the request: spec.keyPattern: ")
                .hasMessageContaining("user:**");
    }

    @Test
    void anObjectThatHasBecomeInvalidCanBeLabelledAndDeletedButNotChanged() {
        CachePolicy stored = create(policy("orders", "shop-redis", "order:{id}"));
        create(backend("shop-redis", ""));

        stored.getMetadata().getLabels().put("team", "shop");
        CachePolicy labelled = environment.client.resource(stored).update();
        assertThat(labelled.getMetadata().getLabels()).containsEntry("team", "shop");

        CachePolicy changed = policy("orders", "shop-redis", "order:{id}:*");
        changed.getMetadata().setResourceVersion(labelled.getMetadata().getResourceVersion());
        assertThatThrownBy(() -> environment.client.resource(changed).update())
                .hasMessageContaining("denied the request: spec.keyPattern: ");

        environment.client.resource(labelled).delete();
        assertThat(environment.client.resource(labelled).get()).isNull();
    }

    @Test
    void whatAnotherWebhookAddsLaterGetsItsEnvironmentToo() throws IOException {
        create(backend("shop-redis", "env: [{name: REDIS_URL, value: \"redis://127.0.0.1:6379\"}]"));
        try (LateContainerWebhook other = LateContainerWebhook.start(environment)) {
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                Pod created = create(environment.pod());
                assertThat(created.getSpec().getContainers())
                        .extracting(Container::getName)
                        .containsExactly("web", "late");
                assertThat(created.getSpec().getContainers())
                        .allSatisfy(container -> assertThat(container.getEnv())
                                .singleElement()
                                .satisfies(variable ->
                                        assertThat(variable.getName()).isEqualTo("REDIS_URL")));
                assertThat(created.getSpec().getInitContainers())
                        .extracting(Container::getName)
                        .containsExactly("cachepolicy-agent");
                assertThat(other.calls()).isPositive();
            });
        }
    }
}
