package dev.cachepolicy.agent.reload;

import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.AgentConfigException.Reason;
import dev.cachepolicy.config.Heartbeat.Refusal;
import dev.cachepolicy.tls.ClientTls;
import dev.cachepolicy.tls.InvalidCertificateException;
import dev.cachepolicy.tls.TlsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the certificates in mounted Secrets. Those that could be used are kept while newer ones cannot. For one thread.
 */
final class Certificates {

    private static final Logger LOG = LoggerFactory.getLogger(Certificates.class);

    private final Path secrets;
    private final ReloadMetrics metrics;
    private final Map<String, MountedDirectory> directories = new HashMap<>();
    private final Map<String, Map<String, String>> read = new HashMap<>();
    private final Map<AgentConfig.Tls, Attempt> attempts = new HashMap<>();

    Certificates(Path secrets, ReloadMetrics metrics) {
        this.secrets = secrets;
        this.metrics = metrics;
    }

    /**
     * What came of the files when they last changed.
     *
     * @param files null: some were not there
     * @param usable made of them or of earlier ones; null: there never was anything usable
     * @param problem of these files; null: none
     */
    private record Attempt(
            @Nullable TlsFiles files,
            @Nullable ClientTls usable,
            @Nullable Refusal problem) {}

    /** {@return the last that could be used; null: there was none, see {@link #problem}} */
    @Nullable
    ClientTls usable(AgentConfig.Tls wanted) {
        return attempt(wanted).usable();
    }

    /** {@return what is wrong with the files that are there now; null: nothing} */
    @Nullable
    Refusal problem(AgentConfig.Tls wanted) {
        return attempt(wanted).problem();
    }

    private Attempt attempt(AgentConfig.Tls wanted) {
        Attempt before = attempts.get(wanted);
        Attempt after = attempt(wanted, before);
        if (!after.equals(before)) {
            attempts.put(wanted, after);
            tell(before, after);
        }
        return after;
    }

    private Attempt attempt(AgentConfig.Tls wanted, @Nullable Attempt before) {
        ClientTls kept = before == null ? null : before.usable();
        TlsFiles files;
        try {
            files = new TlsFiles(
                    file(wanted.caSecret(), TlsFiles.AUTHORITIES),
                    file(wanted.clientCertSecret(), TlsFiles.CHAIN),
                    file(wanted.clientCertSecret(), TlsFiles.KEY),
                    wanted.serverName());
        } catch (MissingException e) {
            return new Attempt(null, kept, e.refusal);
        }
        try {
            return before != null && files.equals(before.files())
                    ? before
                    : new Attempt(files, ClientTls.of(files), null);
        } catch (InvalidCertificateException e) {
            String secret = e.file().equals(TlsFiles.AUTHORITIES) ? wanted.caSecret() : wanted.clientCertSecret();
            return new Attempt(
                    files, kept, new Refusal(Reason.SecretInvalid, "Secret " + secret + ": " + e.getMessage()));
        }
    }

    /** A file that the configuration needs is not there. */
    private static final class MissingException extends Exception {

        private static final long serialVersionUID = 1;

        private final transient Refusal refusal;

        MissingException(Reason reason, String message) {
            super(message);
            this.refusal = new Refusal(reason, message);
        }
    }

    private @Nullable String file(@Nullable String secret, String name) throws MissingException {
        if (secret == null) {
            return null;
        }
        Path directory = secrets.resolve(secret);
        if (!Files.isDirectory(directory)) {
            throw new MissingException(
                    Reason.SecretNotMounted,
                    "Secret " + secret + " is not mounted in this pod, which was made before spec.tls named it:"
                            + " restart the pod");
        }
        String text = files(secret, directory).get(name);
        if (text == null) {
            throw new MissingException(
                    Reason.SecretInvalid, "Secret " + secret + " has no key " + name + ": add it, as PEM");
        }
        return text;
    }

    private Map<String, String> files(String secret, Path directory) throws MissingException {
        try {
            directories
                    .computeIfAbsent(
                            secret,
                            _ -> new MountedDirectory(directory, TlsFiles.AUTHORITIES, TlsFiles.CHAIN, TlsFiles.KEY))
                    .changed()
                    .ifPresent(texts -> read.put(secret, texts));
        } catch (IOException e) {
            read.remove(secret);
            throw new MissingException(Reason.SecretInvalid, "Secret " + secret + ": " + e.getMessage());
        }
        return read.getOrDefault(secret, Map.of());
    }

    private void tell(@Nullable Attempt before, Attempt after) {
        metrics.certificates(after.problem() == null);
        if (after.problem() != null) {
            LOG.warn(
                    "TLS: {}; {}",
                    after.problem().message(),
                    after.usable() == null ? "there is no earlier one" : "new connections use what was there before");
        } else {
            LOG.info("TLS: certificates {}", before == null || before.usable() == null ? "read" : "read again");
        }
    }
}
