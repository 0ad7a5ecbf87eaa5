package dev.cachepolicy.examples;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * What the programs load from, as {@code source.js} beside them: users with a version, and the Messages API of a language
 * model. It counts loads by what was asked, and takes as long for them as a test says.
 */
final class Source implements AutoCloseable {

    /** What happens between the moment at which a load has read its row and its answer. */
    interface Slowness {
        void pass() throws InterruptedException;
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, ObjectNode> users = new ConcurrentHashMap<>();
    private final Map<String, Integer> loads = new ConcurrentHashMap<>();
    private volatile Slowness slowness = () -> {};

    Source() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
        server.setExecutor(threads);
        server.createContext("/users/", this::users);
        server.createContext("/v1/messages", this::messages);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** From now on. */
    void takes(Slowness time) {
        slowness = time;
    }

    /**
     * {@return how often this was loaded}
     *
     * @param what a user's id, or a prompt
     */
    int loads(String what) {
        return loads.getOrDefault(what, 0);
    }

    private void users(HttpExchange exchange) throws IOException {
        String id = exchange.getRequestURI().getPath().substring("/users/".length());
        if (exchange.getRequestMethod().equals("PUT")) {
            JsonNode change = JSON.readTree(exchange.getRequestBody());
            answer(exchange, 200, users.compute(id, (_, user) -> changed(id, user, change)));
        } else {
            ObjectNode user = users.computeIfAbsent(id, _ -> user(id, 1));
            load(exchange, id, user);
        }
    }

    private static ObjectNode user(String id, int version) {
        return JSON.createObjectNode().put("id", id).put("version", version);
    }

    private static ObjectNode changed(String id, ObjectNode user, JsonNode change) {
        ObjectNode changed = user(id, user == null ? 2 : user.path("version").intValue() + 1);
        return changed.setAll((ObjectNode) change);
    }

    /** As strict as the API is with what must be there. */
    private void messages(HttpExchange exchange) throws IOException {
        JsonNode request = JSON.readTree(exchange.getRequestBody());
        JsonNode prompt = request.path("messages").path(0).path("content");
        if (exchange.getRequestHeaders().getFirst("authorization") == null
                || exchange.getRequestHeaders().getFirst("anthropic-version") == null
                || !prompt.isTextual()
                || request.path("max_tokens").intValue() < 1) {
            answer(exchange, 400, JSON.readTree("""
                            {"type": "error", "error": {"type": "invalid_request_error", "message": "not a request"}}
                            """));
            return;
        }
        ObjectNode message = (ObjectNode) JSON.readTree("""
                {"id": "msg_1", "type": "message", "role": "assistant", "content": [{"type": "text"}],
                 "stop_reason": "end_turn", "stop_sequence": null, "usage": {"input_tokens": 1, "output_tokens": 1}}
                """);
        message.set("model", request.path("model"));
        ((ObjectNode) message.path("content").path(0)).put("text", "You said: " + prompt.textValue());
        load(exchange, prompt.textValue(), message);
    }

    private void load(HttpExchange exchange, String what, JsonNode row) throws IOException {
        loads.merge(what, 1, Integer::sum);
        try {
            slowness.pass();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the test ends", e);
        }
        answer(exchange, 200, row);
    }

    private static void answer(HttpExchange exchange, int status, JsonNode body)
            throws JsonProcessingException, IOException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        exchange.getResponseHeaders().set("content-type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        try (exchange) {
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
