package dev.cachepolicy.validation;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CacheBackendSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Judges a CacheBackend, as {@link PolicyValidator} does a policy. */
public final class BackendValidator {

    static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,50}[a-z0-9])?");

    private static final Pattern SECRET_NAME = Pattern.compile("(?=.{1,253}$)[a-z0-9]([-a-z0-9.]*[a-z0-9])?");
    private static final Pattern ENDPOINT =
            Pattern.compile("([A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?|\\[[0-9A-Fa-f:.]+\\]):([1-9][0-9]{0,4})");
    private static final int MAX_ENDPOINT = 261;
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,255}");
    private static final int MAX_KEYSPACE = 64;
    private static final int MAX_VARIABLES = 32;
    private static final int MAX_VARIABLE_VALUE = 4096;

    private BackendValidator() {}

    /** {@return what is wrong with a backend; empty: nothing} */
    public static List<Problem> validate(CacheBackend backend) {
        Checks checks = new Checks();
        checks.name(
                "metadata.name",
                backend.getMetadata() == null ? null : backend.getMetadata().getName(),
                NAME,
                "a CacheBackend's name becomes part of volume names: at most 52 characters, lower-case letters,"
                        + " digits and '-', no dots");
        CacheBackendSpec spec = backend.getSpec();
        if (spec == null) {
            checks.add("spec", "spec is missing: write endpoints, for example endpoints: [\"redis.shop.svc:6379\"]");
            return checks.problems();
        }
        checkEndpoints(spec.endpoints(), checks);
        checkAuth(spec.auth(), checks);
        TlsRules.check(spec.tls(), checks);
        checkKeyspace(spec.keyspace(), checks);
        checkLimits(spec.limits(), checks);
        checkMemory(spec.memory(), checks);
        if (spec.agent() != null) {
            checks.between("spec.agent.port", spec.agent().port(), 1, 65535);
            checkEnv(spec.agent().env(), checks);
            checkResources(spec.agent().resources(), checks);
        }
        return checks.problems();
    }

    private static void checkEndpoints(@Nullable List<String> endpoints, Checks checks) {
        if (endpoints == null || endpoints.size() != 1) {
            checks.add("spec.endpoints", "mode Standalone takes exactly one endpoint: write one host:port");
        }
        for (int i = 0; endpoints != null && i < endpoints.size(); i++) {
            @Nullable String endpoint = endpoints.get(i);
            if (endpoint == null || !isEndpoint(endpoint)) {
                checks.add(
                        "spec.endpoints[" + i + "]",
                        "an endpoint is host:port without a scheme,"
                                + " for example redis.shop.svc:6379 or [fd00::1]:6379");
            }
        }
    }

    private static boolean isEndpoint(String endpoint) {
        return endpoint.length() <= MAX_ENDPOINT
                && ENDPOINT.matcher(endpoint).matches()
                && Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1)) <= 65535;
    }

    private static void checkAuth(CacheBackendSpec.@Nullable Auth auth, Checks checks) {
        if (auth == null) {
            return;
        }
        if (auth.adminSecretRef() == null && auth.agentSecretRef() == null) {
            checks.add(
                    "spec.auth",
                    "auth needs adminSecretRef (the operator's user), agentSecretRef (the agents' user), or both");
        }
        checkSecret("spec.auth.adminSecretRef.name", auth.adminSecretRef(), checks);
        checkSecret("spec.auth.agentSecretRef.name", auth.agentSecretRef(), checks);
    }

    static void checkSecret(String field, CacheBackendSpec.@Nullable SecretRef ref, Checks checks) {
        if (ref != null) {
            checks.name(field, ref.name(), SECRET_NAME, "write the name of a Secret in the same namespace");
        }
    }

    private static void checkKeyspace(@Nullable List<String> keyspace, Checks checks) {
        if (keyspace == null) {
            return;
        }
        if (keyspace.isEmpty() || keyspace.size() > MAX_KEYSPACE) {
            checks.add(
                    "spec.keyspace",
                    "write between 1 and " + MAX_KEYSPACE + " patterns, or leave keyspace out to allow every key");
        }
        Set<@Nullable String> seen = new HashSet<>();
        for (int i = 0; i < keyspace.size(); i++) {
            checks.keyPattern("spec.keyspace[" + i + "]", keyspace.get(i));
            if (!seen.add(keyspace.get(i))) {
                checks.add("spec.keyspace[" + i + "]", "'" + keyspace.get(i) + "' is there twice: write it once");
            }
        }
    }

    private static void checkLimits(CacheBackendSpec.@Nullable Limits limits, Checks checks) {
        if (limits == null) {
            return;
        }
        Optional<Duration> min = checks.duration("spec.limits.minTTL", limits.minTTL());
        Optional<Duration> max = checks.duration("spec.limits.maxTTL", limits.maxTTL());
        if (min.isPresent() && max.isPresent() && min.get().compareTo(max.get()) > 0) {
            checks.add("spec.limits", "limits.minTTL must not be above limits.maxTTL: lower it, or raise maxTTL");
        }
    }

    private static void checkMemory(CacheBackendSpec.@Nullable Memory memory, Checks checks) {
        if (memory == null) {
            return;
        }
        if (memory.maxMemory() != null && memory.maxMemoryLimit() != null) {
            checks.add(
                    "spec.memory",
                    "write either maxMemory (a fixed size) or maxMemoryLimit (a limit for a derived size), not both");
        }
        if (memory.maxMemory() == null && memory.maxMemoryLimit() == null && memory.evictionPolicy() == null) {
            checks.add(
                    "spec.memory",
                    "memory needs maxMemory, maxMemoryLimit or evictionPolicy;"
                            + " leave memory out to leave Redis's settings alone");
        }
        checks.memory("spec.memory.maxMemory", memory.maxMemory());
        checks.memory("spec.memory.maxMemoryLimit", memory.maxMemoryLimit());
    }

    private static void checkEnv(@Nullable List<CacheBackendSpec.EnvVariable> env, Checks checks) {
        if (env == null) {
            return;
        }
        if (env.size() > MAX_VARIABLES) {
            checks.add("spec.agent.env", "there are " + env.size() + " variables: write at most " + MAX_VARIABLES);
        }
        Set<@Nullable String> seen = new HashSet<>();
        for (int i = 0; i < env.size(); i++) {
            CacheBackendSpec.EnvVariable variable = env.get(i);
            String field = "spec.agent.env[" + i + "]";
            checks.name(
                    field + ".name",
                    variable.name(),
                    VARIABLE,
                    "a variable's name has letters, digits and '_', and does not begin with a digit");
            if (!seen.add(variable.name())) {
                checks.add(field + ".name", "'" + variable.name() + "' is there twice: write it once");
            }
            if (variable.value() == null || variable.value().length() > MAX_VARIABLE_VALUE) {
                checks.add(
                        field + ".value",
                        "a value is missing or too long: write at most " + MAX_VARIABLE_VALUE + " characters");
            }
        }
    }

    /** A pod with such a container would be refused, and with it every pod that asks for an agent. */
    private static void checkResources(@Nullable ResourceRequirements resources, Checks checks) {
        if (resources == null || resources.getRequests() == null || resources.getLimits() == null) {
            return;
        }
        for (Map.Entry<String, Quantity> request : resources.getRequests().entrySet()) {
            String field = "spec.agent.resources.requests." + request.getKey();
            Quantity limit = resources.getLimits().get(request.getKey());
            try {
                if (limit != null && request.getValue().compareTo(limit) > 0) {
                    checks.add(
                            field,
                            request.getValue() + " is above the limit of " + limit
                                    + ": write at most that, or raise the limit");
                }
            } catch (IllegalArgumentException e) {
                checks.add(
                        field,
                        request.getValue() + " or its limit " + limit
                                + " is not a quantity: write for example 50m of cpu or 64Mi of memory");
            }
        }
    }
}
