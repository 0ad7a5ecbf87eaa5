package dev.cachepolicy.injector.certificates;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

/**
 * Tells the API server whom to trust: {@code caBundle} in the webhook configurations. Writes only what differs. A
 * configuration that does not exist is nothing to do: the operator is informed when it comes.
 */
final class TrustPublisher {

    private final KubernetesClient client;
    private final CertificateOptions options;

    TrustPublisher(KubernetesClient client, CertificateOptions options) {
        this.client = client;
        this.options = options;
    }

    /** {@return whether anything had to be written; a conflict (HTTP 409) if someone else wrote meanwhile} */
    boolean publish(String bundle) {
        String encoded = Base64.getEncoder().encodeToString(bundle.getBytes(StandardCharsets.US_ASCII));
        boolean mutatingChanged = publishMutating(encoded);
        boolean validatingChanged = publishValidating(encoded);
        return mutatingChanged || validatingChanged;
    }

    private boolean publishMutating(String bundle) {
        MutatingWebhookConfiguration configuration = mutating().get();
        return configuration != null
                && set(
                        bundle,
                        configuration,
                        configuration.getWebhooks().stream()
                                .map(webhook -> webhook.getClientConfig())
                                .toList());
    }

    private boolean publishValidating(String bundle) {
        ValidatingWebhookConfiguration configuration = validating().get();
        return configuration != null
                && set(
                        bundle,
                        configuration,
                        configuration.getWebhooks().stream()
                                .map(webhook -> webhook.getClientConfig())
                                .toList());
    }

    private boolean set(String bundle, HasMetadata configuration, List<WebhookClientConfig> webhooks) {
        List<WebhookClientConfig> different = webhooks.stream()
                .filter(webhook -> !Objects.equals(webhook.getCaBundle(), bundle))
                .toList();
        if (different.isEmpty()) {
            return false;
        }
        different.forEach(webhook -> webhook.setCaBundle(bundle));
        client.resource(configuration).update();
        return true;
    }

    Resource<MutatingWebhookConfiguration> mutating() {
        return client.admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName(options.mutatingConfiguration());
    }

    Resource<ValidatingWebhookConfiguration> validating() {
        return client.admissionRegistration()
                .v1()
                .validatingWebhookConfigurations()
                .withName(options.validatingConfiguration());
    }
}
