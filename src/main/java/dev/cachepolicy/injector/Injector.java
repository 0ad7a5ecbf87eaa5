package dev.cachepolicy.injector;

import dev.cachepolicy.injector.admission.BackendLookup;
import dev.cachepolicy.injector.admission.PolicyLookup;
import dev.cachepolicy.injector.admission.WebhookServer;
import dev.cachepolicy.injector.certificates.WebhookCertificates;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;

/**
 * The webhooks of one replica, running. Every replica serves them, leader or not; without an API server they wait for
 * it.
 */
public final class Injector implements AutoCloseable {

    private final WebhookCertificates certificates;
    private final WebhookServer server;

    private Injector(WebhookCertificates certificates, WebhookServer server) {
        this.certificates = certificates;
        this.server = server;
    }

    /**
     * Starts certificates and server; returns before the first certificate is there, see {@link #isReady}.
     *
     * @param client stays the caller's
     * @param registry for the webhooks' metrics
     * @throws IOException if the port cannot be bound
     */
    public static Injector start(
            InjectorOptions options,
            KubernetesClient client,
            BackendLookup backends,
            PolicyLookup policies,
            CollectorRegistry registry)
            throws IOException {
        return start(options, client, backends, policies, registry, Clock.systemUTC());
    }

    static Injector start(
            InjectorOptions options,
            KubernetesClient client,
            BackendLookup backends,
            PolicyLookup policies,
            CollectorRegistry registry,
            Clock clock)
            throws IOException {
        WebhookCertificates certificates = WebhookCertificates.start(client, options.certificates(), registry, clock);
        try {
            WebhookServer server = WebhookServer.start(
                    new InetSocketAddress(options.bind(), options.port()),
                    certificates.sslContext(),
                    backends,
                    policies,
                    options.agentImage(),
                    registry);
            return new Injector(certificates, server);
        } catch (IOException e) {
            certificates.close();
            throw e;
        }
    }

    /** {@return whether the webhooks can be called: there is a certificate to show} */
    public boolean isReady() {
        return certificates.isReady();
    }

    /** {@return the port at which the webhooks listen} */
    public int port() {
        return server.port();
    }

    /** Goes on answering, and ends each connection with its next answer: the API server makes new ones, to other replicas. */
    public void drain() {
        server.drain();
    }

    @Override
    public void close() {
        server.close();
        certificates.close();
    }
}
