package dev.cachepolicy.chart;

import dev.cachepolicy.injector.InjectorOptions;
import dev.cachepolicy.injector.certificates.CertificateOptions;
import dev.cachepolicy.injector.pod.AgentImage;
import dev.cachepolicy.operator.Operator;
import dev.cachepolicy.operator.OperatorOptions;
import dev.cachepolicy.testing.KubeApi;
import dev.cachepolicy.testing.Ports;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The chart, installed into an API server of its own, and an operator in this process that acts as the chart's
 * ServiceAccount, with the rights that it has there and no others.
 */
final class Installation implements AutoCloseable {

    static final String OPERATOR = "system:serviceaccount:" + Helm.NAMESPACE + ":" + Helm.RELEASE;

    private final KubeApi api;
    private final Audit audit;
    private final Manifests manifests;
    private final KubernetesClient asOperator;
    private final int webhookPort = Ports.free();
    private final AtomicInteger ended = new AtomicInteger();
    private @Nullable Operator operator;

    /**
     * @param directory for the audit log
     * @param name of the case whose values are installed
     * @param namespaces that must exist
     */
    Installation(Path directory, String name, List<String> namespaces) throws IOException {
        this.audit = new Audit(directory);
        this.api = KubeApi.start(audit.flags());
        this.manifests = Manifests.of(Cases.values(name));
        this.asOperator = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(Config.fromKubeconfig(api.kubeConfigYaml()))
                        .withImpersonateUsername(OPERATOR)
                        .withImpersonateGroups(
                                "system:serviceaccounts",
                                "system:serviceaccounts:" + Helm.NAMESPACE,
                                "system:authenticated")
                        .build())
                .build();
        namespaces.forEach(this::namespace);
        for (HasMetadata object : manifests.objects()) {
            redirect(object);
            api.client().resource(object).forceConflicts().serverSideApply();
        }
    }

    private void namespace(String name) {
        api.client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
        api.client()
                .resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withNamespace(name)
                        .withName("default")
                        .endMetadata()
                        .build())
                .create();
    }

    /** No Service leads to this process, so the API server is given its port. */
    private void redirect(HasMetadata object) {
        switch (object) {
            case MutatingWebhookConfiguration mutating ->
                mutating.getWebhooks().forEach(webhook -> redirect(webhook.getClientConfig()));
            case ValidatingWebhookConfiguration validating ->
                validating.getWebhooks().forEach(webhook -> redirect(webhook.getClientConfig()));
            default -> {}
        }
    }

    private void redirect(WebhookClientConfig config) {
        config.setUrl("https://127.0.0.1:" + webhookPort + config.getService().getPath());
        config.setService(null);
    }

    /**
     * Starts the operator.
     *
     * @param watched empty: all namespaces
     * @param clusterId null: by the namespace kube-system
     * @param webhooks the name of their configurations; null: none
     */
    Operator startOperator(Set<String> watched, @Nullable String clusterId, @Nullable String webhooks)
            throws IOException {
        InjectorOptions injector = webhooks == null
                ? null
                : new InjectorOptions(
                        "127.0.0.1",
                        webhookPort,
                        new AgentImage("cachepolicy-agent:test", "IfNotPresent"),
                        new CertificateOptions(
                                Helm.NAMESPACE,
                                Helm.RELEASE + "-webhook",
                                webhooks,
                                webhooks,
                                Set.of("127.0.0.1"),
                                CertificateOptions.AUTHORITY_LIFE,
                                CertificateOptions.SERVING_LIFE));
        operator = Operator.start(
                new OperatorOptions(
                        Helm.NAMESPACE,
                        OperatorOptions.LEASE,
                        "operator-0",
                        "0.0.0",
                        watched,
                        new InetSocketAddress("127.0.0.1", 0),
                        true,
                        Duration.ofSeconds(1),
                        clusterId,
                        injector),
                asOperator,
                Clock.systemUTC(),
                ended::incrementAndGet);
        return operator;
    }

    Manifests manifests() {
        return manifests;
    }

    /** {@return a client as the cluster's administrator} */
    KubernetesClient client() {
        return api.client();
    }

    /** {@return a client as the operator} */
    KubernetesClient asOperator() {
        return asOperator;
    }

    /** {@return what the operator asked of the API server} */
    Audit.Asked asked() {
        return audit.by(OPERATOR);
    }

    /** How often the operator asked for its process to end. */
    int ended() {
        return ended.get();
    }

    @Override
    public void close() {
        if (operator != null) {
            operator.close();
        }
        asOperator.close();
        api.close();
    }
}
