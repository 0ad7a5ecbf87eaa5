package dev.cachepolicy.local;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The webhook configurations of local mode: reached by URL, at a port that is known only when the operator starts. */
final class Webhooks {

    private static final Path FILE = Path.of("hack", "local", "webhooks.yaml");

    private Webhooks() {}

    /** Puts the configurations into the API server; the operator adds whom to trust. */
    static void apply(KubernetesClient client, int port) throws IOException {
        try (InputStream file = Files.newInputStream(FILE)) {
            for (HasMetadata configuration : client.load(file).items()) {
                clientConfigs(configuration).forEach(config -> config.setUrl(withPort(config.getUrl(), port)));
                client.resource(configuration).serverSideApply();
            }
        }
    }

    /** Takes them away, so that no later pod waits for an operator that has ended. */
    static void delete(KubernetesClient client) {
        try (InputStream file = Files.newInputStream(FILE)) {
            client.load(file).delete();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<WebhookClientConfig> clientConfigs(HasMetadata configuration) {
        return switch (configuration) {
            case MutatingWebhookConfiguration mutating ->
                mutating.getWebhooks().stream()
                        .map(webhook -> webhook.getClientConfig())
                        .toList();
            case ValidatingWebhookConfiguration validating ->
                validating.getWebhooks().stream()
                        .map(webhook -> webhook.getClientConfig())
                        .toList();
            default -> throw new IllegalArgumentException(FILE + " holds a " + configuration.getKind());
        };
    }

    private static String withPort(String url, int port) {
        URI uri = URI.create(url);
        return uri.getScheme() + "://" + uri.getHost() + ":" + port + uri.getPath();
    }
}
