package dev.cachepolicy.operator.backend;

import dev.cachepolicy.redis.RedisCredentials;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads users of Redis from Secrets, by name alone: the operator may neither list nor watch Secrets. What was read is
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

    /** The reasons that a condition has while a user is not known. */
    static final List<String> REASONS = List.of(NOT_FOUND, NOT_READABLE, INVALID);

    private final KubernetesClient client;
    private final InstantSource clock;
    private final Map<String, Read> reads = new ConcurrentHashMap<>();

    RedisSecrets(KubernetesClient client, InstantSource clock) {
        this.client = client;
        this.clock = clock;
    }

    /** What a Secret gave. */
    sealed interface Answer {

        record Found(RedisCredentials credentials) implements Answer {}

        /** Nothing usable; for a condition. */
        record Unusable(String reason, String message) implements Answer {

            boolean notReadable() {
                return reason.equals(NOT_READABLE);
            }
        }
    }

    private record Read(Answer answer, Instant at) {}

    /**
     * {@return the user in a Secret}
     *
     * @param maxAge how old what was read before may be; {@link #URGENT} for one that was not usable
     * @throws KubernetesClientException if the API server does not answer and nothing was read before
     */
    Answer read(String namespace, String name, Duration maxAge) {
        String key = namespace + "/" + name;
        Read before = reads.get(key);
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
                            NOT_FOUND,
                            "Secret " + key
                                    + " does not exist: create it with the key password and, unless it is the default user's, the key username")
                    : parse(key, secret);
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
        reads.put(key, new Read(answer, now));
        return answer;
    }

    private static Answer parse(String key, Secret secret) {
        Map<String, String> data = secret.getData() == null ? Map.of() : secret.getData();
        String password = data.get("password");
        if (password == null) {
            return new Answer.Unusable(
                    INVALID, "Secret " + key + " has no key password: add it; the key username is optional");
        }
        String username = data.get("username");
        return new Answer.Found(new RedisCredentials(username == null ? null : decode(username), decode(password)));
    }

    private static String decode(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }
}
