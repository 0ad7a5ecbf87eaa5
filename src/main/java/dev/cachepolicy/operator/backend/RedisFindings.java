package dev.cachepolicy.operator.backend;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CacheBackendSpec;
import dev.cachepolicy.api.v1alpha1.Quantities;
import dev.cachepolicy.operator.keeper.RedisState;
import dev.cachepolicy.operator.keeper.RedisState.Connecting;
import dev.cachepolicy.operator.keeper.RedisState.Reached;
import dev.cachepolicy.operator.keeper.RedisState.Restored;
import dev.cachepolicy.operator.keeper.RedisState.Restoring;
import dev.cachepolicy.operator.keeper.RedisState.Unreachable;
import dev.cachepolicy.operator.keeper.SettingsOutcome;
import dev.cachepolicy.operator.keeper.SettingsOutcome.Applied;
import dev.cachepolicy.operator.keeper.SettingsOutcome.Claimed;
import dev.cachepolicy.operator.keeper.SettingsOutcome.ConfigCommandUnavailable;
import dev.cachepolicy.operator.keeper.SettingsOutcome.Contended;
import dev.cachepolicy.operator.keeper.SettingsOutcome.Failed;
import dev.cachepolicy.operator.keeper.SettingsOutcome.MemoryInUse;
import dev.cachepolicy.operator.keeper.SettingsOutcome.NotPermitted;
import dev.cachepolicy.operator.keeper.SettingsOutcome.NothingWanted;
import dev.cachepolicy.operator.keeper.SettingsOutcome.Observed;
import dev.cachepolicy.operator.status.Conditions.Finding;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What the state of a Redis means for the conditions Reachable and ConfigApplied, in sentences for people. */
final class RedisFindings {

    static final String OBSERVED = "Observed";

    private RedisFindings() {}

    static Finding reachable(CacheBackend backend, RedisState state) {
        String endpoint = backend.getSpec().endpoints().getFirst();
        return switch (state) {
            case Connecting _ -> Finding.unknown("Connecting", "no answer from " + endpoint + " yet");
            case Unreachable unreachable ->
                Finding.no(
                        unreachable.reason().name(),
                        endpoint + ": " + unreachable.message() + advice(unreachable.reason(), backend));
            case Reached reached
            when reached.preflight() != null ->
                Finding.yes("MissingPermissions", product(reached) + " answers; " + reached.preflight());
            case Reached reached -> Finding.yes("Connected", product(reached) + " answers");
            case Restoring restoring
            when restoring.message() != null -> Finding.unknown("Restoring", restoring.message());
            case Restoring _ -> Finding.unknown("Restoring", "the original settings are being put back");
            case Restored restored -> Finding.unknown("Restored", restored.message());
        };
    }

    private static String advice(RedisState.Reason reason, CacheBackend backend) {
        CacheBackendSpec.Tls tls = backend.getSpec().tls();
        return switch (reason) {
            case WrongPassword -> ": compare the Secret of spec.auth.adminSecretRef with Redis's users";
            case ServerCertificateUntrusted ->
                tls == null || tls.caSecretRef() == null
                        ? ": name the Secret with its authority in spec.tls.caSecretRef"
                        : ": add its authority to the key ca.crt of Secret " + secret(backend, tls.caSecretRef());
            case ServerCertificateExpired -> ": renew it at Redis (tls-cert-file)";
            case ServerNameMismatch -> ": write a name that it has as spec.tls.serverName, or have it issued anew";
            case ClientCertificateRefused ->
                tls == null || tls.clientCertSecretRef() == null
                        ? ": write mode: Mutual and name a Secret in spec.tls.clientCertSecretRef"
                        : ": compare the key tls.crt of Secret " + secret(backend, tls.clientCertSecretRef())
                                + " with the authorities in Redis's tls-ca-cert-file";
            case NotTLS -> ": name the port of Redis's tls-port in endpoints, or write spec.tls.mode: Disabled";
            case ConnectionFailed, TLSFailed, Timeout, NotPermitted, Loading, Other -> "";
        };
    }

    private static String secret(CacheBackend backend, CacheBackendSpec.SecretRef secret) {
        return backend.getMetadata().getNamespace() + "/" + secret.name();
    }

    /**
     * {@return the finding for ConfigApplied}
     *
     * @param managed whether the backend wants its settings written; until that begins, they are only observed
     */
    static Finding configApplied(RedisState state, boolean managed) {
        return switch (state) {
            case Reached reached
            when managed && reached.outcome() instanceof Observed ->
                Finding.unknown(
                        "Pending", "the settings that were found are being recorded; then the wanted ones are set");
            case Reached reached -> applied(reached.outcome());
            case Unreachable _ ->
                Finding.unknown("Unreachable", "Redis cannot be asked; its settings are applied when it is back");
            case Connecting _ -> Finding.unknown("Connecting", "Redis has not answered yet");
            case Restoring _ -> Finding.unknown("Restoring", "the original settings are being put back");
            case Restored restored -> Finding.unknown("Restored", restored.message());
        };
    }

    private static Finding applied(SettingsOutcome outcome) {
        return switch (outcome) {
            case Applied _ -> Finding.yes("Applied", "Redis has the wanted settings, read back from it");
            case NothingWanted _ ->
                Finding.yes("NothingWanted", "spec.memory is absent, so maxmemory and maxmemory-policy are left alone");
            case Observed observed ->
                Finding.yes(
                        OBSERVED,
                        observed.differences().isEmpty()
                                ? "nothing is written to Redis; it has the wanted settings"
                                : "nothing is written to Redis; these differ: " + list(observed.differences()));
            case Claimed claimed ->
                Finding.no(
                        "RedisClaimed",
                        claimed.holder()
                                + " manages this Redis, so this backend only observes; delete one of the two, or"
                                + " set spec.management: Observe here"
                                + (claimed.differences().isEmpty()
                                        ? ""
                                        : "; these differ: " + list(claimed.differences())));
            case ConfigCommandUnavailable unavailable ->
                Finding.no(
                        "ConfigCommandUnavailable",
                        unavailable.parameters().isEmpty()
                                ? "this Redis has no CONFIG command"
                                : "this Redis has no CONFIG command; set by hand: "
                                        + unavailable.parameters().entrySet().stream()
                                                .sorted(Map.Entry.comparingByKey())
                                                .map(entry -> entry.getKey() + " " + entry.getValue())
                                                .collect(Collectors.joining(", ")));
            case NotPermitted denied ->
                Finding.no(
                        "NotPermitted",
                        "the operator's user lacks " + denied.missing() + ": grant it with ACL SETUSER");
            case Contended contended ->
                Finding.no(
                        "ContendedSetting",
                        "another program keeps changing " + contended.parameter()
                                + ", so it is left alone: find that program, or take the parameter out of spec.memory");
            case MemoryInUse memory ->
                Finding.no(
                        "MemoryInUse",
                        "maxmemory stays at " + limit(memory.kept()) + " instead of " + Quantities.text(memory.wanted())
                                + ": more is in use, and nothing may be evicted");
            case Failed failed -> Finding.no("ConfigSetFailed", failed.message());
        };
    }

    private static String limit(long bytes) {
        return bytes == 0 ? "no limit" : Quantities.text(bytes);
    }

    private static String list(List<String> sentences) {
        return String.join("; ", sentences);
    }

    private static String product(Reached reached) {
        return reached.info().product() + " " + reached.info().version();
    }
}
