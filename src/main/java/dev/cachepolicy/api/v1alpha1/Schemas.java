package dev.cachepolicy.api.v1alpha1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The OpenAPI schemas of our kinds, as the build generated them from the types. */
public final class Schemas {

    private Schemas() {}

    /** {@return the schema of a kind's objects, named by its plural} */
    public static JsonNode of(String plural) {
        String file = "/META-INF/fabric8/" + plural + "." + Names.GROUP + "-v1.yml";
        try (InputStream stream = Schemas.class.getResourceAsStream(file)) {
            if (stream == null) {
                throw new IllegalStateException("the build is incomplete: " + file + " is not in it");
            }
            return new YAMLMapper().readTree(stream).at("/spec/versions/0/schema/openAPIV3Schema");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
