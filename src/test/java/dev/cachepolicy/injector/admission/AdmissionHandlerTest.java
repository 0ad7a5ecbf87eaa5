package dev.cachepolicy.injector.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.injector.admission.AdmissionHandler.Answer;
import dev.cachepolicy.injector.pod.AgentImage;
import io.fabric8.zjsonpatch.JsonPatch;
import io.prometheus.client.CollectorRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AdmissionHandlerTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String POD = """
            {"metadata": {"generateName": "web-", "labels": {"cachepolicy.dev/inject": "true"}, "annotations": null},
             "spec": {"containers": [{"name": "web", "image": "web:1", "env": null}], "volumes": null}}""";
    private static final String BACKEND = """
            {"metadata": {"name": "shop-redis", "namespace": "shop"}, "spec": {"endpoints": ["redis:6379"]}}""";

    private final CollectorRegistry registry = new CollectorRegistry();

    private AdmissionHandler handler(BackendLookup backends) {
        return new AdmissionHandler(
                new PodWebhook(backends, new AgentImage("cachepolicy:1", "Always")), new AdmissionMetrics(registry));
    }

    private static BackendLookup oneBackend() throws IOException {
        CacheBackend backend = MAPPER.readValue(BACKEND, CacheBackend.class);
        return KnownBackends.of(backend);
    }

    static JsonNode review(String kind, String operation, String namespace, String object, String oldObject)
            throws IOException {
        ObjectNode review = MAPPER.createObjectNode();
        review.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
        ObjectNode request = review.putObject("request");
        request.put("uid", "f00d").put("operation", operation).put("namespace", namespace);
        request.putObject("kind").put("kind", kind);
        request.set("object", MAPPER.readTree(object));
        request.set("oldObject", MAPPER.readTree(oldObject));
        return review;
    }

    private static Answer post(AdmissionHandler handler, String body) throws IOException {
        return handler.answer("POST", new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
    }

    private static JsonNode responseOf(Answer answer) throws IOException {
        assertThat(answer.status()).isEqualTo(200);
        return MAPPER.readTree(answer.body()).path("response");
    }

    @Test
    void aPodThatAsksIsPatched() throws IOException {
        Answer answer = post(
                handler(oneBackend()),
                review("Pod", "CREATE", "shop", POD, "null").toString());
        JsonNode response = responseOf(answer);
        assertThat(response.path("uid").asText()).isEqualTo("f00d");
        assertThat(response.path("allowed").asBoolean()).isTrue();
        assertThat(response.path("patchType").asText()).isEqualTo("JSONPatch");
        JsonNode patch = MAPPER.readTree(
                Base64.getDecoder().decode(response.path("patch").asText()));
        JsonNode patched = JsonPatch.apply(patch, MAPPER.readTree(POD));
        assertThat(patched.at("/spec/initContainers/0/name").asText()).isEqualTo("cachepolicy-agent");
    }

    @Test
    void aPodThatCannotHaveAnAgentIsRefusedWithASentence() throws IOException {
        JsonNode response = responseOf(post(
                handler(oneBackend()),
                review("Pod", "CREATE", "empty", POD, "null").toString()));
        assertThat(response.path("allowed").asBoolean(true)).isFalse();
        assertThat(response.at("/status/message").asText()).startsWith("namespace empty has no CacheBackend");
        assertThat(response.at("/status/code").asInt()).isEqualTo(403);
    }

    @Test
    void aBackendThatMemoryDoesNotHaveYetIsAskedFor() throws IOException {
        BackendLookup trailing = new KnownBackends(List.of(), List.of(MAPPER.readValue(BACKEND, CacheBackend.class)));
        assertThat(responseOf(post(
                                handler(trailing),
                                review("Pod", "CREATE", "shop", POD, "null").toString()))
                        .has("patch"))
                .isTrue();
    }

    @Test
    void aPodThatDoesNotAskIsLeftAsItIs() throws IOException {
        JsonNode response = responseOf(post(
                handler(oneBackend()),
                review("Pod", "CREATE", "shop", POD.replace("\"true\"", "\"false\""), "null")
                        .toString()));
        assertThat(response.path("allowed").asBoolean()).isTrue();
        assertThat(response.has("patch")).isFalse();
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                Arguments.of("", 400, "expected apiVersion: admission.k8s.io/v1, kind: AdmissionReview"),
                Arguments.of("{", 400, "the AdmissionReview cannot be read: Unexpected end-of-input"),
                Arguments.of("[]", 400, "expected apiVersion: admission.k8s.io/v1, kind: AdmissionReview"),
                Arguments.of(
                        "{\"apiVersion\": \"admission.k8s.io/v1beta1\", \"kind\": \"AdmissionReview\"}",
                        400,
                        "in the webhook configuration write admissionReviewVersions: [v1]"),
                Arguments.of(
                        "{\"apiVersion\": \"admission.k8s.io/v1\", \"kind\": \"AdmissionReview\"}",
                        400,
                        "the AdmissionReview has no request with a uid"),
                Arguments.of(
                        "{\"apiVersion\": \"admission.k8s.io/v1\", \"kind\": \"AdmissionReview\", \"request\": {\"uid\": \"1\","
                                + " \"kind\": {\"kind\": \"Pod\"}, \"operation\": \"CREATE\", \"object\": {\"spec\": 5}}}",
                        400,
                        "the AdmissionReview cannot be read: "),
                Arguments.of(" ".repeat(AdmissionHandler.MAX_BODY_BYTES + 1), 413, "is larger than 3145728 bytes"));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void whatIsNoReviewIsAnsweredWithASentence(String body, int status, String sentence) throws IOException {
        Answer answer = post(handler(oneBackend()), body);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body()).contains(sentence);
        assertThat(answer.result()).isEqualTo("malformed");
    }

    @Test
    void onlyPostIsTaken() throws IOException {
        assertThat(handler(oneBackend())
                        .answer("GET", new ByteArrayInputStream(new byte[0]))
                        .status())
                .isEqualTo(405);
    }

    @Test
    void aFaultOfOursIsNoVerdict() throws IOException {
        Answer answer = post(
                handler(new BackendLookup() {
                    @Override
                    public List<CacheBackend> inNamespace(String namespace) {
                        throw new IllegalStateException("secret detail");
                    }

                    @Override
                    public Optional<List<CacheBackend>> stored(String namespace) {
                        return Optional.empty();
                    }
                }),
                review("Pod", "CREATE", "shop", POD, "null").toString());
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.result()).isEqualTo("failed");
        assertThat(answer.body()).doesNotContain("secret detail");
    }
}
