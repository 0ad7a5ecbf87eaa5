package dev.cachepolicy.validation;

import static dev.cachepolicy.validation.PolicyValidatorTest.backend;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackendValidatorTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{endpoints: ['redis.shop.svc:6379']}",
                "{mode: Standalone, endpoints: ['[fd00::1]:65535']}",
                "{endpoints: ['r:1'], auth: {agentSecretRef: {name: redis-app}}}",
                "{endpoints: ['r:1'], auth: {adminSecretRef: {name: a.b}, agentSecretRef: {name: c}}}",
                "{endpoints: ['r:1'], tls: {mode: Disabled}}",
                "{endpoints: ['r:1'], tls: {mode: Server}}",
                "{endpoints: ['r:1'], tls: {mode: Server, caSecretRef: {name: ca}, serverName: 10.0.0.1}}",
                "{endpoints: ['r:1'], tls: {mode: Mutual, clientCertSecretRef: {name: client}}}",
                "{endpoints: ['r:1'], keyspace: ['user:**', 'a']}",
                "{endpoints: ['r:1'], limits: {minTTL: 1s, maxTTL: 1000ms}}",
                "{endpoints: ['r:1'], limits: {}}",
                "{endpoints: ['r:1'], memory: {maxMemory: 512Mi, evictionPolicy: allkeys-lfu}}",
                "{endpoints: ['r:1'], memory: {maxMemoryLimit: 1073741824}}",
                "{endpoints: ['r:1'], management: Observe, deletionPolicy: Restore, agent: {}}",
                "{endpoints: ['r:1'], agent: {port: 65535, env: [{name: _A1, value: ''}],"
                        + " resources: {requests: {cpu: 50m, memory: 64Mi}, limits: {memory: 64Mi}}}}",
            })
    void goodBackendsHaveNoProblems(String spec) throws Exception {
        assertThat(BackendValidator.validate(backend(spec))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            # the problem's field | in the message                            | spec
            spec                  | write endpoints, for example              | null
            spec.endpoints        | exactly one endpoint: write one host:port | {}
            spec.endpoints        | exactly one endpoint: write one host:port | {endpoints: []}
            spec.endpoints        | exactly one endpoint: write one host:port | {endpoints: ['a:1', 'b:1']}
            spec.endpoints[0]     | host:port without a scheme                | {endpoints: ['redis://a:6379']}
            spec.endpoints[0]     | host:port without a scheme                | {endpoints: ['redis']}
            spec.endpoints[0]     | host:port without a scheme                | {endpoints: ['redis:0']}
            spec.endpoints[0]     | host:port without a scheme                | {endpoints: ['redis:65536']}
            spec.endpoints[0]     | host:port without a scheme                | {endpoints: ['fd00::1:6379']}
            spec.endpoints[0]     | host:port without a scheme                | {endpoints: [null]}
            """)
    void endpointsAreOneHostAndPort(String field, String message, String spec) throws Exception {
        assertOnly(field, message, spec);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            # the problem's field                | in the message                                   | beside endpoints
            spec.auth                            | or both                                          | auth: {}
            spec.auth.adminSecretRef.name        | write the name of a Secret                       | auth: {adminSecretRef: {}}
            spec.auth.agentSecretRef.name        | write the name of a Secret                       | auth: {agentSecretRef: {name: '../x'}}
            spec.tls.mode                        | write Disabled, Server or Mutual                 | tls: {}
            spec.tls                             | or leave them out                                | tls: {mode: Disabled, serverName: a}
            spec.tls                             | or leave clientCertSecretRef out                 | tls: {mode: Server, clientCertSecretRef: {name: a}}
            spec.tls                             | mode Mutual needs clientCertSecretRef            | tls: {mode: Mutual}
            spec.tls.caSecretRef.name            | write the name of a Secret                       | tls: {mode: Server, caSecretRef: {name: '../x'}}
            spec.tls.clientCertSecretRef.name    | write the name of a Secret                       | tls: {mode: Mutual, clientCertSecretRef: {name: A}}
            spec.tls.serverName                  | no port, no wildcard                             | tls: {mode: Server, serverName: '*.svc'}
            spec.keyspace                        | between 1 and 64 patterns                        | keyspace: []
            spec.keyspace[1]                     | ** may stand at the end only                     | keyspace: ['a', '**:b']
            spec.keyspace[0]                     | a key pattern is missing                         | keyspace: [null]
            spec.keyspace[1]                     | write it once                                    | keyspace: ['a', 'a']
            spec.limits.minTTL                   | '1 s' has blanks or signs in it: write 1s                          | limits: {minTTL: 1 s}
            spec.limits.maxTTL                   | write a duration above zero                      | limits: {maxTTL: 0s}
            spec.limits                          | minTTL must not be above limits.maxTTL           | limits: {minTTL: 2s, maxTTL: 1s}
            spec.memory                          | leave memory out to leave Redis's settings alone | memory: {}
            spec.memory                          | not both                                         | memory: {maxMemory: 1Gi, maxMemoryLimit: 2Gi}
            spec.memory.maxMemory                | an amount of memory above zero                   | memory: {maxMemory: 0}
            spec.memory.maxMemoryLimit           | an amount of memory above zero                   | memory: {maxMemoryLimit: 1gb}
            spec.agent.port                      | between 1 and 65535                              | agent: {port: 0}
            spec.agent.env[0].name               | does not begin with a digit                      | agent: {env: [{name: 1A, value: x}]}
            spec.agent.env[0].name               | a name is missing                                | agent: {env: [{value: x}]}
            spec.agent.env[0].value              | a value is missing                               | agent: {env: [{name: A}]}
            spec.agent.env[1].name               | write it once                                    | agent: {env: [{name: A, value: x}, {name: A, value: y}]}
            spec.agent.resources.requests.memory | above the limit of 64Mi                          | agent: {resources: {requests: {memory: 65Mi}, limits: {memory: 64Mi}}}
            spec.agent.resources.requests.cpu    | is not a quantity                                | agent: {resources: {requests: {cpu: fast}, limits: {cpu: 1}}}
            """)
    void saysWhatToWriteInstead(String field, String message, String rest) throws Exception {
        assertOnly(field, message, "{endpoints: ['r:1'], " + rest + "}");
    }

    private static void assertOnly(String field, String message, String spec) throws Exception {
        assertThat(BackendValidator.validate(backend(spec))).singleElement().satisfies(problem -> {
            assertThat(problem.field()).isEqualTo(field);
            assertThat(problem.message()).contains(message);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop.redis", "Shop", "-shop", "a23456789-123456789-123456789-123456789-123456789-123"})
    void theNameMustFitIntoVolumeNames(String name) throws Exception {
        CacheBackend backend = backend("{endpoints: ['r:1']}");
        backend.getMetadata().setName(name);

        assertThat(BackendValidator.validate(backend))
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains(name, "at most 52 characters"));
    }

    @Test
    void listsAreBounded() throws Exception {
        String patterns = IntStream.range(0, 65).mapToObj(i -> "p" + i).collect(Collectors.joining(", "));
        String variables = IntStream.range(0, 33)
                .mapToObj(i -> "{name: V" + i + ", value: x}")
                .collect(Collectors.joining(", "));

        assertThat(BackendValidator.validate(backend(
                        "{endpoints: ['r:1'], keyspace: [" + patterns + "], agent: {env: [" + variables + "]}}")))
                .extracting(Problem::field)
                .containsExactly("spec.keyspace", "spec.agent.env");
    }
}
