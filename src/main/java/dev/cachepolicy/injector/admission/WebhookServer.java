package dev.cachepolicy.injector.admission;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.cachepolicy.injector.pod.AgentImage;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * The HTTPS server of the webhooks: {@code /mutate-pods}, {@code /validate}, {@code /healthz}. TLS 1.2 and newer; which
 * certificate is shown is the SSLContext's affair, at each handshake anew.
 */
public final class WebhookServer implements AutoCloseable {

    private static final int STOP_SECONDS = 5;

    /**
     * What a connection must have been idle for when it is closed under the API server: closed at the instant of a call,
     * it fails that call, and so a pod that was to be created. One that is in use is used within this time.
     */
    private static final Duration DRAIN = Duration.ofSeconds(3);

    private final HttpsServer server;
    private volatile @Nullable Long drainingSince;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private WebhookServer(HttpsServer server) {
        this.server = server;
    }

    /**
     * Starts to listen.
     *
     * @param address port 0: any free port
     * @throws IOException if the address cannot be bound
     */
    public static WebhookServer start(
            InetSocketAddress address,
            SSLContext context,
            BackendLookup backends,
            PolicyLookup policies,
            AgentImage image,
            CollectorRegistry registry)
            throws IOException {
        WebhookServer webhooks = new WebhookServer(HttpsServer.create(address, 0));
        webhooks.configure(context, backends, policies, image, new AdmissionMetrics(registry));
        webhooks.server.start();
        return webhooks;
    }

    private void configure(
            SSLContext context,
            BackendLookup backends,
            PolicyLookup policies,
            AgentImage image,
            AdmissionMetrics metrics) {
        server.setExecutor(threads);
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters tls = context.getDefaultSSLParameters();
                tls.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
                parameters.setSSLParameters(tls);
            }
        });
        context("/mutate-pods", new AdmissionHandler(new PodWebhook(backends, image), metrics));
        context("/validate", new AdmissionHandler(new ResourceWebhook(backends, policies), metrics));
        server.createContext("/healthz", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(200, -1);
            }
        });
    }

    private void context(String path, AdmissionHandler handler) {
        server.createContext(path, exchange -> {
            if (drainingSince != null) {
                exchange.getResponseHeaders().set("Connection", "close");
            }
            handler.handle(exchange);
        });
    }

    /**
     * Goes on answering, and ends each connection with its next answer. The API server keeps connections for as long as
     * they last, whatever has become of the Service's endpoints meanwhile.
     */
    public void drain() {
        drainingSince = System.nanoTime();
    }

    /** {@return the port at which the server listens} */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Drains to the end, if it drains; answers what is under way, for some seconds at most, and stops. */
    @Override
    public void close() {
        awaitDrained();
        server.stop(STOP_SECONDS);
        threads.close();
    }

    private void awaitDrained() {
        Long since = drainingSince;
        if (since == null) {
            return;
        }
        try {
            TimeUnit.NANOSECONDS.sleep(since + DRAIN.toNanos() - System.nanoTime());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
