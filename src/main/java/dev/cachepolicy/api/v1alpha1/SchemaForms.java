package dev.cachepolicy.api.v1alpha1;

import io.fabric8.crdv2.generator.v1.SchemaCustomizer;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Gives lists and objects in the schema the form that the generator has no annotation for: how they merge under
 * server-side apply, and how long a list's strings may be. The input names the properties:
 * {@code keyspace=atomic/256, env=map:name, memory=atomic}.
 *
 * <p>Merged is only what several owners may sensibly share. What is one decision, or excludes something by being there,
 * is atomic: otherwise a member that somebody added by hand would survive every apply of the owner, or make it invalid.
 */
public final class SchemaForms implements SchemaCustomizer.Customizer {

    private static final String ATOMIC = "atomic";

    @Override
    public JSONSchemaProps apply(JSONSchemaProps schema, String input, KubernetesSerialization serialization) {
        for (String rule : input.split(",", -1)) {
            String[] sides = rule.strip().split("=", 2);
            JSONSchemaProps property = schema.getProperties().get(sides[0]);
            if (property == null) {
                throw new IllegalArgumentException("no property " + sides[0] + " in this schema");
            }
            if (sides[1].startsWith("map:")) {
                map(property, sides[1].substring("map:".length()));
            } else if (sides[1].equals(ATOMIC)) {
                property.setXKubernetesMapType(ATOMIC);
            } else if (sides[1].startsWith(ATOMIC + "/")) {
                strings(property, Long.parseLong(sides[1].substring(ATOMIC.length() + 1)));
            } else {
                throw new IllegalArgumentException(
                        "no form '" + sides[1] + "': write map:KEY, atomic or atomic/LENGTH");
            }
        }
        return schema;
    }

    private static void map(JSONSchemaProps list, String key) {
        list.setXKubernetesListType("map");
        list.setXKubernetesListMapKeys(List.of(key));
        JSONSchemaProps item = list.getItems().getSchema();
        Set<String> required = new TreeSet<>(item.getRequired());
        required.add(key);
        item.setRequired(List.copyOf(required));
    }

    private static void strings(JSONSchemaProps list, long longest) {
        list.setXKubernetesListType(ATOMIC);
        JSONSchemaProps item = list.getItems().getSchema();
        item.setMinLength(1L);
        item.setMaxLength(longest);
    }
}
