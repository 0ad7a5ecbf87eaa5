package dev.cachepolicy.injector.certificates;

import java.nio.file.Path;

/**
 * Certificates that somebody else makes and renews, such as cert-manager, and tells the API server to trust.
 *
 * @param path of a directory, usually a mounted Secret, with {@code tls.crt} (the serving certificate first, then those
 *     that it is signed by) and {@code tls.key}
 */
public record CertificateDirectory(Path path) implements CertificateSource {}
