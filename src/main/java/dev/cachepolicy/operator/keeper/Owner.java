package dev.cachepolicy.operator.keeper;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The value of {@link dev.cachepolicy.config.RedisKeys#OWNER}: which CacheBackend manages a Redis.
 *
 * @param cluster uid of the namespace kube-system
 * @param original the settings found at first contact. They stand here before the first CONFIG SET, so that an operator
 *     that dies before they are in the status does not take its own settings for them
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Owner(
        String cluster,
        String namespace,
        String name,
        String uid,
        @Nullable ActualSettings original) {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    String write() {
        try {
            return MAPPER.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an Owner is always writable", e);
        }
    }

    /** {@return the owner that a value names; empty if a stranger wrote it} */
    static Optional<Owner> read(String json) {
        try {
            Owner owner = MAPPER.readValue(json, Owner.class);
            return Optional.ofNullable(owner).filter(Owner::complete);
        } catch (JsonProcessingException _) {
            return Optional.empty();
        }
    }

    @SuppressWarnings("ConstantValue")
    private boolean complete() {
        return cluster != null && namespace != null && name != null && uid != null;
    }

    boolean is(String otherCluster, BackendId backend) {
        return hasNameOf(otherCluster, backend) && uid.equals(backend.uid());
    }

    /** {@return whether this is the backend, or another of its name, of which one is gone since names are unique} */
    boolean hasNameOf(String otherCluster, BackendId backend) {
        return cluster.equals(otherCluster) && namespace.equals(backend.namespace()) && name.equals(backend.name());
    }

    /** {@return this in words} */
    String words(String thisCluster) {
        return "CacheBackend " + namespace + "/" + name
                + (cluster.equals(thisCluster) ? "" : " of the cluster whose kube-system has uid " + cluster);
    }
}
