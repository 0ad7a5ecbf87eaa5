package dev.cachepolicy.gitops;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The rules by which Flux, and everything else on kstatus, judges a resource of a kind that it does not know, in
 * kstatus's order.
 *
 * @see <a href="https://github.com/kubernetes-sigs/cli-utils/tree/master/pkg/kstatus">kstatus</a>
 */
enum Kstatus {
    InProgress,
    Failed,
    Current,
    Terminating;

    /** {@return the status of an object} */
    static Kstatus of(JsonNode object) {
        JsonNode metadata = object.path("metadata");
        JsonNode status = object.path("status");
        if (metadata.has("deletionTimestamp")) {
            return Terminating;
        }
        if (status.has("observedGeneration")
                && status.path("observedGeneration").asLong()
                        != metadata.path("generation").asLong()) {
            return InProgress;
        }
        if (condition(object, "Reconciling").equals("True")) {
            return InProgress;
        }
        if (condition(object, "Stalled").equals("True")) {
            return Failed;
        }
        return switch (condition(object, "Ready")) {
            case "False", "Unknown" -> InProgress;
            // An object that nobody has looked at yet is as good as one that needs no status.
            default -> Current;
        };
    }

    /** {@return the status of a condition; empty: there is none} */
    static String condition(JsonNode object, String type) {
        for (JsonNode condition : object.path("status").path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition.path("status").asText();
            }
        }
        return "";
    }
}
