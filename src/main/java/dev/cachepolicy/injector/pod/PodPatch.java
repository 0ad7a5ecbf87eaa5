package dev.cachepolicy.injector.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.zjsonpatch.JsonDiff;

/** A change of a pod as a JSON Patch (RFC 6902). */
public final class PodPatch {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private PodPatch() {}

    /**
     * {@return the operations that make {@code after} of {@code before}, empty if they are equal}
     *
     * <p>Both sides are written from the typed pod, so that a field which the API server writes and the type leaves out
     * (an empty list) makes no operation.
     */
    public static JsonNode between(Pod before, Pod after) {
        return JsonDiff.asJson(MAPPER.valueToTree(before), MAPPER.valueToTree(after));
    }
}
