package dev.cachepolicy.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small read-only HTTP server for probes and metrics: GET and HEAD of the paths it was given. Anyone who reaches the
 * port may ask, so connections, headers and times are bounded, of a request's body no more than 64 KiB is
 * drained, and there is nothing to change.
 */
public final class HttpEndpoint implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HttpEndpoint.class);

    /**
     * The JDK's server takes its bounds from system properties alone, once for the process; one that the command line
     * sets stands.
     */
    private static final Map<String, String> BOUNDS = Map.of(
            "jdk.httpserver.maxConnections", "64",
            "sun.net.httpserver.maxReqTime", "10",
            "sun.net.httpserver.maxRspTime", "30",
            "sun.net.httpserver.maxReqHeaders", "64",
            "sun.net.httpserver.maxReqHeaderSize", "32768",
            "sun.net.httpserver.nodelay", "true");

    private final HttpServer server;
    private final ExecutorService executor;
    private final Map<String, Page> pages;

    private HttpEndpoint(HttpServer server, Map<String, Page> pages) {
        this.server = server;
        this.pages = new TreeMap<>(pages);
        this.executor = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("http-", 0).factory());
    }

    /**
     * Listens, and serves until {@link #close}.
     *
     * @param address where; port 0 for any free one
     * @param pages by path, such as {@code /metrics}
     * @throws IOException if the address cannot be had; the message names it and says what to do
     */
    public static HttpEndpoint start(InetSocketAddress address, Map<String, Page> pages) throws IOException {
        BOUNDS.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
        HttpEndpoint endpoint = new HttpEndpoint(bind(address), pages);
        endpoint.server.setExecutor(endpoint.executor);
        endpoint.server.createContext("/", endpoint::serve);
        endpoint.server.start();
        return endpoint;
    }

    private static HttpServer bind(InetSocketAddress address) throws IOException {
        try {
            return HttpServer.create(address, 64);
        } catch (BindException e) {
            BindException clear = new BindException("cannot listen for HTTP on " + address.getHostString() + ":"
                    + address.getPort() + " (" + e.getMessage() + "): stop what listens there, or choose another port");
            clear.initCause(e);
            throw clear;
        }
    }

    /** {@return the port that it listens on} */
    public int port() {
        return server.getAddress().getPort();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean head = exchange.getRequestMethod().equals("HEAD");
            if (!head && !exchange.getRequestMethod().equals("GET")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                send(exchange, Page.text(405, "only GET and HEAD are allowed"), false);
                return;
            }
            send(exchange, content(exchange.getRequestURI().getPath(), accept(exchange)), head);
        }
    }

    private Page.Content content(String path, @Nullable String accept) {
        Page page = pages.get(path);
        if (page == null) {
            return Page.text(404, "no such page; there are " + String.join(", ", pages.keySet()));
        }
        try {
            return page.content(accept);
        } catch (RuntimeException e) {
            LOG.warn("cannot show {}", path, e);
            return Page.text(500, "this page failed; the log says why");
        }
    }

    private static @Nullable String accept(HttpExchange exchange) {
        return exchange.getRequestHeaders().getFirst("Accept");
    }

    private static void send(HttpExchange exchange, Page.Content content, boolean head) throws IOException {
        byte[] body = content.bytes();
        exchange.getResponseHeaders().set("Content-Type", content.contentType());
        if (head) {
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(body.length));
            exchange.sendResponseHeaders(content.status(), -1);
            return;
        }
        exchange.sendResponseHeaders(content.status(), body.length);
        exchange.getResponseBody().write(body);
    }

    /** Closes the port and all connections. */
    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
