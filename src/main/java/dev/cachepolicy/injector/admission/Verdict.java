package dev.cachepolicy.injector.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionResponse;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionResponseBuilder;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** What a webhook answers. */
sealed interface Verdict {

    /** The object may be stored as it is. */
    record Allow(List<String> warnings) implements Verdict {
        public Allow {
            warnings = List.copyOf(warnings);
        }
    }

    /** The object is changed. */
    record Patch(JsonNode operations) implements Verdict {}

    /** The object is refused; the user reads the sentence. */
    record Deny(String sentence) implements Verdict {}

    static Verdict allow() {
        return new Allow(List.of());
    }

    /** {@return the word for this answer in metrics} */
    default String result() {
        return switch (this) {
            case Allow allow -> "allowed";
            case Patch patch -> "patched";
            case Deny deny -> "denied";
        };
    }

    /** {@return the answer to a request as the API server reads it} */
    default AdmissionResponse toResponse(String uid) {
        AdmissionResponseBuilder response =
                new AdmissionResponseBuilder().withUid(uid).withAllowed(!(this instanceof Deny));
        return switch (this) {
            case Allow(List<String> warnings) -> response.withWarnings(warnings).build();
            case Patch(JsonNode operations) ->
                response.withPatchType("JSONPatch")
                        .withPatch(Base64.getEncoder()
                                .encodeToString(operations.toString().getBytes(StandardCharsets.UTF_8)))
                        .build();
            case Deny(String sentence) ->
                response.withStatus(new StatusBuilder()
                                .withStatus("Failure")
                                .withReason("Forbidden")
                                .withCode(HttpURLConnection.HTTP_FORBIDDEN)
                                .withMessage(sentence)
                                .build())
                        .build();
        };
    }
}
