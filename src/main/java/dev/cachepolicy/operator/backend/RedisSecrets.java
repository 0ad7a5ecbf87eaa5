package dev.cachepolicy.operator.backend;

import dev.cachepolicy.tls.TlsFiles;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads users of Redis and certificates from Secrets, by name alone: the operator may neither list nor watch Secrets. What was read is
 * good for a while, so a rotated Secret is followed without a watch.
 */
final class RedisSecrets {

    /** How soon a rotated Secret is seen. */
    static final Duration FRESH = Duration.ofSeconds(30);

    /** The same while something is wrong that another look may mend. */
    static final Duration URGENT = Duration.ofSeconds(5);

    private static final String NOT_FOUND = "SecretNotFound";
    private static final String NOT_READABLE = "SecretNotReadable";
    private static final String INVALID = "SecretInvalid";

    /** The reasons that a condition has while a Secret is not to be had. */
    static final List<String> REASONS = List.of(NOT_FOUND, NOT_READABLE, INVALID);

    private final KubernetesClient client;
    private final InstantSource clock;
    private final Map<Asked, Read> reads = new ConcurrentHashMap<>();

    RedisSecrets(KubernetesClient client, InstantSource clock) {
        this.client = client;
        this.clock = clock;
    }

    /** What a Secret is asked for. */
    enum Content {
        USER(
                "the key password and, unless it is the default user's, the key username",
                "add it; the key username is optional"),
        AUTHORITIES("the key ca.crt, as PEM the authorities that sign Redis's certificate", "add it, as PEM"),
        CLIENT_CERTIFICATE("the type kubernetes.io/tls and the keys tls.crt and tls.key", "add it, as PEM");

        private final String description;
        private final String remedy;

        Content(String description, String remedy) {
            this.description = description;
            this.remedy = remedy;
        }

        private List<String> required() {
            return switch (this) {
                case USER -> List.of("password");
                case AUTHORITIES -> List.of(TlsFiles.AUTHORITIES);
                case CLIENT_CERTIFICATE -> List.of(TlsFiles.CHAIN, TlsFiles.KEY);
            };
        }

        private List<String> optional() {
            return this == USER ? List.of("username") : List.of();
        }
    }

    /** What a Secret gave. */
    sealed interface Answer {

        /** What was asked for, by key. */
        record Found(Map<String, String> values) implements Answer {

            @Override
            public String toString() {
                return values.keySet().toString();
            }
        }

        /** Nothing usable; for a condition. */
        record Unusable(String reason, String message) implements Answer {

            boolean notReadable() {
                return reason.equals(NOT_READABLE);
            }
        }
    }

    private record Read(Answer answer, Instant at) {}

    /** {@return that a Secret's content is not what it should be} */
    static Answer.Unusable invalid(String namespace, String name, String problem) {
        return new Answer.Unusable(INVALID, "Secret " + namespace + "/" + name + " " + problem);
    }

    private record Asked(String key, Content content) {}

    /**
     * {@return what a Secret holds}
     *
     * @param maxAge how old what was read before may be; {@link #URGENT} for one that was not usable
     * @throws KubernetesClientException if the API server does not answer and nothing was read before
     */
    Answer read(String namespace, String name, Content content, Duration maxAge) {
        String key = namespace + "/" + name;
        Asked asked = new Asked(key, content);
        Read before = reads.get(asked);
        Instant now = clock.instant();
        if (before != null
                && now.isBefore(before.at().plus(before.answer() instanceof Answer.Found ? maxAge : URGENT))) {
            return before.answer();
        }
        Answer answer;
        try {
            Secret secret =
                    client.secrets().inNamespace(namespace).withName(name).get();
            answer = secret == null
                    ? new Answer.Unusable(
                            NOT_FOUND, "Secret " + key + " does not exist: create it with " + content.description)
                    : parse(namespace, name, secret, content);
        } catch (KubernetesClientException e) {
            if (e.getCode() == 403) {
                answer = new Answer.Unusable(
                        NOT_READABLE, "the operator may not read Secret " + key + ": grant it get on this Secret");
            } else if (before != null) {
                return before.answer();
            } else {
                throw e;
            }
        }
        reads.put(asked, new Read(answer, now));
        return answer;
    }

    private static Answer parse(String namespace, String name, Secret secret, Content content) {
        Map<String, String> data = secret.getData() == null ? Map.of() : secret.getData();
        Map<String, String> values = new HashMap<>();
        for (String required : content.required()) {
            if (!data.containsKey(required)) {
                return invalid(namespace, name, "has no key " + required + ": " + content.remedy);
            }
            values.put(required, decode(data.get(required)));
        }
        for (String optional : content.optional()) {
            if (data.containsKey(optional)) {
                values.put(optional, decode(data.get(optional)));
            }
        }
        return new Answer.Found(Map.copyOf(values));
    }

    private static String decode(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }
}
