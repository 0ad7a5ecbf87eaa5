package dev.cachepolicy.validation;

import dev.cachepolicy.api.v1alpha1.CacheBackendSpec;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What must hold of {@code spec.tls}; the sentences are those of the schema. */
final class TlsRules {

    private static final Pattern SERVER_NAME = Pattern.compile("(?=.{1,253}$)[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?");

    private TlsRules() {}

    static void check(CacheBackendSpec.@Nullable Tls tls, Checks checks) {
        if (tls == null) {
            return;
        }
        switch (tls.mode()) {
            case null -> checks.add("spec.tls.mode", "mode is missing: write Disabled, Server or Mutual");
            case Disabled -> {
                if (tls.caSecretRef() != null || tls.clientCertSecretRef() != null || tls.serverName() != null) {
                    checks.add(
                            "spec.tls",
                            "mode Disabled uses none of caSecretRef, clientCertSecretRef and serverName:"
                                    + " write mode: Server or mode: Mutual, or leave them out");
                }
            }
            case Server -> {
                if (tls.clientCertSecretRef() != null) {
                    checks.add(
                            "spec.tls",
                            "mode Server shows Redis no certificate:"
                                    + " write mode: Mutual, or leave clientCertSecretRef out");
                }
            }
            case Mutual -> {
                if (tls.clientCertSecretRef() == null) {
                    checks.add(
                            "spec.tls",
                            "mode Mutual needs clientCertSecretRef, a Secret of the type kubernetes.io/tls:"
                                    + " name it, or write mode: Server");
                }
            }
        }
        BackendValidator.checkSecret("spec.tls.caSecretRef.name", tls.caSecretRef(), checks);
        BackendValidator.checkSecret("spec.tls.clientCertSecretRef.name", tls.clientCertSecretRef(), checks);
        if (tls.serverName() != null && !SERVER_NAME.matcher(tls.serverName()).matches()) {
            checks.add(
                    "spec.tls.serverName",
                    "serverName is a host name, for example redis.shop.svc, or an IPv4 address; no port, no wildcard");
        }
    }
}
