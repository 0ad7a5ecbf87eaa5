package dev.cachepolicy.injector.admission;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReview;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReviewBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Between HTTP and a {@link AdmissionWebhook}. Any status but 200 is a failed call to the API server, which then does
 * what the webhook configuration's {@code failurePolicy} says and shows the sentence.
 */
final class AdmissionHandler implements HttpHandler {

    /** What etcd stores is at most 1.5 MiB; a review holds an object twice. */
    static final int MAX_BODY_BYTES = 3 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(AdmissionHandler.class);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final AdmissionWebhook webhook;
    private final AdmissionMetrics metrics;

    AdmissionHandler(AdmissionWebhook webhook, AdmissionMetrics metrics) {
        this.webhook = webhook;
        this.metrics = metrics;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        long start = System.nanoTime();
        try (exchange) {
            Answer answer = answer(exchange.getRequestMethod(), exchange.getRequestBody());
            metrics.answered(webhook.name(), answer.result(), System.nanoTime() - start);
            exchange.getResponseHeaders().set("Content-Type", answer.contentType());
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    record Answer(int status, String result, String contentType, String body) {

        static Answer failure(int status, String result, String sentence) {
            return new Answer(status, result, "text/plain; charset=utf-8", sentence + "\n");
        }
    }

    Answer answer(String method, InputStream request) throws IOException {
        if (!method.equals("POST")) {
            return Answer.failure(HttpURLConnection.HTTP_BAD_METHOD, "malformed", "send an AdmissionReview with POST");
        }
        byte[] body = request.readNBytes(MAX_BODY_BYTES + 1);
        if (body.length > MAX_BODY_BYTES) {
            return Answer.failure(
                    HttpURLConnection.HTTP_ENTITY_TOO_LARGE,
                    "malformed",
                    "the AdmissionReview is larger than " + MAX_BODY_BYTES + " bytes");
        }
        try {
            AdmissionCall call = AdmissionCall.of(MAPPER.readTree(body));
            Verdict verdict = webhook.review(call);
            return new Answer(
                    HttpURLConnection.HTTP_OK, verdict.result(), "application/json", review(verdict, call.uid()));
        } catch (MalformedReviewException e) {
            return Answer.failure(HttpURLConnection.HTTP_BAD_REQUEST, "malformed", e.sentence());
        } catch (JsonProcessingException e) {
            return Answer.failure(
                    HttpURLConnection.HTTP_BAD_REQUEST,
                    "malformed",
                    "the AdmissionReview cannot be read: " + e.getOriginalMessage());
        } catch (RuntimeException e) {
            LOG.error("Webhook {} failed", webhook.name(), e);
            return Answer.failure(
                    HttpURLConnection.HTTP_INTERNAL_ERROR,
                    "failed",
                    "the cachepolicy webhook failed; the operator's log says why");
        }
    }

    private static String review(Verdict verdict, String uid) throws JsonProcessingException {
        AdmissionReview review = new AdmissionReviewBuilder()
                .withResponse(verdict.toResponse(uid))
                .build();
        return MAPPER.writeValueAsString(review);
    }
}
