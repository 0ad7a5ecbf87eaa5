package dev.cachepolicy.injector.admission;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CacheBackendSpec;
import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.validation.BackendValidator;
import dev.cachepolicy.validation.PatternConflict;
import dev.cachepolicy.validation.PolicyValidator;
import dev.cachepolicy.validation.Problem;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Refuses our own kinds for what their schema cannot see. Only a changed spec is looked at: labels, status and
 * finalizers of an object that was accepted under an earlier rule can always be changed, and it can be deleted.
 */
final class ResourceWebhook implements AdmissionWebhook {

    /** A CRD newer than this operator may have fields that it does not know. */
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final BackendLookup backends;
    private final PolicyLookup policies;

    ResourceWebhook(BackendLookup backends, PolicyLookup policies) {
        this.backends = backends;
        this.policies = policies;
    }

    @Override
    public String name() {
        return "resources";
    }

    @Override
    public Verdict review(AdmissionCall call) throws JsonProcessingException {
        boolean specIsNew = switch (call.operation()) {
            case "CREATE" -> true;
            case "UPDATE" -> !call.object().path("spec").equals(call.oldObject().path("spec"));
            default -> false;
        };
        if (!specIsNew) {
            return Verdict.allow();
        }
        return switch (call.kind()) {
            case "CachePolicy" -> policy(MAPPER.treeToValue(call.object(), CachePolicy.class), call.namespace());
            case "CacheBackend" -> backend(MAPPER.treeToValue(call.object(), CacheBackend.class));
            default -> Verdict.allow();
        };
    }

    private Verdict policy(CachePolicy policy, String namespace) {
        List<Problem> problems = PolicyValidator.validate(policy);
        if (!problems.isEmpty()) {
            return verdict(problems, List.of());
        }
        String name = policy.getSpec().backendRef().name();
        Optional<CacheBackend> known = named(name, backends.inNamespace(namespace));
        if (known.isPresent()) {
            return policy(policy, known.get());
        }
        Optional<List<CacheBackend>> stored = backends.stored(namespace);
        Optional<CacheBackend> found = stored.flatMap(all -> named(name, all));
        if (found.isPresent()) {
            return policy(policy, found.get());
        }
        return new Verdict.Allow(
                stored.isEmpty()
                        ? List.of()
                        : List.of(
                                "spec.backendRef.name: namespace %s has no CacheBackend %s yet; until it is there, the policy has no effect"
                                        .formatted(namespace, name)));
    }

    private static Optional<CacheBackend> named(String name, List<CacheBackend> backends) {
        return backends.stream()
                .filter(backend -> backend.getMetadata().getName().equals(name))
                .findFirst();
    }

    /** What a valid policy's backend says. */
    private Verdict policy(CachePolicy policy, CacheBackend backend) {
        List<Problem> problems = BackendValidator.validate(backend).isEmpty()
                ? PolicyValidator.validateAgainst(policy, backend)
                : List.of();
        // No refusal: from git a policy may well come before the one goes whose pattern it takes over.
        return verdict(
                problems,
                PatternConflict.of(policy, policies.withPatternOf(policy)).stream()
                        .map(conflict ->
                                conflict.field() + ": " + conflict.message() + "; until then this policy has no effect")
                        .toList());
    }

    private static Verdict backend(CacheBackend backend) {
        CacheBackendSpec.Auth auth = backend.getSpec().auth();
        boolean shared = auth != null
                && auth.adminSecretRef() != null
                && auth.adminSecretRef().equals(auth.agentSecretRef());
        return verdict(
                BackendValidator.validate(backend),
                shared
                        ? List.of(
                                "spec.auth: adminSecretRef and agentSecretRef name the same Secret, so every agent gets"
                                        + " the operator's password; give the agents a user of their own")
                        : List.of());
    }

    private static Verdict verdict(List<Problem> problems, List<String> warnings) {
        return problems.isEmpty()
                ? new Verdict.Allow(warnings)
                : new Verdict.Deny(problems.stream()
                        .map(problem -> problem.field() + ": " + problem.message())
                        .collect(Collectors.joining("; ")));
    }
}
