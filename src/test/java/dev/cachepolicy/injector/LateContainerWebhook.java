package dev.cachepolicy.injector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.cachepolicy.injector.certificates.CertificateOptions;
import dev.cachepolicy.injector.certificates.WebhookCertificates;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionResponseBuilder;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReview;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReviewBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Another program's webhook, called after ours, which adds a container to pods that already have our agent. */
final class LateContainerWebhook implements AutoCloseable {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String PATCH =
            "[{\"op\": \"add\", \"path\": \"/spec/containers/-\", \"value\": {\"name\": \"late\", \"image\": \"late:1\"}}]";

    private final WebhookEnvironment environment;
    private final String name;
    private final HttpsServer server;
    private final WebhookCertificates certificates;
    private final AtomicInteger calls = new AtomicInteger();

    private LateContainerWebhook(WebhookEnvironment environment) throws IOException {
        this.environment = environment;
        this.name = "zz-late-" + environment.namespace; // configurations are called in the order of their names
        this.certificates = WebhookCertificates.start(
                environment.client,
                new CertificateOptions(
                        environment.namespace,
                        name,
                        name,
                        name,
                        Set.of("127.0.0.1"),
                        CertificateOptions.AUTHORITY_LIFE,
                        CertificateOptions.SERVING_LIFE),
                new CollectorRegistry(),
                Clock.systemUTC());
        this.server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(certificates.sslContext()));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    static LateContainerWebhook start(WebhookEnvironment environment) throws IOException {
        LateContainerWebhook webhook = new LateContainerWebhook(environment);
        webhook.install();
        return webhook;
    }

    private void install() {
        environment
                .client
                .resource(new MutatingWebhookConfigurationBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .addNewWebhook()
                        .withName("late.example.com")
                        .withAdmissionReviewVersions("v1")
                        .withSideEffects("None")
                        .withFailurePolicy("Fail")
                        .withNamespaceSelector(environment.thisNamespace())
                        .withNewClientConfig()
                        .withUrl("https://127.0.0.1:" + server.getAddress().getPort() + "/")
                        .endClientConfig()
                        .addNewRule()
                        .withApiGroups("")
                        .withApiVersions("v1")
                        .withOperations("CREATE")
                        .withResources("pods")
                        .endRule()
                        .endWebhook()
                        .build())
                .create();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode request = MAPPER.readTree(exchange.getRequestBody()).path("request");
            calls.incrementAndGet();
            AdmissionReview review = new AdmissionReviewBuilder()
                    .withResponse(new AdmissionResponseBuilder()
                            .withUid(request.path("uid").asText())
                            .withAllowed(true)
                            .withPatchType("JSONPatch")
                            .withPatch(Base64.getEncoder().encodeToString(PATCH.getBytes(StandardCharsets.UTF_8)))
                            .build())
                    .build();
            byte[] body = MAPPER.writeValueAsBytes(review);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** {@return how often the API server asked} */
    int calls() {
        return calls.get();
    }

    @Override
    public void close() {
        environment
                .client
                .admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName(name)
                .delete();
        server.stop(0);
        certificates.close();
    }
}
