package dev.cachepolicy.injector;

import dev.cachepolicy.injector.certificates.CertificateSource;
import dev.cachepolicy.injector.pod.AgentImage;

/**
 * How the webhooks run.
 *
 * @param bind address to listen at, such as {@code 0.0.0.0}
 * @param port to listen at; 0: any free port
 * @param agentImage of the containers that are added to pods
 * @param certificates of the webhook server
 */
public record InjectorOptions(String bind, int port, AgentImage agentImage, CertificateSource certificates) {

    public static final int PORT = 9443;
}
