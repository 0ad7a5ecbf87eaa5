package dev.cachepolicy.cli;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.operator.model.BackendModel;
import dev.cachepolicy.operator.model.ModelInput;
import dev.cachepolicy.operator.model.PolicyKey;
import dev.cachepolicy.operator.model.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the operator would make of the resources in some files. */
final class BackendModels {

    private final List<Resource> resources;

    BackendModels(List<Resource> resources) {
        this.resources = resources;
    }

    List<CacheBackend> backends() {
        return resources.stream()
                .flatMap(resource -> resource.backend().stream())
                .toList();
    }

    /** {@return the backend that a policy refers to, if it is in the files} */
    Optional<CacheBackend> backendOf(CachePolicy policy) {
        return backends().stream().filter(backend -> refersTo(policy, backend)).findFirst();
    }

    /** {@return the policies of a backend} */
    List<CachePolicy> policiesOf(CacheBackend backend) {
        return resources.stream()
                .flatMap(resource -> resource.policy().stream())
                .filter(policy -> refersTo(policy, backend))
                .toList();
    }

    BackendModel model(CacheBackend backend, @Nullable AgentConfig published) {
        return BackendModel.of(new ModelInput(backend, policiesOf(backend), published, Instant.now()));
    }

    /** {@return a line for each policy that a backend does not accept} */
    List<String> rejections(BackendModel model) {
        return resources.stream()
                .flatMap(resource -> resource.policy().stream()
                        .flatMap(policy ->
                                model.verdicts().get(PolicyKey.of(policy)) instanceof Verdict.Rejected rejected
                                        ? Optional.of(resource.title() + ": " + rejected.message()).stream()
                                        : Optional.<String>empty().stream()))
                .toList();
    }

    private static boolean refersTo(CachePolicy policy, CacheBackend backend) {
        return policy.getSpec().backendRef().name().equals(backend.getMetadata().getName())
                && policy.getMetadata()
                        .getNamespace()
                        .equals(backend.getMetadata().getNamespace());
    }
}
