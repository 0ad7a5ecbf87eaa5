package dev.cachepolicy.operator.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CacheBackendSpec;
import dev.cachepolicy.api.v1alpha1.CacheBackendSpec.SecretRef;
import dev.cachepolicy.api.v1alpha1.CacheBackendSpec.Tls;
import dev.cachepolicy.api.v1alpha1.TlsMode;
import dev.cachepolicy.operator.keeper.ActualSettings;
import dev.cachepolicy.operator.keeper.RedisState;
import dev.cachepolicy.operator.keeper.RedisState.Reason;
import dev.cachepolicy.operator.keeper.SettingsOutcome;
import dev.cachepolicy.operator.status.Conditions.Finding;
import dev.cachepolicy.operator.status.Conditions.Status;
import dev.cachepolicy.redis.ServerInfo;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RedisFindingsTest {

    private static RedisState.Reached reached(SettingsOutcome outcome, String preflight) {
        ActualSettings settings = new ActualSettings(0, "noeviction");
        return new RedisState.Reached(
                new ServerInfo("Redis", "7.0.15", "run", "master", 1, 0, "noeviction", 0, 0, false),
                settings,
                settings,
                outcome,
                preflight,
                Map.of());
    }

    static Stream<Arguments> outcomes() {
        return Stream.of(
                arguments(new SettingsOutcome.Applied(), Status.True, "Applied", "read back"),
                arguments(new SettingsOutcome.NothingWanted(), Status.True, "NothingWanted", "spec.memory"),
                arguments(
                        new SettingsOutcome.Claimed("CacheBackend a/b", List.of()),
                        Status.False,
                        "RedisClaimed",
                        "CacheBackend a/b"),
                arguments(
                        new SettingsOutcome.ConfigCommandUnavailable(
                                new TreeMap<>(Map.of("maxmemory", "64", "maxmemory-policy", "allkeys-lru"))),
                        Status.False,
                        "ConfigCommandUnavailable",
                        "set by hand: maxmemory 64, maxmemory-policy allkeys-lru"),
                arguments(new SettingsOutcome.NotPermitted("+config|set"), Status.False, "NotPermitted", "+config|set"),
                arguments(
                        new SettingsOutcome.Contended("maxmemory", null),
                        Status.False,
                        "ContendedSetting",
                        "keeps changing maxmemory"),
                arguments(
                        new SettingsOutcome.MemoryInUse(1 << 20, 0, 5 << 20),
                        Status.False,
                        "MemoryInUse",
                        "no limit instead of 1Mi"),
                arguments(new SettingsOutcome.Failed("ERR x"), Status.False, "ConfigSetFailed", "ERR x"));
    }

    @ParameterizedTest
    @MethodSource("outcomes")
    void outcomeBecomesACondition(SettingsOutcome outcome, Status status, String reason, String words) {
        Finding finding = RedisFindings.configApplied(reached(outcome, null), true);
        assertThat(finding.status()).isEqualTo(status);
        assertThat(finding.reason()).isEqualTo(reason);
        assertThat(finding.message()).contains(words);
    }

    @Test
    void observingIsTheWishOfAnObserverAndOnlyTheBeginningForAManager() {
        RedisState observed = reached(new SettingsOutcome.Observed(List.of("maxmemory is 0, wanted 64")), null);
        assertThat(RedisFindings.configApplied(observed, false).isTrue()).isTrue();
        assertThat(RedisFindings.configApplied(observed, false).message()).contains("maxmemory is 0, wanted 64");
        assertThat(RedisFindings.configApplied(observed, true).status()).isEqualTo(Status.Unknown);
    }

    @Test
    void missingPermissionsOfAnAgentDoNotMakeRedisUnreachable() {
        Finding finding = RedisFindings.reachable(
                backend(null), reached(new SettingsOutcome.Applied(), "user app lacks ~cachepolicy:*"));
        assertThat(finding.isTrue()).isTrue();
        assertThat(finding.reason()).isEqualTo("MissingPermissions");
        assertThat(finding.message()).contains("~cachepolicy:*");
    }

    @Test
    void unreachableRedisSaysWhyAndWhere() {
        Finding finding = RedisFindings.reachable(
                backend(null),
                new RedisState.Unreachable(RedisState.Reason.Timeout, "no answer within 2 s", Instant.EPOCH, null));
        assertThat(finding).isEqualTo(Finding.no("Timeout", "r:1: no answer within 2 s"));
    }

    @Test
    void aWrongPasswordSaysWhereTheRightOneBelongs() {
        Finding finding = RedisFindings.reachable(
                backend(null),
                new RedisState.Unreachable(
                        RedisState.Reason.WrongPassword,
                        "Redis refuses the user name or password",
                        Instant.EPOCH,
                        null));
        assertThat(finding.message())
                .isEqualTo("r:1: Redis refuses the user name or password: compare the Secret of"
                        + " spec.auth.adminSecretRef with Redis's users");
    }

    static Stream<Arguments> failuresOfTls() {
        Tls server = new Tls(TlsMode.Server, new SecretRef("redis-ca"), null, null);
        Tls mutual = new Tls(TlsMode.Mutual, null, new SecretRef("redis-client"), null);
        return Stream.of(
                arguments(server, Reason.ServerCertificateUntrusted, "to the key ca.crt of Secret shop/redis-ca"),
                arguments(mutual, Reason.ServerCertificateUntrusted, "in spec.tls.caSecretRef"),
                arguments(server, Reason.ServerCertificateExpired, "renew it at Redis"),
                arguments(server, Reason.ServerNameMismatch, "spec.tls.serverName"),
                arguments(mutual, Reason.ClientCertificateRefused, "the key tls.crt of Secret shop/redis-client"),
                arguments(server, Reason.ClientCertificateRefused, "mode: Mutual"),
                arguments(server, Reason.NotTLS, "tls-port"));
    }

    @ParameterizedTest
    @MethodSource("failuresOfTls")
    void failureOfTlsSaysWhatToMend(Tls tls, Reason reason, String advice) {
        Finding finding =
                RedisFindings.reachable(backend(tls), new RedisState.Unreachable(reason, "why", Instant.EPOCH, null));
        assertThat(finding.reason()).isEqualTo(reason.name());
        assertThat(finding.message()).startsWith("r:1: why: ").contains(advice);
    }

    private static CacheBackend backend(Tls tls) {
        CacheBackend backend = new CacheBackend();
        backend.getMetadata().setNamespace("shop");
        backend.setSpec(new CacheBackendSpec(null, List.of("r:1"), null, tls, null, null, null, null, null, null));
        return backend;
    }
}
