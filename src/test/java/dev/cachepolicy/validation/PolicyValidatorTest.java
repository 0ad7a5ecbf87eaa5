package dev.cachepolicy.validation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CachePolicy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyValidatorTest {

    private static final ObjectMapper YAML = new YAMLMapper();

    private static final String GOOD = "{backendRef: {name: shop-redis}, keyPattern: 'user:{id}', ttl: {value: 10m}}";
    private static final String FOR_TTL = "{backendRef: {name: a}, keyPattern: a, ttl: %s}";
    private static final String FOR_MEMORY = "{backendRef: {name: a}, keyPattern: a, ttl: {value: 1m}, memory: %s}";
    private static final String FOR_SELECTOR =
            "{backendRef: {name: a}, keyPattern: a, ttl: {value: 1m}, workloadSelector: %s}";

    static CachePolicy policy(String spec) throws Exception {
        return YAML.readValue("metadata: {name: user-profiles, namespace: shop}\nspec: " + spec, CachePolicy.class);
    }

    static CacheBackend backend(String spec) throws Exception {
        return YAML.readValue("metadata: {name: shop-redis, namespace: shop}\nspec: " + spec, CacheBackend.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                GOOD,
                "{backendRef: {name: a}, keyPattern: '**', ttl: {value: 1ms, mode: Ceiling, jitterPercent: 50}}",
                "{backendRef: {name: a}, keyPattern: a, ttl: {value: 99999h, refreshOnRead: true}, memory: {budget: 1}}",
                "{backendRef: {name: a}, keyPattern: a, ttl: {value: 1h1m1s1ms, mode: Override, refreshOnRead: true}}",
                "{backendRef: {name: a}, keyPattern: a, ttl: {value: 1h}, memory: {eviction: None}}",
                "{backendRef: {name: a}, keyPattern: a, ttl: {value: 1h}, workloadSelector: {}}",
                "{backendRef: {name: a}, keyPattern: a, ttl: {value: 1h},"
                        + " workloadSelector: {matchLabels: {example.com/app: '', a_b.c: X-1}}}",
                "{backendRef: {name: a}, keyPattern: a, ttl: {value: 1h}, workloadSelector: {matchExpressions:"
                        + " [{key: a, operator: NotIn, values: [b]}, {key: c, operator: Exists}]}}",
            })
    void goodPoliciesHaveNoProblems(String spec) throws Exception {
        assertThat(PolicyValidator.validate(policy(spec))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            # the problem's field | in the message                          | spec
            spec                  | write backendRef, keyPattern and ttl    | null
            spec.backendRef       | write the name of a CacheBackend        | {keyPattern: a, ttl: {value: 1m}}
            spec.backendRef.name  | a name is missing                       | {backendRef: {}, keyPattern: a, ttl: {value: 1m}}
            spec.backendRef.name  | at most 52 characters                   | {backendRef: {name: Shop.Redis}, keyPattern: a, ttl: {value: 1m}}
            spec.keyPattern       | write one, for example user:{id}        | {backendRef: {name: a}, ttl: {value: 1m}}
            spec.keyPattern       | write one for your keys                 | {backendRef: {name: a}, keyPattern: '', ttl: {value: 1m}}
            spec.keyPattern       | is not closed                           | {backendRef: {name: a}, keyPattern: 'a:{', ttl: {value: 1m}}
            spec.keyPattern       | are reserved                            | {backendRef: {name: a}, keyPattern: 'cachepolicy:x', ttl: {value: 1m}}
            spec.ttl              | ttl: {value: 10m}                       | {backendRef: {name: a}, keyPattern: a}
            """)
    void everyRequiredFieldIsAskedFor(String field, String message, String spec) throws Exception {
        assertOnly(
                field,
                field.equals("spec.keyPattern") ? Reasons.INVALID_KEY_PATTERN : Reasons.INVALID_SPEC,
                message,
                spec);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            spec.ttl.value         | write a duration, for example 10m | {}
            spec.ttl.value         | '5' has no unit: write 5s for seconds, or 5m, 5h or 5ms | {value: 5}
            spec.ttl.value         | '123456' is not a duration: write | {value: 123456}
            spec.ttl.value         | '' is not a duration: write       | {value: ''}
            spec.ttl.value         | 'soon' is not a duration: write   | {value: soon}
            spec.ttl.value         | '1d' is in days: write 24h        | {value: 1d}
            spec.ttl.value         | '1d12h' is in days: write 36h     | {value: 1d12h}
            spec.ttl.value         | '2w' is in weeks: write 336h      | {value: 2w}
            spec.ttl.value         | '9999d' is in days: write at most 99999h | {value: 9999d}
            spec.ttl.value         | '-1s' is below zero: write a duration above zero, for example 1s | {value: -1s}
            spec.ttl.value         | '-1d' is below zero: write a duration above zero, for example 24h | {value: -1d}
            spec.ttl.value         | '0.5s' has a fraction: write 500ms | {value: 0.5s}
            spec.ttl.value         | '1.5h' has a fraction: write 1h30m | {value: 1.5h}
            spec.ttl.value         | '0.1ms' has a fraction: write 1ms, the shortest that there is | {value: 0.1ms}
            spec.ttl.value         | '999999h' has more than five digits in a number: write at most 99999h | {value: 999999h}
            spec.ttl.value         | '100000s' has more than five digits in a number: write 27h46m40s | {value: 100000s}
            spec.ttl.value         | '10 m' has blanks or signs in it: write 10m | {value: 10 m}
            spec.ttl.value         | '+10m' has blanks or signs in it: write 10m | {value: +10m}
            spec.ttl.value         | '1h1h1h1h1h' has too many parts: write 5h | {value: 1h1h1h1h1h}
            spec.ttl.value         | '00001ms00001ms00001ms00001ms' has too many parts: write 4ms | {value: 00001ms00001ms00001ms00001ms}
            spec.ttl.value         | '0h0s' is no time at all: write a duration above zero in hours | {value: 0h0s}
            spec.ttl.value         | '0d' is in days: write a duration above zero | {value: 0d}
            spec.ttl.jitterPercent | between 0 and 50                  | {value: 1m, jitterPercent: 51}
            spec.ttl.jitterPercent | between 0 and 50                  | {value: 1m, jitterPercent: -1}
            spec.ttl               | it needs mode Override            | {value: 1m, mode: IfUnset, refreshOnRead: true}
            spec.ttl               | it needs mode Override            | {value: 1m, mode: Ceiling, refreshOnRead: true}
            """)
    void aTtlHasItsBounds(String field, String message, String ttl) throws Exception {
        assertOnly(field, Reasons.INVALID_SPEC, message, FOR_TTL.formatted(ttl));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            spec.memory        | budget or eviction        | {}
            spec.memory.budget | for example 512Mi or 2Gi  | {budget: 0}
            spec.memory.budget | for example 512Mi or 2Gi  | {budget: -1Mi}
            spec.memory.budget | for example 512Mi or 2Gi  | {budget: 12MB}
            spec.memory.budget | for example 512Mi or 2Gi  | {budget: 99999999Ei}
            """)
    void aBudgetIsMemory(String field, String message, String memory) throws Exception {
        assertOnly(field, Reasons.INVALID_SPEC, message, FOR_MEMORY.formatted(memory));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            .matchLabels                  | is not a label's key                    | {matchLabels: {'a b': c}}
            .matchLabels                  | is not a label's key                    | {matchLabels: {'Example.com/app': c}}
            .matchLabels.app              | is not a label's value                  | {matchLabels: {app: 'a b'}}
            .matchExpressions[0].operator | write In, NotIn, Exists or DoesNotExist | {matchExpressions: [{key: a, operator: Equals}]}
            .matchExpressions[0].operator | an operator is missing                  | {matchExpressions: [{key: a}]}
            .matchExpressions[1].values   | write at least one                      | {matchExpressions: [{key: a, operator: Exists}, {key: a, operator: In}]}
            .matchExpressions[0].values   | leave values out                        | {matchExpressions: [{key: a, operator: Exists, values: [b]}]}
            .matchExpressions[0].values   | is not a label's value                  | {matchExpressions: [{key: a, operator: In, values: ['-']}]}
            .matchExpressions[0].key      | is not a label's key                    | {matchExpressions: [{operator: Exists}]}
            """)
    void aSelectorIsOneThatKubernetesTakes(String field, String message, String selector) throws Exception {
        assertOnly(
                "spec.workloadSelector" + field,
                Reasons.INVALID_WORKLOAD_SELECTOR,
                message,
                FOR_SELECTOR.formatted(selector));
    }

    private static void assertOnly(String field, String reason, String message, String spec) throws Exception {
        assertThat(PolicyValidator.validate(policy(spec))).singleElement().satisfies(problem -> {
            assertThat(problem.field()).isEqualTo(field);
            assertThat(problem.reason()).isEqualTo(reason);
            assertThat(problem.message()).contains(message);
        });
    }

    @Test
    void everyProblemIsToldAtOnce() throws Exception {
        assertThat(PolicyValidator.validate(policy("{ttl: {value: x, jitterPercent: 99}}")))
                .extracting(Problem::field)
                .containsExactly("spec.backendRef", "spec.keyPattern", "spec.ttl.value", "spec.ttl.jitterPercent");
    }

    @Test
    void anObjectWithoutNameOrMetadataIsToldSo() throws Exception {
        CachePolicy nameless = policy(GOOD);
        nameless.getMetadata().setName(null);
        CachePolicy bare = policy(GOOD);
        bare.setMetadata(null);

        assertThat(PolicyValidator.validate(nameless))
                .extracting(Problem::field)
                .containsExactly("metadata.name");
        assertThat(PolicyValidator.validate(bare)).extracting(Problem::field).containsExactly("metadata.name");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            # reason             | in the message                                | of the backend
            TTLOutOfRange        | write at most 5m                              | limits: {maxTTL: 5m}
            TTLOutOfRange        | write at least 1h                             | limits: {minTTL: 1h}
            OutsideKeyspace      | write a pattern inside one of shop:**, user:a* | keyspace: ['shop:**', 'user:a*']
            IncompatibleEviction | of the backend set to noeviction              | memory: {evictionPolicy: volatile-lru}
            """)
    void aBackendRefusesWhatItsTeamDoesNotAllow(String reason, String message, String rule) throws Exception {
        CachePolicy policy = policy(FOR_MEMORY
                .formatted("{eviction: None}")
                .replace("keyPattern: a", "keyPattern: 'user:{id}'")
                .replace("1m", "10m"));

        assertThat(PolicyValidator.validateAgainst(policy, backend("{endpoints: ['r:1'], " + rule + "}")))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.reason()).isEqualTo(reason);
                    assertThat(problem.message()).contains(message, "shop-redis");
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{endpoints: ['r:1']}",
                "{endpoints: ['r:1'], limits: {minTTL: 1m, maxTTL: 60s}}",
                "{endpoints: ['r:1'], keyspace: ['x', '*']}",
                "{endpoints: ['r:1'], memory: {evictionPolicy: noeviction}}",
                "{endpoints: ['r:1'], memory: {maxMemory: 1Gi}}",
            })
    void aBackendAllowsTheRest(String backend) throws Exception {
        CachePolicy policy = policy(FOR_MEMORY.formatted("{eviction: None}"));

        assertThat(BackendValidator.validate(backend(backend))).isEqualTo(List.of());
        assertThat(PolicyValidator.validateAgainst(policy, backend(backend))).isEmpty();
    }
}
