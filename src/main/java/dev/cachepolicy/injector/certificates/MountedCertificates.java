package dev.cachepolicy.injector.certificates;

import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Certificates from a directory that somebody else keeps. The kubelet exchanges a mounted Secret between two reads when
 * it likes, so a certificate is shown only with the key that belongs to it; until then the last one is.
 */
final class MountedCertificates implements WebhookCertificates {

    private static final Logger LOG = LoggerFactory.getLogger(MountedCertificates.class);
    private static final String CERTIFICATES = "tls.crt";
    private static final String KEY = "tls.key";

    /** A mounted Secret changes a minute after its object; a look costs two reads from memory. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

    private final Path directory;
    private final ServedCertificate served = new ServedCertificate();
    private final Thread loop;

    /** What was wrong at the last look, so that it is said once. */
    private @Nullable String problem;

    MountedCertificates(CertificateDirectory directory, CollectorRegistry registry) {
        this.directory = directory.path();
        served.exportExpiry(registry);
        look();
        this.loop = Thread.ofVirtual().name("webhook-certificates").start(this::run);
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(LOOK_AGAIN);
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private void look() {
        String before = problem;
        try {
            Credential found = read();
            Credential shown = served.current();
            if (shown == null || !shown.chain().equals(found.chain())) {
                served.use(found);
                LOG.info(
                        "Webhook server shows {}, valid until {}",
                        found,
                        found.certificate().getNotAfter().toInstant());
            }
            problem = null;
        } catch (IOException e) {
            problem = "cannot read " + e.getMessage();
        } catch (GeneralSecurityException e) {
            problem = e.getMessage();
        } catch (RuntimeException e) {
            problem = e.toString(); // whatever it is, it must not end the looks
        }
        if (problem != null && !Objects.equals(problem, before)) {
            LOG.warn(
                    "No new webhook certificate from {}: {}; {}",
                    directory,
                    problem,
                    isReady() ? "the last one is shown on" : "webhooks wait for it");
        }
    }

    private Credential read() throws IOException, GeneralSecurityException {
        List<X509Certificate> chain = Pem.readCertificates(text(CERTIFICATES));
        if (chain.isEmpty()) {
            throw new GeneralSecurityException("no certificate in " + CERTIFICATES);
        }
        Credential credential = new Credential(chain, Pem.readKey(text(KEY)));
        if (!credential.isPair()) {
            throw new GeneralSecurityException(KEY + " is not the key of " + CERTIFICATES);
        }
        return credential;
    }

    private String text(String file) throws IOException {
        return Files.readString(directory.resolve(file), StandardCharsets.ISO_8859_1);
    }

    @Override
    public SSLContext sslContext() {
        return served.sslContext();
    }

    @Override
    public boolean isReady() {
        return served.current() != null;
    }

    @Override
    public void close() {
        loop.interrupt();
    }
}
