package dev.cachepolicy.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpEndpointIT {

    private final CollectorRegistry registry = new CollectorRegistry();
    private final AtomicReference<Health> ready = new AtomicReference<>(Health.ok("ready"));
    private final HttpClient client = HttpClient.newHttpClient();
    private HttpEndpoint endpoint;

    @BeforeEach
    void start() throws IOException {
        endpoint = HttpEndpoint.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Map.of(
                        "/metrics",
                        Page.metrics(registry),
                        "/readyz",
                        Page.probe(ready::get),
                        "/status",
                        Page.json(() -> "{}"),
                        "/broken",
                        _ -> {
                            throw new IllegalStateException("secret");
                        }));
    }

    @AfterEach
    void stop() {
        endpoint.close();
        client.close();
    }

    @Test
    void metricsComeInTheFormatThatTheScraperAccepts() throws Exception {
        Counter.build("reads", "Reads.").register(registry).inc();

        HttpResponse<String> plain = get("/metrics");
        assertThat(plain.headers().firstValue("Content-Type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        assertThat(plain.body()).contains("\nreads_total 1.0\n").doesNotContain("# EOF");

        HttpResponse<String> openMetrics = client.send(
                request("/metrics")
                        .header("Accept", "application/openmetrics-text; version=1.0.0")
                        .build(),
                BodyHandlers.ofString());
        assertThat(openMetrics.headers().firstValue("Content-Type").orElseThrow())
                .startsWith("application/openmetrics-text");
        assertThat(openMetrics.body()).endsWith("# EOF\n");
    }

    @Test
    void aProbeFailsWith503AndItsSentence() throws Exception {
        assertThat(get("/readyz").statusCode()).isEqualTo(200);

        ready.set(Health.failing("waiting for a configuration of shop-redis"));

        HttpResponse<String> response = get("/readyz");
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).isEqualTo("waiting for a configuration of shop-redis\n");
    }

    /** A body above the 64 KiB that the JDK's server drains ends in a reset that may overtake the answer. */
    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
    void whateverCouldChangeSomethingIsNotAllowed(String method) throws Exception {
        HttpResponse<String> response = client.send(
                request("/status")
                        .method(method, BodyPublishers.ofString("x".repeat(10_000)))
                        .build(),
                BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).hasValue("GET, HEAD");
    }

    @Test
    void headHasTheLengthAndNoBody() throws Exception {
        HttpResponse<String> response = client.send(
                request("/status").method("HEAD", BodyPublishers.noBody()).build(), BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Length")).hasValue("2");
        assertThat(response.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/metrics/x", "/statusx"})
    void anotherPathNamesThoseThatExist(String path) throws Exception {
        HttpResponse<String> response = get(path);

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).isEqualTo("no such page; there are /broken, /metrics, /readyz, /status\n");
    }

    @Test
    void aPageThatFailsTellsItsReasonToTheLogOnly() throws Exception {
        HttpResponse<String> response = get("/broken");

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).doesNotContain("secret");
    }

    @Test
    void aPortInUseIsNamed() {
        assertThatThrownBy(() -> HttpEndpoint.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), endpoint.port()), Map.of()))
                .isInstanceOf(BindException.class)
                .hasMessageContaining(":" + endpoint.port())
                .hasMessageContaining("choose another port");
    }

    @Test
    void connectionsThatSayNothingDoNotKeepOthersFromAnAnswer() throws Exception {
        Socket[] silent = new Socket[32];
        try {
            for (int i = 0; i < silent.length; i++) {
                silent[i] = new Socket(InetAddress.getLoopbackAddress(), endpoint.port());
                silent[i].getOutputStream().write("GET /status HTTP/1.1\r\nHost".getBytes(StandardCharsets.US_ASCII));
            }
            assertThat(get("/status").statusCode()).isEqualTo(200);
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoint.port() + path));
    }
}
