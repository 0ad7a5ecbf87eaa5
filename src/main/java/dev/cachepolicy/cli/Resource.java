package dev.cachepolicy.cli;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.validation.Problem;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An object of one of our kinds as a file has it.
 *
 * @param object null if {@code problems} kept it from being read
 * @param problems of this object alone
 */
record Resource(
        Path file,
        String kind,
        String namespace,
        String name,
        @Nullable HasMetadata object,
        List<Problem> problems) {

    Resource {
        problems = List.copyOf(problems);
    }

    boolean isValid() {
        return object != null && problems.isEmpty();
    }

    Optional<CacheBackend> backend() {
        return isValid() && object instanceof CacheBackend backend ? Optional.of(backend) : Optional.empty();
    }

    Optional<CachePolicy> policy() {
        return isValid() && object instanceof CachePolicy policy ? Optional.of(policy) : Optional.empty();
    }

    /** {@return {@code file: kind namespace/name}, or that there is no name; what every line about it begins with} */
    String title() {
        return file + ": " + kind + (name.isEmpty() ? " without a name" : " " + namespace + "/" + name);
    }
}
