package dev.cachepolicy.injector.certificates;

import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All that the replicas share to serve webhooks.
 *
 * @param authority that signs from now on
 * @param earlier authorities that are still trusted
 * @param serving what the webhook server shows; signed by {@code authority} or by an earlier one
 */
record WebhookIdentity(Credential authority, List<X509Certificate> earlier, Credential serving) {

    WebhookIdentity {
        earlier = List.copyOf(earlier);
    }

    static WebhookIdentity create(Issuer issuer, Instant now) {
        Credential authority = issuer.authority(now);
        return new WebhookIdentity(authority, List.of(), issuer.serving(authority, now));
    }

    /** {@return what the API server must trust, the current authority first, as PEM} */
    String bundle() {
        List<X509Certificate> all = new ArrayList<>();
        all.add(authority.certificate());
        all.addAll(earlier);
        return Pem.certificates(all);
    }

    boolean isServingSignedByAuthority() {
        try {
            serving.certificate().verify(authority.certificate().getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** {@return whether the serving certificate is for each of these hosts} */
    boolean covers(Set<String> hosts) {
        try {
            Set<String> named = serving.certificate().getSubjectAlternativeNames().stream()
                    .map(name -> canonical((String) name.get(1)))
                    .collect(Collectors.toSet());
            return hosts.stream().map(WebhookIdentity::canonical).allMatch(named::contains);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static String canonical(String host) {
        try {
            return InetAddress.ofLiteral(host).getHostAddress();
        } catch (IllegalArgumentException e) {
            return host;
        }
    }

    WebhookIdentity withServing(Credential replacement) {
        return new WebhookIdentity(authority, earlier, replacement);
    }

    WebhookIdentity withAuthority(Credential replacement) {
        List<X509Certificate> trusted = new ArrayList<>();
        trusted.add(authority.certificate());
        trusted.addAll(earlier);
        return new WebhookIdentity(replacement, trusted, serving);
    }

    WebhookIdentity withoutEarlier() {
        return new WebhookIdentity(authority, List.of(), serving);
    }
}
