package dev.cachepolicy.injector;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.injector.admission.BackendLookup;
import dev.cachepolicy.injector.certificates.CertificateOptions;
import dev.cachepolicy.injector.pod.AgentImage;
import dev.cachepolicy.testing.KubeApi;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.prometheus.client.CollectorRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A namespace of the shared API server with webhooks of its own: the configurations of {@code hack/local/webhooks.yaml}
 * under the namespace's name, for this namespace only.
 */
final class WebhookEnvironment implements AutoCloseable {

    static final AgentImage IMAGE = new AgentImage("registry.example/cachepolicy:test", "IfNotPresent");

    final KubernetesClient client = KubeApi.shared().client();
    final String namespace = KubeApi.shared().newNamespace();

    WebhookEnvironment() {
        client.resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName("default")
                        .endMetadata()
                        .build())
                .create();
    }

    /** Options with an own Secret and a free port. */
    InjectorOptions options(Duration authorityLife, Duration servingLife) {
        return new InjectorOptions(
                "127.0.0.1",
                0,
                IMAGE,
                new CertificateOptions(
                        namespace,
                        "webhook-certificates",
                        namespace,
                        namespace,
                        Set.of("127.0.0.1", "localhost"),
                        authorityLife,
                        servingLife));
    }

    Injector start(InjectorOptions options, Clock clock) throws IOException {
        return Injector.start(options, client, backends(), _ -> List.of(), new CollectorRegistry(), clock);
    }

    Injector start() throws IOException {
        return start(options(CertificateOptions.AUTHORITY_LIFE, CertificateOptions.SERVING_LIFE), Clock.systemUTC());
    }

    /** Whatever is stored is known at once. */
    BackendLookup backends() {
        return new BackendLookup() {
            @Override
            public List<CacheBackend> inNamespace(String in) {
                return client.resources(CacheBackend.class)
                        .inNamespace(in)
                        .list()
                        .getItems();
            }

            @Override
            public Optional<List<CacheBackend>> stored(String in) {
                return Optional.of(inNamespace(in));
            }
        };
    }

    /** Installs the webhook configurations; the API server calls this port from now on, for this namespace. */
    void install(int port) throws IOException {
        byte[] file = Files.readAllBytes(Path.of("hack", "local", "webhooks.yaml"));
        for (var object : client.load(new ByteArrayInputStream(file)).items()) {
            object.getMetadata().setName(namespace);
            switch (object) {
                case MutatingWebhookConfiguration mutating ->
                    mutating.getWebhooks().forEach(webhook -> {
                        webhook.setNamespaceSelector(thisNamespace());
                        redirect(webhook.getClientConfig(), port);
                    });
                case ValidatingWebhookConfiguration validating ->
                    validating.getWebhooks().forEach(webhook -> {
                        webhook.setNamespaceSelector(thisNamespace());
                        redirect(webhook.getClientConfig(), port);
                    });
                default -> throw new IllegalStateException("unexpected " + object.getKind());
            }
            client.resource(object).create();
        }
    }

    LabelSelector thisNamespace() {
        return new LabelSelectorBuilder()
                .addToMatchLabels("kubernetes.io/metadata.name", namespace)
                .build();
    }

    private static void redirect(WebhookClientConfig config, int port) {
        config.setUrl("https://127.0.0.1:" + port + URI.create(config.getUrl()).getPath());
    }

    /**
     * Changes the webhook configuration in a way that means nothing, so that all injectors look again at once. Those write it
     * too, so the change is a patch that fits whatever is there.
     */
    void nudge() {
        client.admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName(namespace)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"annotations\":{\"test/nudge\":\"" + System.nanoTime() + "\"}}}");
    }

    /** {@return the bundle that the API server trusts for pods, as PEM; empty if none is published} */
    String publishedBundle() {
        String bundle = client.admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName(namespace)
                .get()
                .getWebhooks()
                .getFirst()
                .getClientConfig()
                .getCaBundle();
        return bundle == null ? "" : new String(Base64.getDecoder().decode(bundle), StandardCharsets.US_ASCII);
    }

    Pod pod() {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withGenerateName("web-")
                .addToLabels("cachepolicy.dev/inject", "true")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("web")
                .withImage("web:1")
                .endContainer()
                .endSpec()
                .build();
    }

    @Override
    public void close() {
        client.admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName(namespace)
                .delete();
        client.admissionRegistration()
                .v1()
                .validatingWebhookConfigurations()
                .withName(namespace)
                .delete();
    }
}
