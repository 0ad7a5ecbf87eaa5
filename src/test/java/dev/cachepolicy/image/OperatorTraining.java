package dev.cachepolicy.image;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.cachepolicy.testing.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The start of an operator, as {@link AgentTraining} is an agent's day. An image is built where no API server is; the one
 * here has nothing in it: lists are empty, single objects are not found, what is written is given back.
 */
public final class OperatorTraining {

    private static final int LIMIT_SECONDS = 120;

    /** Our two kinds and the pods are listed by then, and the certificates made. */
    private static final int REQUESTS = 5;

    private static final String EMPTY_LIST =
            "{\"kind\":\"List\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[]}";

    private static final String NOT_FOUND =
            "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"reason\":\"NotFound\",\"code\":404}";

    private OperatorTraining() {}

    /** @param entrypoint the command that starts an image's program, with the option that makes it write a cache */
    public static void main(String[] entrypoint) throws IOException, InterruptedException {
        AtomicInteger requests = new AtomicInteger();
        HttpServer api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        api.createContext("/", exchange -> {
            requests.incrementAndGet();
            answer(exchange);
        });
        api.start();
        int httpPort = Ports.free();
        List<String> command = new ArrayList<>(List.of(entrypoint));
        command.addAll(List.of(
                "operator",
                "--bind",
                "127.0.0.1",
                "--http-port",
                String.valueOf(httpPort),
                "--webhook-port",
                String.valueOf(Ports.free())));
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment()
                .put("KUBERNETES_MASTER", "http://127.0.0.1:" + api.getAddress().getPort());
        Process operator = builder.start();
        long start = System.nanoTime();
        while (operator.isAlive() && !(requests.get() >= REQUESTS && answers(httpPort))) {
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(LIMIT_SECONDS)) {
                throw new IllegalStateException("the operator did not start");
            }
            LockSupport.parkNanos(100_000_000);
        }
        operator.destroy();
        if (!operator.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the operator did not end");
        }
        System.exit(0);
    }

    private static boolean answers(int port) {
        try {
            URI.create("http://127.0.0.1:" + port + "/metrics")
                    .toURL()
                    .openStream()
                    .readAllBytes();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().getPath();
            if (exchange.getRequestMethod().equals("GET")) {
                boolean single =
                        path.matches(".*/(secrets|leases|customresourcedefinitions|.*webhookconfigurations)/.+");
                body = (single ? NOT_FOUND : EMPTY_LIST).getBytes(StandardCharsets.UTF_8);
                respond(exchange, single ? 404 : 200, body);
            } else {
                respond(exchange, exchange.getRequestMethod().equals("POST") ? 201 : 200, body);
            }
        }
    }

    private static void respond(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }
}
