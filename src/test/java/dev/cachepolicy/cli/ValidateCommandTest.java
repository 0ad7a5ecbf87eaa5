package dev.cachepolicy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValidateCommandTest {

    private static final String BACKEND = """
            apiVersion: cachepolicy.dev/v1alpha1
            kind: CacheBackend
            metadata: {name: shop-redis, namespace: shop}
            spec: %s
            """;
    private static final String POLICY = """
            apiVersion: cachepolicy.dev/v1alpha1
            kind: CachePolicy
            metadata: {name: %s, namespace: shop}
            spec: %s
            """;
    private static final String GOOD_BACKEND = BACKEND.formatted("{endpoints: ['redis:6379']}");

    @TempDir
    Path directory;

    private CommandRun validate(String... documents) throws IOException {
        Path file = Files.writeString(directory.resolve("file.yaml"), String.join("---\n", documents));
        return CommandRun.of("validate", file.toString());
    }

    private static String policy(String name, String pattern, String ttl) {
        return POLICY.formatted(
                name, "{backendRef: {name: shop-redis}, keyPattern: '" + pattern + "', ttl: {value: " + ttl + "}}");
    }

    @Test
    void goodResourcesAreSaidToBeGood() throws Exception {
        CommandRun run = validate(GOOD_BACKEND, policy("a", "a:{id}", "10m"), policy("b", "b:{id}", "10m"));

        assertThat(run).isEqualTo(new CommandRun(0, "3 resources, nothing wrong\n", ""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            # the line after "CachePolicy shop/example: "                                                  | spec
            spec: spec is missing: write backendRef, keyPattern and ttl                                    | null
            spec: write fields here (backendRef, enforcement,                                              | user
            spec: write fields here (backendRef, enforcement,                                              | [1]
            spec.backend: there is no such field: write one of backendRef, enforcement, invalidation, keyPattern, | {backend: shop-redis}
            spec.backendRef.namespace: there is no such field: write name                           | {backendRef: {name: a, namespace: b}}
            spec.backendRef: write fields here (name), not 'shop-redis'                                    | {backendRef: shop-redis}
            spec.backendRef.name: YAML reads this as the number 7, and a text is needed here: put it in quotes, for example "7" | {backendRef: {name: 7}}
            spec.keyPattern: write a text here, not a list                                      | {keyPattern: ['a:*']}
            spec.keyPattern: write a text here, not fields                                      | {keyPattern: {id}}
            spec.keyPattern: the { at position 6 is not closed                                             | {backendRef: {name: a}, keyPattern: 'user:{id', ttl: {value: 1m}}
            spec.keyPattern: two wildcards stand side by side at position 4                                | {backendRef: {name: a}, keyPattern: '{a}*', ttl: {value: 1m}}
            spec.keyPattern: ** may stand at the end only                                                  | {backendRef: {name: a}, keyPattern: '**:x', ttl: {value: 1m}}
            spec.ttl: write fields here (jitterPercent, mode, refreshOnRead, value), not '10m'             | {ttl: 10m}
            spec.ttl.seconds: there is no such field: write one of jitterPercent, mode,                    | {ttl: {seconds: 600}}
            spec.ttl.value: '600' has no unit: write 600s                                                 | {ttl: {value: 600}}
            spec.ttl.mode: 'override' is not known: write one of Ceiling, IfUnset, Override                | {ttl: {value: 1m, mode: override}}
            spec.ttl.jitterPercent: write a whole number here, not '10%'                                   | {ttl: {value: 1m, jitterPercent: 10%}}
            spec.ttl.jitterPercent: write a whole number here, not 2.5                                     | {ttl: {value: 1m, jitterPercent: 2.5}}
            spec.ttl.refreshOnRead: write true or false here, not 'always'                                 | {ttl: {value: 1m, refreshOnRead: always}}
            spec.memory.budget: a number or a text is needed here, not a list                              | {memory: {budget: []}}
            spec.memory.eviction: 'volatile-lru' is not known: write one of LFU, LRU, None, Random         | {memory: {eviction: volatile-lru}}
            spec.strategy: 'ReadThrough' is not known: write CacheAside                             | {strategy: ReadThrough}
            spec.enforcement: YAML takes the bare words on, off, yes and no for true and false: write "Off" | {enforcement: Off}
            spec.enforcement: 'Dry' is not known: write one of DryRun, Enforce, Off                        | {enforcement: Dry}
            spec.workloadSelector.app: there is no such field: write one of matchExpressions, matchLabels  | {workloadSelector: {app: web}}
            spec.workloadSelector.matchExpressions: write a list here, not fields                          | {workloadSelector: {matchExpressions: {key: a}}}
            spec.workloadSelector.matchLabels.app: YAML reads the bare words on, yes and true as a boolean | {workloadSelector: {matchLabels: {app: yes}}}
            """)
    void badPoliciesAreToldWhatToWrite(String line, String spec) throws Exception {
        CommandRun run = validate(POLICY.formatted("example", spec));

        assertThat(run.out()).contains("file.yaml: CachePolicy shop/example: " + line);
        assertThat(run.status()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            spec.endpoint: there is no such field: write one of agent, auth,      | {endpoint: 'redis:6379'}
            spec.endpoints: write a list here, not 'redis:6379'                   | {endpoints: 'redis:6379'}
            spec.endpoints[0]: an endpoint is host:port without a scheme          | {endpoints: ['redis']}
            spec.mode: 'Cluster' is not known: write Standalone            | {endpoints: ['r:1'], mode: Cluster}
            spec.auth.password: there is no such field: write one of adminSecretRef, agentSecretRef | {endpoints: ['r:1'], auth: {password: x}}
            spec.memory: write either maxMemory (a fixed size) or maxMemoryLimit  | {endpoints: ['r:1'], memory: {maxMemory: 1Gi, maxMemoryLimit: 1Gi}}
            spec.memory.evictionPolicy: 'LFU' is not known: write one of allkeys-lfu, allkeys-lru | {endpoints: ['r:1'], memory: {evictionPolicy: LFU}}
            spec.agent.port: write a whole number here, not '6379'                | {endpoints: ['r:1'], agent: {port: '6379'}}
            spec.agent.env[0].value: YAML reads this as the number 1, and a text  | {endpoints: ['r:1'], agent: {env: [{name: A, value: 1}]}}
            spec.agent.resources.limit: there is no such field: write one of claims, limits, requests | {endpoints: ['r:1'], agent: {resources: {limit: {}}}}
            spec.sentinel: there is no such field                                 | {endpoints: ['r:1'], sentinel: {masterName: a}}
            """)
    void badBackendsAreToldWhatToWrite(String line, String spec) throws Exception {
        CommandRun run = validate(BACKEND.formatted(spec));

        assertThat(run.out()).contains("file.yaml: CacheBackend shop/shop-redis: " + line);
        assertThat(run.status()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            file.yaml: CachePolicies shop/a: kind: 'CachePolicies' is not known: write CacheBackend or CachePolicy                        | {apiVersion: cachepolicy.dev/v1alpha1, kind: CachePolicies, metadata: {name: a, namespace: shop}}
            file.yaml: CachePolicy default/a: apiVersion: 'cachepolicy.dev/v1' is not known: write cachepolicy.dev/v1alpha1               | {apiVersion: cachepolicy.dev/v1, kind: CachePolicy, metadata: {name: a}}
            file.yaml: CachePolicy default/a: keyPattern: there is no such field: write metadata or spec                                  | {apiVersion: cachepolicy.dev/v1alpha1, kind: CachePolicy, metadata: {name: a}, keyPattern: x}
            file.yaml: CachePolicy without a name: metadata.name: a name is missing                                                             | {apiVersion: cachepolicy.dev/v1alpha1, kind: CachePolicy, spec: {backendRef: {name: a}, keyPattern: a, ttl: {value: 1m}}}
            file.yaml: CachePolicy default/A: metadata.name: 'A' cannot be used as a name: write lower-case letters                   | {apiVersion: cachepolicy.dev/v1alpha1, kind: CachePolicy, metadata: {name: A}, spec: {backendRef: {name: a}, keyPattern: a, ttl: {value: 1m}}}
            file.yaml: not YAML:                                                                                                          | "{a: [}"
            file.yaml: not YAML: line 1, column 56: Duplicate field 'spec': keep one                                                                                   | {apiVersion: cachepolicy.dev/v1alpha1, spec: {}, spec: {}}
            """)
    void badFilesAreToldWhatToWrite(String line, String document) throws Exception {
        CommandRun run = validate(document);

        assertThat(run.out()).contains(line);
        assertThat(run.status()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            # the line after the object                                                           | metadata
            metadata.name: YAML reads the bare words off, no and false as a boolean, and a text is needed here: put it in quotes, as "off", "no" or "false" | {name: off}
            metadata.name: YAML reads the bare words on, yes and true as a boolean, and a text is needed here: put it in quotes, as "on", "yes" or "true" | {name: true}
            metadata.name: YAML reads this as the number 42, and a text is needed here: put it in quotes, for example "42" | {name: 42}
            metadata.name: write a text here, not a list                                         | {name: [a]}
            metadata.namespace: YAML reads the bare words off, no and false as a boolean         | {name: a, namespace: no}
            metadata.labels.team: YAML reads this as the number 5                                | {name: a, labels: {team: 5}}
            metadata.labels: write fields here, not a list                                       | {name: a, labels: [team]}
            metadata.annotations.on: YAML reads the bare words on, yes and true as a boolean     | {name: a, annotations: {on: true}}
            metadata.annotations.example.com/ratio: YAML reads this as the number 1.5            | {name: a, annotations: {example.com/ratio: 1.5}}
            metadata.finalizers[0]: YAML reads this as the number 1                              | {name: a, finalizers: [1]}
            metadata.lables: there is no such field: write one of annotations, finalizers, generateName, labels, name, namespace, ownerReferences | {name: a, lables: {}}
            metadata: write fields here (annotations, finalizers,                                | a
            """)
    void badMetadataIsToldWhatToWrite(String line, String metadata) throws Exception {
        String document = policy("example", "a:{id}", "10m").replace("{name: example, namespace: shop}", metadata);

        for (String command : List.of("validate", "render", "explain")) {
            CommandRun run = run(command, document);

            assertThat(run.out() + run.err())
                    .contains("file.yaml: CachePolicy ")
                    .contains(": " + line);
            assertThat(run.status()).isEqualTo(1);
        }
    }

    private CommandRun run(String command, String document) throws IOException {
        String file =
                Files.writeString(directory.resolve("file.yaml"), document).toString();
        return switch (command) {
            case "explain" -> CommandRun.of(command, "a:1", "--file", file);
            case "render" ->
                CommandRun.of(command, "--out", directory.resolve("out").toString(), file);
            default -> CommandRun.of(command, file);
        };
    }

    @Test
    void whatTheApiServerWroteIntoMetadataIsNoProblem() throws Exception {
        CommandRun run = validate(policy("example", "a:{id}", "10m").replace("namespace: shop", """
                        namespace: shop, uid: 0b0e, resourceVersion: "7", generation: 3, creationTimestamp: null,
                          labels: {team: "5"}, annotations: , managedFields: [{manager: kubectl, fieldsV1: {"f:spec": {}}}]
                        """.strip()));

        assertThat(run.out()).contains("1 resource, nothing wrong");
    }

    @Test
    void policiesAreCheckedAgainstTheirBackendAndEachOther() throws Exception {
        CommandRun run = validate(
                BACKEND.formatted(
                        "{endpoints: ['r:1'], limits: {maxTTL: 1h}, keyspace: ['user:**'], memory: {maxMemory: 1Gi}}"),
                policy("long", "user:long:*", "2h"),
                policy("outside", "order:{id}", "1m"),
                policy("first", "user:{id}", "1m"),
                policy("second", "user:{name}", "1m"));

        assertThat(run.out())
                .contains("CachePolicy shop/long: spec.ttl.value: 2h is above the maxTTL of CacheBackend shop-redis")
                .contains("CachePolicy shop/outside: spec.keyPattern: 'order:{id}' matches keys outside the keyspace")
                .contains("CachePolicy shop/second: spec.keyPattern: CachePolicy shop/first has the same pattern")
                .doesNotContain("CachePolicy shop/first:")
                .endsWith("5 resources, 3 problems\n");
    }

    @Test
    void otherKindsAreSkippedWithANote() throws Exception {
        CommandRun run =
                validate("{apiVersion: apps/v1, kind: Deployment}\n", "# nothing\n", GOOD_BACKEND, "just: yaml\n");

        assertThat(run.out())
                .contains("file.yaml: skipped Deployment: not of cachepolicy.dev")
                .contains("file.yaml: skipped a document without kind")
                .endsWith("1 resource, nothing wrong\n");
        assertThat(run.status()).isZero();
    }

    @Test
    void aPolicyWithoutItsBackendIsSaidToBeHalfChecked() throws Exception {
        CommandRun run = validate(policy("a", "a:{id}", "10m"));

        assertThat(run.out())
                .contains("CacheBackend shop-redis is not in these files, or not valid: what it allows is not checked");
        assertThat(run.status()).isZero();
    }

    @Test
    void itemsOfAListAreResources() throws Exception {
        CommandRun run = validate("""
                apiVersion: v1
                kind: List
                items:
                - {apiVersion: cachepolicy.dev/v1alpha1, kind: CachePolicy, metadata: {name: a}, spec: {}, status: {anything: 1}}
                """);

        assertThat(run.out()).contains("CachePolicy default/a: spec.keyPattern: a key pattern is missing");
    }

    @Test
    void theSameObjectTwiceIsAProblem() throws Exception {
        CommandRun run = validate(GOOD_BACKEND, GOOD_BACKEND);

        assertThat(run.out()).contains("the same object is also in", "delete one of the two");
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void aMissingFileIsNamed() {
        CommandRun run =
                CommandRun.of("validate", directory.resolve("nowhere.yaml").toString());

        assertThat(run.out()).contains("nowhere.yaml: cannot be read: name a file that exists");
        assertThat(run.status()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# later\n", "---\n---\n"})
    void anEmptyFileIsAProblem(String document) throws Exception {
        CommandRun run = validate(document);

        assertThat(run.out())
                .contains("file.yaml: nothing is in it: write a CacheBackend or a CachePolicy")
                .endsWith("0 resources, 1 problem\n");
        assertThat(run.status()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{namespace: shop}", "{name: '', namespace: shop}", "{name: , namespace: shop}"})
    void anObjectWithoutANameIsToldToHaveOne(String metadata) throws Exception {
        CommandRun run =
                validate(policy("example", "a:{id}", "10m").replace("{name: example, namespace: shop}", metadata));

        assertThat(run.out()).contains("file.yaml: CachePolicy without a name: metadata.name: a name is missing");
        assertThat(run.status()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            # the line after "file.yaml: "                                                                        | document
            not YAML: line 1, column 16: the file ends inside what begins at line 1, column 11: is it cut short?   | spec: {a: {b: 1
            not YAML: line 1, column 5: mapping values are not allowed here                                       | a: b: c
            """)
    void whereAFileIsNoYamlIsSaid(String line, String document) throws Exception {
        CommandRun run = validate(document);

        assertThat(run.out()).contains("file.yaml: " + line);
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void withoutFilesTheUsageIsShown() {
        CommandRun run = CommandRun.of("validate");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("Missing required parameter: 'FILE'", "Usage: cachepolicy validate");
    }
}
