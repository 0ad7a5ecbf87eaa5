package dev.cachepolicy.api.v1alpha1;

import io.fabric8.crdv2.generator.v1.SchemaCustomizer;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Gives lists in the schema the form that the generator has no annotation for: how they merge under server-side apply
 * (set, or map by a key), and how long their strings may be. The input names the properties:
 * {@code keyspace=set/256, env=map:name}.
 */
public final class SchemaLists implements SchemaCustomizer.Customizer {

    @Override
    public JSONSchemaProps apply(JSONSchemaProps schema, String input, KubernetesSerialization serialization) {
        for (String rule : input.split(",", -1)) {
            String[] sides = rule.strip().split("=", 2);
            JSONSchemaProps list = schema.getProperties().get(sides[0]);
            if (list == null) {
                throw new IllegalArgumentException("no property " + sides[0] + " in this schema");
            }
            if (sides[1].startsWith("map:")) {
                list.setXKubernetesListType("map");
                String key = sides[1].substring("map:".length());
                list.setXKubernetesListMapKeys(List.of(key));
                JSONSchemaProps item = list.getItems().getSchema();
                Set<String> required = new TreeSet<>(item.getRequired());
                required.add(key);
                item.setRequired(List.copyOf(required));
            } else {
                list.setXKubernetesListType("set");
                JSONSchemaProps item = list.getItems().getSchema();
                item.setMinLength(1L);
                item.setMaxLength(Long.parseLong(sides[1].substring("set/".length())));
            }
        }
        return schema;
    }
}
