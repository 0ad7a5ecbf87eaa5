package dev.cachepolicy.agent.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.Enforcement;
import dev.cachepolicy.config.FailureMode;
import dev.cachepolicy.config.PolicyConfig;
import dev.cachepolicy.config.TtlMode;
import dev.cachepolicy.resp.Command;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TriggersTest {

    private static Rules rules(Enforcement enforcement) {
        PolicyConfig policy = new PolicyConfig(
                "shop",
                "users",
                1,
                "user:**",
                new PolicyConfig.Ttl(60_000, TtlMode.Override, 0, false),
                FailureMode.FailOpen,
                enforcement,
                null,
                new PolicyConfig.Fencing(5_000, 0, 0),
                List.of(
                        new PolicyConfig.Trigger("edited", "user-edit:{id}", List.of("user:{id}", "user:{id}:profile")),
                        new PolicyConfig.Trigger("any", "user-*:**", List.of("user:all"))));
        return new PolicyMetrics()
                .bind(PolicyTable.compile(
                        new AgentConfig(
                                Set.of(),
                                1,
                                new AgentConfig.Backend("shop", "redis", "uid"),
                                new AgentConfig.Upstream("redis:6379", null),
                                6379,
                                Enforcement.Enforce,
                                null,
                                List.of(policy)),
                        Map.of()));
    }

    private static String stale(String text, int database, Rules rules) {
        Plan plan = new Planner(() -> 0L).plan(Command.of(text.split(" ", -1)), database, rules);
        return plan instanceof Plan.Triggering(StaleKeys stale, Plan _)
                ? stale.keys().stream()
                        .map(key -> new String(key, StandardCharsets.UTF_8))
                        .collect(Collectors.joining(" "))
                : "none";
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SET user-edit:1 v                 | user:1 user:1:profile user:all
            SETEX user-edit:1 5 v             | user:1 user:1:profile user:all
            DEL other user-edit:1             | user:1 user:1:profile user:all
            UNLINK user-edit:1 user-edit:2    | user:1 user:1:profile user:all user:2 user:2:profile
            MSET user-edit:1 v user-edit:2 w  | user:1 user:1:profile user:all user:2 user:2:profile
            MSET other user-edit:1            | none
            HSET user-edit:1 f v              | user:1 user:1:profile user:all
            HDEL user-edit:1 f                | user:1 user:1:profile user:all
            LPOP user-edit:1                  | user:1 user:1:profile user:all
            BLPOP user-edit:1 other 0         | user:1 user:1:profile user:all
            LMPOP 2 other user-edit:1 LEFT    | user:1 user:1:profile user:all
            LMPOP 9 other user-edit:1 LEFT    | none
            RENAME user-edit:1 user-edit:2    | user:1 user:1:profile user:all user:2 user:2:profile
            COPY user-edit:1 user-edit:2      | user:2 user:2:profile user:all
            SORT a STORE user-edit:1          | user:1 user:1:profile user:all
            EVAL script 1 user-edit:1         | user:1 user:1:profile user:all
            EVAL script 0 user-edit:1         | none
            EVAL_RO script 1 user-edit:1      | none
            EXPIRE user-edit:1 0              | user:1 user:1:profile user:all
            EXPIREAT user-edit:1 1            | user:1 user:1:profile user:all
            PEXPIREAT user-edit:1 1           | user:1 user:1:profile user:all
            GETEX user-edit:1 EXAT 1          | user:1 user:1:profile user:all
            GETEX user-edit:1 EXAT 99999999999 | none
            EXPIREAT user-edit:1 99999999999  | none
            XGROUP CREATE user-edit:1 g 0 MKSTREAM | user:1 user:1:profile user:all
            MSET user-edit:1 v user:1 w       | user:1:profile user:all
            EXPIRE user-edit:1 10             | none
            PERSIST user-edit:1               | none
            GET user-edit:1                   | none
            HGETALL user-edit:1               | none
            SET user-edit:1:more v            | user:all
            SET user-edit: v                  | user:all
            SET user:1 v                      | none
            SET                               | none
            """)
    void whatACommandWritesMakesKeysStale(String command, String expected) {
        assertThat(stale(command, 0, rules(Enforcement.Enforce))).isEqualTo(expected);
    }

    @Test
    void inAnotherDatabaseNothingIsStale() {
        assertThat(stale("SET user-edit:1 v", 1, rules(Enforcement.Enforce))).isEqualTo("none");
    }

    @Test
    void aDryRunCountsAndRemovesNothing() {
        assertThat(stale("SET user-edit:1 v", 0, rules(Enforcement.DryRun))).isEmpty();
        assertThat(stale("SET user-edit:1 v", 0, rules(Enforcement.Off))).isEqualTo("none");
    }
}
