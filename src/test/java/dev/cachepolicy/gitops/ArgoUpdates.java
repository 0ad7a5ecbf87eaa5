package dev.cachepolicy.gitops;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.List;

/** What Argo CD compares of two versions of an object before it refreshes the Application that has it. */
final class ArgoUpdates {

    private static final ObjectMapper YAML = new YAMLMapper();

    private final JsonNode settings;

    private ArgoUpdates(JsonNode settings) {
        this.settings = settings;
    }

    static ArgoUpdates load() throws IOException {
        return new ArgoUpdates(YAML.readTree(ArgoHealth.SETTINGS.toFile()).path("data"));
    }

    /** {@return an object without what {@code ignoreResourceUpdates} names for its kind, and what Argo CD always ignores} */
    JsonNode watched(JsonNode object) throws IOException {
        JsonNode watched = object.deepCopy();
        ((ObjectNode) watched.path("metadata")).remove(List.of("generation", "resourceVersion", "managedFields"));
        String apiVersion = object.path("apiVersion").asText();
        String group = apiVersion.contains("/") ? apiVersion.replaceFirst("/.*", "_") : "";
        String rules = settings.required("resource.customizations.ignoreResourceUpdates." + group
                        + object.path("kind").asText())
                .asText();
        for (JsonNode pointer : YAML.readTree(rules).required("jsonPointers")) {
            JsonPointer path = JsonPointer.compile(pointer.asText());
            if (watched.at(path.head()) instanceof ObjectNode parent) {
                parent.remove(path.last().getMatchingProperty());
            }
        }
        return watched;
    }
}
