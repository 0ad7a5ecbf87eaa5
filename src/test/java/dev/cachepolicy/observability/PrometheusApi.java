package dev.cachepolicy.observability;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Prometheus' HTTP API, as far as tests ask. */
public final class PrometheusApi {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final URI base;

    /** @param base such as {@code http://127.0.0.1:9090} */
    public PrometheusApi(URI base) {
        this.base = base;
    }

    boolean isReady() {
        try {
            return get("/-/ready").statusCode() == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** {@return the values that an instant query gives now} */
    public List<Double> query(String expression) {
        HttpResponse<String> response =
                get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
        JsonNode answer = data(response, expression);
        List<Double> values = new ArrayList<>();
        if (answer.path("resultType").asText().equals("scalar")) {
            values.add(number(answer.path("result").path(1)));
        } else {
            answer.path("result")
                    .forEach(sample -> values.add(number(sample.path("value").path(1))));
        }
        return values;
    }

    private static double number(JsonNode value) {
        return switch (value.asText()) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(value.asText());
        };
    }

    /** {@return what the API knows of rules: groups, with each rule's health and state} */
    JsonNode rules() {
        return data(get("/api/v1/rules"), "rules");
    }

    /** {@return labels of the alerts that are firing} */
    public List<JsonNode> firing() {
        List<JsonNode> firing = new ArrayList<>();
        data(get("/api/v1/alerts"), "alerts").path("alerts").forEach(alert -> {
            if (alert.path("state").asText().equals("firing")) {
                firing.add(alert.path("labels"));
            }
        });
        return firing;
    }

    private static JsonNode data(HttpResponse<String> response, String what) {
        try {
            if (response.statusCode() != 200) {
                throw new IllegalStateException(what + ": " + response.body());
            }
            return JSON.readTree(response.body()).path("data");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpResponse<String> get(String path) {
        try {
            return HTTP.send(
                    HttpRequest.newBuilder(URI.create(base + path))
                            .timeout(Duration.ofSeconds(30))
                            .build(),
                    BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
