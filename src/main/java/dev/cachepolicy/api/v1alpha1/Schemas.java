package dev.cachepolicy.api.v1alpha1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** OpenAPI schemas: of our kinds, as the build generated them from the types, and of the metadata that all kinds have. */
public final class Schemas {

    private Schemas() {}

    /** {@return the schema of a kind's objects, named by its plural} */
    public static JsonNode of(String plural) {
        return read("/META-INF/fabric8/" + plural + "." + Names.GROUP + "-v1.yml")
                .at("/spec/versions/0/schema/openAPIV3Schema");
    }

    /** {@return the schema of an object's metadata} */
    public static JsonNode metadata() {
        return read("metadata.yaml");
    }

    private static JsonNode read(String file) {
        try (InputStream stream = Schemas.class.getResourceAsStream(file)) {
            if (stream == null) {
                throw new IllegalStateException("the build is incomplete: " + file + " is not in it");
            }
            return new YAMLMapper().readTree(stream);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
