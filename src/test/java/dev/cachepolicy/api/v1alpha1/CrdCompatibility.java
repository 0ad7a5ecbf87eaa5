package dev.cachepolicy.api.v1alpha1;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a new CRD would refuse or lose of objects stored under a released one. What the released schema did not
 * know cannot be stored, so new optional fields are free; everything that narrows a known field is reported.
 */
final class CrdCompatibility {

    private final Set<String> safeRules;
    private final List<String> breaks = new ArrayList<>();

    /**
     * @param safeRules new CEL rules that somebody showed to hold for every object that could be stored: nothing here
     *     can decide that
     */
    CrdCompatibility(Set<String> safeRules) {
        this.safeRules = safeRules;
    }

    /** {@return a sentence for each break; empty if every stored object stays valid and whole} */
    List<String> compare(CustomResourceDefinition released, CustomResourceDefinition current) {
        breaks.clear();
        Map<String, CustomResourceDefinitionVersion> versions = current.getSpec().getVersions().stream()
                .collect(Collectors.toMap(CustomResourceDefinitionVersion::getName, version -> version));
        for (CustomResourceDefinitionVersion old : released.getSpec().getVersions()) {
            CustomResourceDefinitionVersion now = versions.get(old.getName());
            if (now == null || !now.getServed()) {
                breaks.add("version " + old.getName() + " is no longer served");
            } else {
                schema(
                        old.getName(),
                        old.getSchema().getOpenAPIV3Schema(),
                        now.getSchema().getOpenAPIV3Schema());
            }
        }
        return List.copyOf(breaks);
    }

    private void schema(String path, JSONSchemaProps old, JSONSchemaProps now) {
        if (!Objects.equals(old.getType(), now.getType())) {
            breaks.add(path + ": the type was " + old.getType() + ", is " + now.getType());
            return;
        }
        Set<String> required = new HashSet<>(now.getRequired());
        old.getRequired().forEach(required::remove);
        required.forEach(name -> breaks.add(path + "." + name + ": has become required"));
        if (now.getEnum() != null && !now.getEnum().isEmpty()) {
            if (old.getEnum() == null || old.getEnum().isEmpty()) {
                breaks.add(path + ": has become an enum");
            } else {
                old.getEnum().stream()
                        .filter(Predicate.not(now.getEnum()::contains))
                        .forEach(value -> breaks.add(path + ": no longer takes " + value.asText()));
            }
        }
        upperBound(path + ".maxLength", old.getMaxLength(), now.getMaxLength());
        upperBound(path + ".maxItems", old.getMaxItems(), now.getMaxItems());
        upperBound(path + ".maximum", old.getMaximum(), now.getMaximum());
        lowerBound(path + ".minLength", old.getMinLength(), now.getMinLength());
        lowerBound(path + ".minItems", old.getMinItems(), now.getMinItems());
        lowerBound(path + ".minimum", old.getMinimum(), now.getMinimum());
        if (now.getPattern() != null && !now.getPattern().equals(old.getPattern())) {
            breaks.add(path + ": the pattern has changed to " + now.getPattern());
        }
        listType(path, old, now);
        rules(path, old, now);
        properties(path, old, now);
        if (old.getItems() != null && old.getItems().getSchema() != null) {
            schema(path + "[]", old.getItems().getSchema(), now.getItems().getSchema());
        }
    }

    private void listType(String path, JSONSchemaProps old, JSONSchemaProps now) {
        String was = Objects.requireNonNullElse(old.getXKubernetesListType(), "atomic");
        String is = Objects.requireNonNullElse(now.getXKubernetesListType(), "atomic");
        if (!was.equals(is) || !old.getXKubernetesListMapKeys().equals(now.getXKubernetesListMapKeys())) {
            breaks.add(path + ": the list type was " + was + ", is " + is);
        }
    }

    private void rules(String path, JSONSchemaProps old, JSONSchemaProps now) {
        Set<String> known = old.getXKubernetesValidations().stream()
                .map(ValidationRule::getRule)
                .collect(Collectors.toSet());
        now.getXKubernetesValidations().stream()
                .map(ValidationRule::getRule)
                .filter(rule -> !known.contains(rule) && !safeRules.contains(rule))
                .forEach(rule -> breaks.add(path + ": has a new rule, " + rule));
    }

    private void properties(String path, JSONSchemaProps old, JSONSchemaProps now) {
        if (old.getProperties() == null) {
            return;
        }
        old.getProperties().forEach((name, property) -> {
            JSONSchemaProps kept =
                    now.getProperties() == null ? null : now.getProperties().get(name);
            if (kept == null) {
                breaks.add(path + "." + name + ": is gone");
            } else {
                schema(path + "." + name, property, kept);
            }
        });
    }

    private void upperBound(String path, @Nullable Number old, @Nullable Number now) {
        if (now != null && (old == null || now.doubleValue() < old.doubleValue())) {
            breaks.add(path + ": was " + (old == null ? "unbounded" : old) + ", is " + now);
        }
    }

    private void lowerBound(String path, @Nullable Number old, @Nullable Number now) {
        if (now != null && now.doubleValue() > (old == null ? 0 : old.doubleValue())) {
            breaks.add(path + ": was " + (old == null ? "unbounded" : old) + ", is " + now);
        }
    }
}
