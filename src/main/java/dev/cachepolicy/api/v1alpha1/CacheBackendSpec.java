package dev.cachepolicy.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crdv2.generator.v1.SchemaCustomizer;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a platform team says of a Redis. Absent fields have the defaults named here; they are never written back. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@SchemaCustomizer(value = SchemaForms.class, input = "endpoints=atomic/261, keyspace=atomic/256, memory=atomic")
@ValidationRule(
        value = "size(self.endpoints) == 1",
        message = "mode Standalone takes exactly one endpoint: write one host:port")
@JsonIgnoreProperties(ignoreUnknown = true)
public record CacheBackendSpec(
        @JsonPropertyDescription("Topology of this Redis. Default: Standalone.") @Nullable
        BackendMode mode,

        @Required
        @Size(min = 1, max = 16)
        @ValidationRule(
                value = "self.all(e, e.matches('^([A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?|\\\\[[0-9A-Fa-f:.]+\\\\])"
                        + ":([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$'))",
                message =
                        "an endpoint is host:port without a scheme, for example redis.shop.svc:6379 or [fd00::1]:6379")
        @JsonPropertyDescription("Where Redis listens, as host:port.")
        List<String> endpoints,

        @JsonPropertyDescription("Users of Redis. Absent: the default user without a password.") @Nullable
        Auth auth,

        @JsonPropertyDescription("TLS to Redis, of the operator and of every agent. Absent: Disabled.") @Nullable
        Tls tls,

        @Size(min = 1, max = 64)
        @ValidationRule(
                value = "self.all(k, self.exists_one(other, other == k))",
                message = "a pattern is there twice: write it once",
                messageExpression = "\"'\" + self.filter(k, !self.exists_one(other, other == k))[0]"
                        + " + \"' is there twice: write it once\"")
        @JsonPropertyDescription("Key patterns inside which policies must lie. Absent: every key.")
        @Nullable
        List<String> keyspace,

        @JsonPropertyDescription("Bounds for the TTLs of policies.") @Nullable
        Limits limits,

        @JsonPropertyDescription("Memory of each Redis process. Absent: maxmemory and maxmemory-policy are left alone.")
        @Nullable
        Memory memory,

        @JsonPropertyDescription(
                "Managed: settings are applied and drift is corrected. Observe: differences are reported, nothing is changed. Default: Managed.")
        @Nullable
        Management management,

        @JsonPropertyDescription(
                "Settings of Redis when this backend is deleted: Retain them, or Restore those found at first contact. Default: Retain.")
        @Nullable
        DeletionPolicy deletionPolicy,

        @JsonPropertyDescription("The agents injected into the application's pods.") @Nullable
        Agent agent) {

    /** The users as whom operator and agents speak to Redis. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(
            value = "has(self.adminSecretRef) || has(self.agentSecretRef)",
            message = "auth needs adminSecretRef (the operator's user), agentSecretRef (the agents' user), or both")
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Auth(
            @JsonPropertyDescription(
                    "Secret with username (optional) and password of the operator's user, which runs CONFIG and INFO. It never reaches a pod.")
            @Nullable
            SecretRef adminSecretRef,

            @JsonPropertyDescription(
                    "Secret with username (optional) and password of the agents' user; mounted into the agent alone, the application needs no password.")
            @Nullable
            SecretRef agentSecretRef) {}

    /** How connections to Redis are protected; what Redis shows is always verified, its name as well. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(
            value =
                    "self.mode != 'Disabled' || !(has(self.caSecretRef) || has(self.clientCertSecretRef) || has(self.serverName))",
            message = "mode Disabled uses none of caSecretRef, clientCertSecretRef and serverName:"
                    + " write mode: Server or mode: Mutual, or leave them out")
    @ValidationRule(
            value = "self.mode != 'Mutual' || has(self.clientCertSecretRef)",
            message = "mode Mutual needs clientCertSecretRef, a Secret of the type kubernetes.io/tls: name it, or write"
                    + " mode: Server")
    @ValidationRule(
            value = "self.mode != 'Server' || !has(self.clientCertSecretRef)",
            message = "mode Server shows Redis no certificate: write mode: Mutual, or leave clientCertSecretRef out")
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Tls(
            @Required
            @JsonPropertyDescription(
                    "Disabled, Server (Redis shows a certificate) or Mutual (the operator and the agents show one too).")
            TlsMode mode,

            @JsonPropertyDescription(
                    "Secret with the key ca.crt: the authorities, as PEM, that sign Redis's certificate; mounted into the agent alone. Absent: those that the operator and the agents bring.")
            @Nullable
            SecretRef caSecretRef,

            @JsonPropertyDescription(
                    "Secret of the type kubernetes.io/tls (keys tls.crt and tls.key): what the operator and the agents show in mode Mutual; mounted into the agent alone.")
            @Nullable
            SecretRef clientCertSecretRef,

            @Size(min = 1, max = 253)
            @ValidationRule(
                    value = "self.matches('^[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?$')",
                    message = "serverName is a host name, for example redis.shop.svc, or an IPv4 address; no port, no"
                            + " wildcard")
            @JsonPropertyDescription("The name that Redis's certificate must have. Absent: the host of the endpoint.")
            @Nullable
            String serverName) {}

    /** A Secret in the same namespace. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record SecretRef(
            @Required @Size(min = 1, max = 253) @JsonPropertyDescription("Name of a Secret in the same namespace.")
            String name) {}

    /** Bounds for {@code ttl.value} of every policy, both inclusive. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(
            value = "!has(self.minTTL) || !has(self.maxTTL) || duration(self.minTTL) <= duration(self.maxTTL)",
            message = "limits.minTTL must not be above limits.maxTTL: lower it, or raise maxTTL")
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Limits(
            @Size(max = Durations.MAX_CHARACTERS)
            @ValidationRule(
                    value = Durations.RULE,
                    message = Durations.MESSAGE,
                    messageExpression = Durations.MESSAGE_EXPRESSION)
            @JsonPropertyDescription("The least TTL that a policy may ask for, for example 1s.")
            @Nullable
            String minTTL,

            @Size(max = Durations.MAX_CHARACTERS)
            @ValidationRule(
                    value = Durations.RULE,
                    message = Durations.MESSAGE,
                    messageExpression = Durations.MESSAGE_EXPRESSION)
            @JsonPropertyDescription("The greatest TTL that a policy may ask for, for example 168h.")
            @Nullable
            String maxTTL) {}

    /** Redis's {@code maxmemory} and {@code maxmemory-policy}. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(
            value = "!(has(self.maxMemory) && has(self.maxMemoryLimit))",
            message = "write either maxMemory (a fixed size) or maxMemoryLimit (a limit for a derived size), not both")
    @ValidationRule(
            value = "has(self.maxMemory) || has(self.maxMemoryLimit) || has(self.evictionPolicy)",
            message =
                    "memory needs maxMemory, maxMemoryLimit or evictionPolicy; leave memory out to leave Redis's settings alone")
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Memory(
            @ValidationRule(value = Quantities.RULE, message = Quantities.MESSAGE)
            @JsonPropertyDescription("A fixed maxmemory, for example 512Mi.")
            @Nullable
            Quantity maxMemory,

            @ValidationRule(value = Quantities.RULE, message = Quantities.MESSAGE)
            @JsonPropertyDescription(
                    "maxmemory is derived: the policies' budgets summed plus 20 %, at most this; this, while a policy has no budget.")
            @Nullable
            Quantity maxMemoryLimit,

            @JsonPropertyDescription("A fixed maxmemory-policy, in Redis's names. Absent: derived from the policies.")
            @Nullable
            EvictionPolicy evictionPolicy) {}

    /** What holds for every agent of this backend. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @SchemaCustomizer(value = SchemaForms.class, input = "env=map:name")
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Agent(
            @Min(1)
            @Max(65535)
            @JsonPropertyDescription("Port on 127.0.0.1 at which the application finds Redis. Default: 6379.")
            @Nullable
            Integer port,

            @JsonPropertyDescription(
                    "Enforce, DryRun (count, change nothing) or Off (transparent) for all policies of this backend. Default: Enforce.")
            @Nullable
            Enforcement enforcement,

            @JsonPropertyDescription(
                    "What the application gets for keys of a policy while Redis does not answer; a policy may say otherwise. Default: FailOpen.")
            @Nullable
            FailureMode onBackendFailure,

            @Size(max = 32)
            @JsonPropertyDescription(
                    "Variables set in the application's containers; they replace variables of the same name.")
            @Nullable
            List<EnvVariable> env,

            @JsonPropertyDescription(
                    "Resources of the agent's container. Default: requests of 50m and 64Mi, a memory limit of 256Mi.")
            @Nullable
            ResourceRequirements resources) {}

    /** An environment variable with a plain value. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record EnvVariable(
            @Required
            @Size(min = 1, max = 256)
            @ValidationRule(
                    value = "self.matches('^[A-Za-z_][A-Za-z0-9_]*$')",
                    message = "a variable's name has letters, digits and '_', and does not begin with a digit")
            String name,

            @Required @Size(max = 4096) String value) {}
}
