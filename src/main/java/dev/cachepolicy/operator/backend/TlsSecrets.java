package dev.cachepolicy.operator.backend;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CacheBackendSpec.SecretRef;
import dev.cachepolicy.api.v1alpha1.CacheBackendSpec.Tls;
import dev.cachepolicy.api.v1alpha1.TlsMode;
import dev.cachepolicy.operator.backend.RedisSecrets.Answer;
import dev.cachepolicy.operator.backend.RedisSecrets.Content;
import dev.cachepolicy.operator.keeper.BackendId;
import dev.cachepolicy.tls.ClientTls;
import dev.cachepolicy.tls.InvalidCertificateException;
import dev.cachepolicy.tls.TlsFiles;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Certificates of backends; parsed again only when the Secrets hold others. */
final class TlsSecrets {

    private final RedisSecrets secrets;
    private final Map<BackendId, Parsed> parsed = new ConcurrentHashMap<>();

    TlsSecrets(RedisSecrets secrets) {
        this.secrets = secrets;
    }

    /**
     * How a backend's connections are protected.
     *
     * @param tls null: not at all, or there is a problem
     * @param problem why that is not known
     */
    record Certificates(@Nullable ClientTls tls, Answer.@Nullable Unusable problem) {

        static final Certificates NONE = new Certificates(null, null);
    }

    private record Parsed(TlsFiles files, Certificates certificates) {}

    /** @param maxAge how old what was read before may be */
    Certificates of(CacheBackend backend, Duration maxAge) {
        Tls tls = backend.getSpec().tls();
        if (tls == null || tls.mode() == TlsMode.Disabled) {
            return Certificates.NONE;
        }
        String namespace = backend.getMetadata().getNamespace();
        Answer authorities = read(tls.caSecretRef(), Content.AUTHORITIES, namespace, maxAge);
        Answer client = read(tls.clientCertSecretRef(), Content.CLIENT_CERTIFICATE, namespace, maxAge);
        if (authorities instanceof Answer.Unusable problem) {
            return new Certificates(null, problem);
        }
        if (client instanceof Answer.Unusable problem) {
            return new Certificates(null, problem);
        }
        TlsFiles files = new TlsFiles(
                value(authorities, TlsFiles.AUTHORITIES),
                value(client, TlsFiles.CHAIN),
                value(client, TlsFiles.KEY),
                tls.serverName());
        BackendId id = Backends.id(backend);
        Parsed before = parsed.get(id);
        Parsed now = before != null && before.files().equals(files)
                ? before
                : new Parsed(files, parse(files, tls, namespace));
        parsed.put(id, now);
        return now.certificates();
    }

    private @Nullable Answer read(@Nullable SecretRef ref, Content content, String namespace, Duration maxAge) {
        return ref == null ? null : secrets.read(namespace, ref.name(), content, maxAge);
    }

    private static @Nullable String value(@Nullable Answer answer, String key) {
        return answer instanceof Answer.Found found ? found.values().get(key) : null;
    }

    private static Certificates parse(TlsFiles files, Tls tls, String namespace) {
        try {
            return new Certificates(ClientTls.of(files), null);
        } catch (InvalidCertificateException e) {
            SecretRef secret = e.file().equals(TlsFiles.AUTHORITIES) ? tls.caSecretRef() : tls.clientCertSecretRef();
            String name = secret == null ? "" : secret.name();
            return new Certificates(
                    null, RedisSecrets.invalid(namespace, name, "is of no use: its key " + e.getMessage()));
        }
    }

    /** Forgets a backend that is gone. */
    void remove(BackendId backend) {
        parsed.remove(backend);
    }
}
