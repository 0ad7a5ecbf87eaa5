package dev.cachepolicy.injector.certificates;

import dev.cachepolicy.metrics.Metric;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Gauge;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the webhook server's certificate valid and trusted, for ever and in every replica: looks once a minute, and at
 * once when a webhook configuration changes. While the API server is down the last certificate is shown.
 */
public final class WebhookCertificates implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WebhookCertificates.class);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);

    private final ServedCertificate served = new ServedCertificate();
    private final CertificateCheck check;
    private final Gauge expiry;
    private final List<SharedIndexInformer<?>> informers;
    private final BlockingQueue<Boolean> changes = new ArrayBlockingQueue<>(1);
    private final Thread loop;
    private volatile boolean closed;

    /** Starts to look; the first certificate comes soon after, see {@link #isReady}. */
    public WebhookCertificates(
            KubernetesClient client, CertificateOptions options, CollectorRegistry registry, Clock clock) {
        this.check = new CertificateCheck(client, options, served, clock);
        this.expiry = Metric.WEBHOOK_CERTIFICATE_EXPIRY.gauge(registry);
        TrustPublisher configurations = new TrustPublisher(client, options);
        this.informers = List.of(informer(configurations.mutating()), informer(configurations.validating()));
        this.loop = Thread.ofVirtual().name("webhook-certificates").start(this::run);
    }

    /** {@return a context for the webhook server that always shows the certificate in force} */
    public SSLContext sslContext() {
        return served.sslContext();
    }

    /** {@return whether there is a certificate to show} */
    public boolean isReady() {
        return served.current() != null;
    }

    private void run() {
        Duration retry = FIRST_RETRY;
        try {
            while (!closed) {
                Duration wait;
                try {
                    wait = check.run();
                    retry = FIRST_RETRY;
                } catch (RuntimeException e) {
                    if (closed) {
                        return;
                    }
                    LOG.warn("Webhook certificates cannot be checked, next attempt within {}", retry, e);
                    wait = retry;
                    retry = min(retry.multipliedBy(2), CertificateCheck.REGULAR);
                }
                exportExpiry();
                changes.poll(jittered(wait).toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private void exportExpiry() {
        Credential credential = served.current();
        if (credential != null) {
            expiry.set(
                    (double) credential.certificate().getNotAfter().toInstant().getEpochSecond());
        }
    }

    /** Between the whole wait and a tenth more: never too early for {@link Rotation#SETTLE}, and replicas drift apart. */
    private static Duration jittered(Duration wait) {
        return wait.plusMillis(ThreadLocalRandom.current().nextLong(wait.toMillis() / 10 + 1));
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private <T extends HasMetadata> SharedIndexInformer<T> informer(Informable<T> one) {
        SharedIndexInformer<T> informer = one.runnableInformer(0);
        informer.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(T added) {
                changes.offer(true);
            }

            @Override
            public void onUpdate(T before, T after) {
                changes.offer(true);
            }

            @Override
            public void onDelete(T deleted, boolean unknownState) {
                changes.offer(true);
            }
        });
        informer.exceptionHandler((started, cause) -> true); // for ever: the loop's own warning says what is wrong
        var _ = informer.start();
        return informer;
    }

    @Override
    public void close() {
        closed = true;
        loop.interrupt();
        informers.forEach(SharedIndexInformer::close);
    }
}
