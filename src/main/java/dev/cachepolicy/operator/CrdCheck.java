package dev.cachepolicy.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.api.v1alpha1.Names;
import dev.cachepolicy.api.v1alpha1.Schemas;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whether the cluster's CRDs are as new as this operator. With older ones the API server would drop what the operator
 * writes into fields that it does not know: a status would differ from what it should be for ever, and be written for
 * ever. Compared is what the API server serves to everybody as OpenAPI, so no right on CRDs is needed; a newer CRD, as
 * after a rollback, has every field of this operator.
 */
final class CrdCheck {

    private static final String PATH = "/openapi/v3/apis/" + Names.GROUP + "/" + Names.VERSION;
    private static final String WHAT_TO_DO =
            ": upgrade the chart with crds.install=true, or kubectl apply --server-side --force-conflicts -f crds/ of this version";
    private static final int NAMED = 5;

    private final KubernetesClient client;

    CrdCheck(KubernetesClient client) {
        this.client = client;
    }

    /** {@return what is wrong with the CRDs, or keeps them from being seen; empty: nothing} */
    Optional<String> problem() {
        try {
            String document = client.raw(PATH);
            JsonNode schemas = document == null
                    ? new JsonMapper().createObjectNode()
                    : new JsonMapper().readTree(document).at("/components/schemas");
            List<String> missing = new ArrayList<>();
            missing.addAll(missing(schemas, CacheBackend.class));
            missing.addAll(missing(schemas, CachePolicy.class));
            return missing.isEmpty() ? Optional.empty() : Optional.of(sentence(missing));
        } catch (KubernetesClientException | JsonProcessingException e) {
            return Optional.of("the schemas of " + Names.GROUP + " cannot be read: " + e.getMessage());
        }
    }

    private static String sentence(List<String> missing) {
        String named = String.join(", ", missing.subList(0, Math.min(NAMED, missing.size())));
        String more = missing.size() > NAMED ? " and " + (missing.size() - NAMED) + " more" : "";
        return "the cluster's CRDs are older than this operator, or not there; they lack " + named + more + WHAT_TO_DO;
    }

    private static List<String> missing(JsonNode schemas, Class<? extends HasMetadata> type) {
        for (JsonNode served : schemas) {
            for (JsonNode is : served.path("x-kubernetes-group-version-kind")) {
                if (is.path("kind").asText().equals(type.getSimpleName())) {
                    return missing(type.getSimpleName(), Schemas.of(HasMetadata.getPlural(type)), served);
                }
            }
        }
        return List.of(type.getSimpleName());
    }

    /** {@return the paths of fields, and of words of enumerations, that are needed and not served} */
    static List<String> missing(String path, JsonNode needed, JsonNode served) {
        List<String> missing = new ArrayList<>();
        compare(path, needed, served, missing);
        return missing;
    }

    private static void compare(String path, JsonNode needed, JsonNode served, List<String> missing) {
        if (needed.isMissingNode()
                || served.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
            return;
        }
        for (Map.Entry<String, JsonNode> field : needed.path("properties").properties()) {
            String at = path + "." + field.getKey();
            JsonNode there = served.path("properties").path(field.getKey());
            if (there.isMissingNode()) {
                missing.add(at);
            } else {
                compare(at, field.getValue(), there, missing);
            }
        }
        compare(path + "[]", needed.path("items"), served.path("items"), missing);
        compare(path + ".*", needed.path("additionalProperties"), served.path("additionalProperties"), missing);
        Set<String> words = words(served);
        words(needed).stream()
                .filter(word -> !words.contains(word))
                .sorted()
                .forEach(word -> missing.add(path + "=" + word));
    }

    private static Set<String> words(JsonNode schema) {
        Set<String> words = new HashSet<>();
        schema.path("enum").forEach(word -> words.add(word.asText()));
        return words;
    }
}
