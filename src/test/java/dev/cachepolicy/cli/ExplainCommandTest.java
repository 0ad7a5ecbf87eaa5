package dev.cachepolicy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplainCommandTest {

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void writeFile() throws IOException {
        file = Files.writeString(directory.resolve("resources.yaml"), """
                {apiVersion: cachepolicy.dev/v1alpha1, kind: CacheBackend, metadata: {name: r}, spec: {endpoints: ["redis:6379"], limits: {maxTTL: 48h}}}
                ---
                {apiVersion: cachepolicy.dev/v1alpha1, kind: CachePolicy, metadata: {name: profiles}, spec: {backendRef: {name: r}, keyPattern: "user:{id}", ttl: {value: 10m, jitterPercent: 10}}}
                ---
                {apiVersion: cachepolicy.dev/v1alpha1, kind: CachePolicy, metadata: {name: users}, spec: {backendRef: {name: r}, keyPattern: "user:**", ttl: {value: 1h, mode: Ceiling}}}
                ---
                {apiVersion: cachepolicy.dev/v1alpha1, kind: CachePolicy, metadata: {name: names}, spec: {backendRef: {name: r}, keyPattern: "u{a}:{b}", ttl: {value: 1h}}}
                ---
                {apiVersion: cachepolicy.dev/v1alpha1, kind: CachePolicy, metadata: {name: sessions}, spec: {backendRef: {name: r}, keyPattern: "session:{id}", ttl: {value: 24h, refreshOnRead: true}, onBackendFailure: FailClosed, enforcement: DryRun, workloadSelector: {matchLabels: {app: web}}}}
                ---
                {apiVersion: cachepolicy.dev/v1alpha1, kind: CachePolicy, metadata: {name: "off"}, spec: {backendRef: {name: r}, keyPattern: "off:{id}", ttl: {value: 1m, mode: IfUnset}, enforcement: "Off"}}
                ---
                {apiVersion: cachepolicy.dev/v1alpha1, kind: CachePolicy, metadata: {name: too-long}, spec: {backendRef: {name: r}, keyPattern: "user:4*", ttl: {value: 72h}}}
                """);
    }

    private CommandRun explain(String key) {
        return CommandRun.of("explain", key, "--file", file.toString());
    }

    @Test
    void namesTheWinnerTheLosersAndTheRejected() {
        CommandRun run = explain("user:42");

        assertThat(run.status()).isZero();
        assertThat(run.out()).isEqualTo("""
                user:42 belongs to CachePolicy default/profiles  user:{id}
                  of 3 policies that match it is the most specific
                  jitterPercent: up to 10 % less, at random, than the times below
                  GET user:42 -> as it is
                  SET user:42 v -> SET user:42 v PX 600000
                  SET user:42 v PX 1200000 -> SET user:42 v PX 600000
                  SET user:42 v PX 300000 -> SET user:42 v PX 600000
                  SET user:42 v KEEPTTL -> as it is, then PEXPIRE user:42 600000 NX
                  SET user:42 v NX PX 1200000 -> as it is
                  PEXPIRE user:42 1200000 -> PEXPIRE user:42 600000
                  while Redis does not answer: reads are misses, SET and DEL are answered and the key is removed when Redis is back, other writes are errors (FailOpen)
                also matches: CachePolicy default/users  user:**
                  it loses: as long a literal prefix and as many wildcards, but it is looser otherwise (** at the end, fewer literal bytes, or * instead of a capture)
                also matches: CachePolicy default/names  u{a}:{b}
                  it loses: its literal prefix is shorter (1 byte against 5)
                would match, but is not accepted: CachePolicy default/too-long  user:4*
                  TTLOutOfRange: spec.ttl.value: 72h is above the maxTTL of CacheBackend r: write at most 48h; until then this policy is not in the agents' configuration: its keys pass as if it did not exist
                """);
    }

    @Test
    void saysWhatTriggersHaveToDoWithIt() throws IOException {
        Files.writeString(file, """
                {apiVersion: cachepolicy.dev/v1alpha1, kind: CacheBackend, metadata: {name: r}, spec: {endpoints: ["redis:6379"]}}
                ---
                {apiVersion: cachepolicy.dev/v1alpha1, kind: CachePolicy, metadata: {name: totals}, spec: {backendRef: {name: r}, keyPattern: "total:{customer}", ttl: {value: 10m}, stampede: {mode: ServeStale}, invalidation: {triggers: [{name: ordered, onWrite: {keyPattern: "order:{customer}:*"}, invalidate: ["total:{customer}", "listing:{customer}"]}]}}}
                """);
        assertThat(explain("order:7:1").out())
                .contains("belongs to no policy\n")
                .contains("a write of it removes total:7, listing:7: trigger ordered of CachePolicy default/totals");
        assertThat(explain("total:7").out())
                .contains("may be removed by trigger ordered of CachePolicy default/totals:"
                        + " when a key of order:{customer}:* is written")
                .contains("staleFor: a string is stored for 60000 ms longer")
                .contains("SET total:7 v -> SET total:7 v PX 660000")
                .contains("then PEXPIRE total:7 600000 NX, a string for 60000 ms longer")
                .contains("PEXPIRE total:7 1200000 -> PEXPIRE total:7 600000, a string for 60000 ms longer");
    }

    @Test
    void saysWhatEachModeDoes() {
        assertThat(explain("user:1:2").out())
                .contains("SET user:1:2 v PX 7200000 -> SET user:1:2 v PX 3600000")
                .contains("SET user:1:2 v PX 1800000 -> as it is")
                .contains("SET user:1:2 v KEEPTTL -> as it is, then PEXPIRE user:1:2 3600000 LT")
                .contains("no other accepted policy matches");
        assertThat(explain("session:1").out())
                .contains("enforcement DryRun: what follows is counted, and nothing is changed")
                .contains("GET session:1 -> GETEX session:1 PX 86400000")
                .contains("workloadSelector: holds only in the pods that it selects")
                .contains("an error at once (DryRun)");
        assertThat(explain("off:1").out())
                .contains("enforcement Off: commands pass as they are, nothing is counted")
                .doesNotContain("SET");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Enforce | FailOpen   | Enforce | reads are misses, SET and DEL are answered and the key is removed when Redis is back, other writes are errors (FailOpen)
            Enforce | FailClosed | Enforce | an error at once (FailClosed)
            DryRun  | FailOpen   | Enforce | an error at once (DryRun)
            Enforce | FailOpen   | DryRun  | an error at once (DryRun)
            DryRun  | FailClosed | Enforce | an error at once (DryRun)
            """)
    void saysWhatTheApplicationGetsWithoutRedis(String policy, String onBackendFailure, String backend, String said)
            throws IOException {
        Files.writeString(file, """
                {apiVersion: cachepolicy.dev/v1alpha1, kind: CacheBackend, metadata: {name: r}, spec: {endpoints: ["redis:6379"], agent: {enforcement: %s}}}
                ---
                {apiVersion: cachepolicy.dev/v1alpha1, kind: CachePolicy, metadata: {name: a}, spec: {backendRef: {name: r}, keyPattern: "a:*", ttl: {value: 1m}, enforcement: %s, onBackendFailure: %s}}
                """.formatted(backend, policy, onBackendFailure));

        assertThat(explain("a:1").out()).contains("  while Redis does not answer: " + said + "\n");
    }

    @Test
    void saysWhereEachPatternEndsWhenNoneMatches() {
        CommandRun run = explain("session:1:2");

        assertThat(run.out())
                .startsWith("session:1:2 belongs to no policy: it passes as if there were none\n")
                .contains("does not match: CachePolicy default/sessions  session:{id}\n"
                        + "  the pattern does not go on with ':2' after 'session:1'")
                .contains("does not match: CachePolicy default/profiles  user:{id}\n"
                        + "  the pattern does not go on with 'session:1:2'\n");
        assertThat(explain("session:").out()).contains("the key ends where the pattern wants more");
        assertThat(run.status()).isZero();
    }

    @Test
    void reservedKeysAreSaidToBeReserved() {
        assertThat(explain("cachepolicy:owner").out()).contains("keys that begin with 'cachepolicy:' are reserved");
    }

    @Test
    void aMissingBackendIsSaidInASentence() throws Exception {
        Files.writeString(
                file,
                "{apiVersion: cachepolicy.dev/v1alpha1, kind: CachePolicy, metadata: {name: a},"
                        + " spec: {backendRef: {name: r}, keyPattern: 'a:*', ttl: {value: 1m}}}");

        assertThat(explain("a:1"))
                .isEqualTo(
                        new CommandRun(
                                2,
                                "",
                                "cachepolicy explain: no CacheBackend in these files: add the file of the one that the policies refer to\n"));
    }

    @Test
    void wrongResourcesAreNotExplained() throws Exception {
        Files.writeString(
                file, "{apiVersion: cachepolicy.dev/v1alpha1, kind: CachePolicy, metadata: {name: a}, spec: {}}");

        CommandRun run = explain("user:1");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("CachePolicy default/a: spec.keyPattern: a key pattern is missing");
    }
}
