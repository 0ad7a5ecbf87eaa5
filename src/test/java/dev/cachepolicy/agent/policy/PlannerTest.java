package dev.cachepolicy.agent.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.agent.fence.Script;
import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.Enforcement;
import dev.cachepolicy.config.FailureMode;
import dev.cachepolicy.config.PolicyConfig;
import dev.cachepolicy.config.TtlMode;
import dev.cachepolicy.resp.Argument;
import dev.cachepolicy.resp.ByteSink;
import dev.cachepolicy.resp.Command;
import dev.cachepolicy.resp.CommandWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of {@link Planner}, and what stands outside it. */
class PlannerTest {

    private static final RandomGenerator NO_JITTER = () -> 0;

    private static Rules rules(TtlMode mode, int jitterPercent, boolean refresh, Enforcement enforcement) {
        return rules(new PolicyConfig.Ttl(60_000, mode, jitterPercent, refresh), enforcement, null);
    }

    private static Rules rulesOfStale(TtlMode mode) {
        return rules(
                new PolicyConfig.Ttl(60_000, mode, 0, false),
                Enforcement.Enforce,
                new PolicyConfig.Fencing(5_000, 1_000, 50, null, 30_000L));
    }

    private static Rules rules(PolicyConfig.Ttl ttl, Enforcement enforcement, PolicyConfig.@Nullable Fencing fencing) {
        PolicyConfig policy =
                new PolicyConfig("shop", "users", 1, "k:**", ttl, FailureMode.FailOpen, enforcement, null, fencing);
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

    /** {@return what is sent in place of a command, and after it} */
    private static String sent(Plan plan, Command command) {
        return switch (plan) {
            case Plan.Fenced(Fence _, Plan then) -> sent(then, command);
            case Plan.Triggering(StaleKeys _, Plan then) -> sent(then, command);
            case Plan.Forward _ -> "untouched";
            case Plan.Observe _ -> "as it is";
            case Plan.Rewrite rewrite -> rewritten(rewrite.arguments(), command);
            case Plan.Follow follow -> {
                ByteBuf out = Unpooled.buffer();
                follow.followUps().forEach(followUp -> followUp.write(out));
                String before = follow.arguments().isEmpty() ? "" : rewritten(follow.arguments(), command) + " ";
                yield before + "then " + words(out);
            }
        };
    }

    private static String rewritten(List<Argument> arguments, Command command) {
        ByteBuf out = Unpooled.buffer();
        CommandWriter.rewrite(sink(out), command, arguments);
        return words(out);
    }

    private static ByteSink sink(ByteBuf out) {
        return new ByteSink() {
            @Override
            public ByteBuf room(int bytes) {
                return out;
            }

            @Override
            public void take(ByteBuf from, int start, int end) {
                out.writeBytes(from, start, end - start);
            }
        };
    }

    /** The arguments of commands, from their bytes. */
    private static String words(ByteBuf out) {
        List<String> words = new ArrayList<>();
        for (String line : out.toString(StandardCharsets.UTF_8).split("\r\n", -1)) {
            if (!line.startsWith("$") && !line.startsWith("*") && !line.isEmpty()) {
                words.add(line);
            }
        }
        return String.join(" ", words).replace("EVAL " + Script.EXPIRY.text() + " 1 k:1 30000", "logically");
    }

    private static String plan(String text, Rules rules, RandomGenerator random) {
        Command command = Command.of(text.split(" ", -1));
        return sent(new Planner(random).plan(command, 0, rules), command);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SET k:1 v                  | SET k:1 v PX 60000          | SET k:1 v PX 60000          | SET k:1 v PX 60000
            set k:1 v                  | set k:1 v PX 60000          | set k:1 v PX 60000          | set k:1 v PX 60000
            SET k:1 v NX               | SET k:1 v NX PX 60000       | SET k:1 v NX PX 60000       | SET k:1 v NX PX 60000
            SET k:1 v XX GET           | SET k:1 v XX GET PX 60000   | SET k:1 v XX GET PX 60000   | SET k:1 v XX GET PX 60000
            SET k:1 v EX 600           | SET k:1 v PX 60000          | SET k:1 v PX 60000          | as it is
            SET k:1 v EX 600 XX        | SET k:1 v XX PX 60000       | SET k:1 v XX PX 60000       | as it is
            SET k:1 v GET px 5000 XX   | SET k:1 v GET XX PX 60000   | as it is                    | as it is
            SET k:1 v EX 60            | SET k:1 v PX 60000          | as it is                    | as it is
            SET k:1 v EXAT 4102444800  | SET k:1 v PX 60000          | then PEXPIRE k:1 60000 LT   | as it is
            SET k:1 v PXAT 4102444800000 | SET k:1 v PX 60000        | then PEXPIRE k:1 60000 LT   | as it is
            SET k:1 v NX EX 600        | as it is                    | as it is                    | as it is
            SET k:1 v PX 5 NX GET      | as it is                    | as it is                    | as it is
            SET k:1 v KEEPTTL          | then PEXPIRE k:1 60000 NX   | then PEXPIRE k:1 60000 LT   | then PEXPIRE k:1 60000 NX
            SET k:1 v EX 0             | as it is                    | as it is                    | as it is
            SET k:1 v EX abc           | as it is                    | as it is                    | as it is
            SET k:1 v EX 9223372036854775807 | as it is              | as it is                    | as it is
            SET k:1 v EX               | as it is                    | as it is                    | as it is
            SET k:1 v EX 5 PX 5        | as it is                    | as it is                    | as it is
            SET k:1 v NX XX            | as it is                    | as it is                    | as it is
            SET k:1 v BOGUS            | as it is                    | as it is                    | as it is
            SET k:1 v PERSIST          | as it is                    | as it is                    | as it is
            SET k:1                    | as it is                    | as it is                    | as it is
            SETEX k:1 600 v            | PSETEX k:1 60000 v          | PSETEX k:1 60000 v          | as it is
            SETEX k:1 5 v              | PSETEX k:1 60000 v          | as it is                    | as it is
            SETEX k:1 0 v              | as it is                    | as it is                    | as it is
            SETEX k:1 abc v            | as it is                    | as it is                    | as it is
            PSETEX k:1 600000 v        | PSETEX k:1 60000 v          | PSETEX k:1 60000 v          | as it is
            SETNX k:1 v                | then PEXPIRE k:1 60000 NX   | then PEXPIRE k:1 60000 LT   | then PEXPIRE k:1 60000 NX
            GETSET k:1 v               | then PEXPIRE k:1 60000 NX   | then PEXPIRE k:1 60000 LT   | then PEXPIRE k:1 60000 NX
            INCR k:1                   | then PEXPIRE k:1 60000 NX   | then PEXPIRE k:1 60000 LT   | then PEXPIRE k:1 60000 NX
            HSET k:1 f v               | then PEXPIRE k:1 60000 NX   | then PEXPIRE k:1 60000 LT   | then PEXPIRE k:1 60000 NX
            MSET k:1 v other w k:2 x   | then PEXPIRE k:1 60000 NX PEXPIRE k:2 60000 NX | then PEXPIRE k:1 60000 LT PEXPIRE k:2 60000 LT | then PEXPIRE k:1 60000 NX PEXPIRE k:2 60000 NX
            SINTERSTORE k:1 a b        | then PEXPIRE k:1 60000 NX   | then PEXPIRE k:1 60000 LT   | then PEXPIRE k:1 60000 NX
            SORT a STORE k:1           | then PEXPIRE k:1 60000 NX   | then PEXPIRE k:1 60000 LT   | then PEXPIRE k:1 60000 NX
            RENAME a k:1               | then PEXPIRE k:1 60000 LT   | then PEXPIRE k:1 60000 LT   | then PEXPIRE k:1 60000 NX
            RENAME k:1 k:2             | then PEXPIRE k:2 60000 LT   | then PEXPIRE k:2 60000 LT   | then PEXPIRE k:2 60000 NX
            RENAME k:1 k:1             | as it is                    | as it is                    | as it is
            RENAMENX k:1 k:1           | as it is                    | as it is                    | as it is
            COPY k:1 k:1               | as it is                    | as it is                    | as it is
            RESTORE k:1 k:1 x          | then PEXPIRE k:1 60000 LT   | then PEXPIRE k:1 60000 LT   | then PEXPIRE k:1 60000 NX
            RENAME k:1 a               | untouched                   | untouched                   | untouched
            COPY a k:1 REPLACE         | then PEXPIRE k:1 60000 LT   | then PEXPIRE k:1 60000 LT   | then PEXPIRE k:1 60000 NX
            COPY a k:1 DB 1            | as it is                    | as it is                    | as it is
            RESTORE k:1 0 x            | then PEXPIRE k:1 60000 LT   | then PEXPIRE k:1 60000 LT   | then PEXPIRE k:1 60000 NX
            EXPIRE k:1 600             | PEXPIRE k:1 60000           | PEXPIRE k:1 60000           | PEXPIRE k:1 60000
            EXPIRE k:1 600 GT          | PEXPIRE k:1 60000 GT        | PEXPIRE k:1 60000 GT        | PEXPIRE k:1 60000 GT
            EXPIRE k:1 5               | as it is                    | as it is                    | as it is
            EXPIRE k:1 -1              | as it is                    | as it is                    | as it is
            PEXPIRE k:1 600000         | PEXPIRE k:1 60000           | PEXPIRE k:1 60000           | PEXPIRE k:1 60000
            EXPIREAT k:1 4102444800    | then PEXPIRE k:1 60000 LT   | then PEXPIRE k:1 60000 LT   | then PEXPIRE k:1 60000 LT
            PERSIST k:1                | PEXPIRE k:1 60000 XX        | PEXPIRE k:1 60000 XX        | PEXPIRE k:1 60000 XX
            GETEX k:1                  | as it is                    | as it is                    | as it is
            GETEX k:1 EX 600           | GETEX k:1 PX 60000          | GETEX k:1 PX 60000          | GETEX k:1 PX 60000
            GETEX k:1 EX 5             | as it is                    | as it is                    | as it is
            GETEX k:1 EXAT 4102444800  | then PEXPIRE k:1 60000 LT   | then PEXPIRE k:1 60000 LT   | then PEXPIRE k:1 60000 LT
            GETEX k:1 PERSIST          | GETEX k:1 PX 60000          | GETEX k:1 PX 60000          | GETEX k:1 PX 60000
            GETEX k:1 NX               | as it is                    | as it is                    | as it is
            GET k:1                    | as it is                    | as it is                    | as it is
            DEL k:1                    | as it is                    | as it is                    | as it is
            SET other v                | untouched                   | untouched                   | untouched
            EVAL return 1 k:1          | untouched                   | untouched                   | untouched
            NOSUCH k:1                 | untouched                   | untouched                   | untouched
            SET cachepolicy:k v        | untouched                   | untouched                   | untouched
            """)
    void commandsGetTheExpiryThatTheModeSays(String command, String override, String ceiling, String ifUnset) {
        assertThat(plan(command, rules(TtlMode.Override, 0, false, Enforcement.Enforce), NO_JITTER))
                .isEqualTo(override);
        assertThat(plan(command, rules(TtlMode.Ceiling, 0, false, Enforcement.Enforce), NO_JITTER))
                .isEqualTo(ceiling);
        assertThat(plan(command, rules(TtlMode.IfUnset, 0, false, Enforcement.Enforce), NO_JITTER))
                .isEqualTo(ifUnset);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SET k:1 v                | SET k:1 v PX 90000             | SET k:1 v PX 90000             | SET k:1 v PX 90000
            SET k:1 v EX 600         | SET k:1 v PX 90000             | SET k:1 v PX 90000             | SET k:1 v PX 630000
            SET k:1 v PX 5000 XX     | SET k:1 v XX PX 90000          | SET k:1 v XX PX 35000          | SET k:1 v XX PX 35000
            SET k:1 v EXAT 4102444800 | SET k:1 v PX 90000            | SET k:1 v PXAT 4102444830000 then logically PEXPIRE 60000 LT | SET k:1 v PXAT 4102444830000
            SET k:1 v PXAT 4102444800000 | SET k:1 v PX 90000         | SET k:1 v PXAT 4102444830000 then logically PEXPIRE 60000 LT | SET k:1 v PXAT 4102444830000
            SET k:1 v NX EX 600      | as it is                       | as it is                       | as it is
            SET k:1 v KEEPTTL        | then logically PEXPIRE 60000 NX | then logically PEXPIRE 60000 LT | then logically PEXPIRE 60000 NX
            SETEX k:1 5 v            | PSETEX k:1 90000 v             | PSETEX k:1 35000 v             | PSETEX k:1 35000 v
            PSETEX k:1 9223372036854775807 v | PSETEX k:1 90000 v     | PSETEX k:1 90000 v             | as it is
            INCR k:1                 | then logically PEXPIRE 60000 NX | then logically PEXPIRE 60000 LT | then logically PEXPIRE 60000 NX
            RENAME a k:1             | then logically PEXPIRE 60000 LT | then logically PEXPIRE 60000 LT | then logically PEXPIRE 60000 NX
            TTL k:1                  | logically TTL                  | logically TTL                  | logically TTL
            EXPIRE k:1 600           | logically PEXPIRE 60000        | logically PEXPIRE 60000        | logically PEXPIRE 60000
            EXPIRE k:1 5 NX          | logically PEXPIRE 5000 NX      | logically PEXPIRE 5000 NX      | logically PEXPIRE 5000 NX
            EXPIRE k:1 0             | as it is                       | as it is                       | as it is
            EXPIRE k:1 abc           | as it is                       | as it is                       | as it is
            EXPIREAT k:1 4102444800  | logically PEXPIREAT 4102444800000 then logically PEXPIRE 60000 LT | logically PEXPIREAT 4102444800000 then logically PEXPIRE 60000 LT | logically PEXPIREAT 4102444800000 then logically PEXPIRE 60000 LT
            PERSIST k:1              | logically PEXPIRE 60000 XX     | logically PEXPIRE 60000 XX     | logically PEXPIRE 60000 XX
            GETEX k:1 EX 5           | GETEX k:1 PX 35000             | GETEX k:1 PX 35000             | GETEX k:1 PX 35000
            GETEX k:1 PXAT 4102444800000 | GETEX k:1 PXAT 4102444830000 then logically PEXPIRE 60000 LT | GETEX k:1 PXAT 4102444830000 then logically PEXPIRE 60000 LT | GETEX k:1 PXAT 4102444830000 then logically PEXPIRE 60000 LT
            GETEX k:1 PERSIST        | GETEX k:1 PX 90000             | GETEX k:1 PX 90000             | GETEX k:1 PX 90000
            GETEX k:1                | as it is                       | as it is                       | as it is
            GET k:1                  | as it is                       | as it is                       | as it is
            """)
    void whatIsServedStaleIsStoredForLonger(String command, String override, String ceiling, String ifUnset) {
        assertThat(plan(command, rulesOfStale(TtlMode.Override), NO_JITTER)).isEqualTo(override);
        assertThat(plan(command, rulesOfStale(TtlMode.Ceiling), NO_JITTER)).isEqualTo(ceiling);
        assertThat(plan(command, rulesOfStale(TtlMode.IfUnset), NO_JITTER)).isEqualTo(ifUnset);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GET k:1              | GETEX k:1 PX 60000
            GET k:1 extra        | then PEXPIRE k:1 60000 GT
            GETEX k:1            | GETEX k:1 PX 60000
            GETDEL k:1           | as it is
            MGET k:1 other       | then PEXPIRE k:1 60000 GT
            HGETALL k:1          | then PEXPIRE k:1 60000 GT
            HGET k:1 f           | then PEXPIRE k:1 60000 GT
            EXISTS k:1           | as it is
            """)
    void refreshOnReadMakesReadsSlide(String command, String sent) {
        assertThat(plan(command, rules(TtlMode.Override, 0, true, Enforcement.Enforce), NO_JITTER))
                .isEqualTo(sent);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SET k:1 v            | as it is
            EXPIRE k:1 600       | as it is
            PERSIST k:1          | as it is
            GET k:1              | as it is
            HGETALL k:1          | as it is
            INCR k:1             | then PTTL k:1
            """)
    void aDryRunChangesNothing(String command, String sent) {
        assertThat(plan(command, rules(TtlMode.Override, 0, true, Enforcement.DryRun), NO_JITTER))
                .isEqualTo(sent);
    }

    @Test
    void jitterIsSubtractedAndNeverMoreThanItsShare() {
        Rules rules = rules(TtlMode.Override, 10, false, Enforcement.Enforce);
        List<Long> drawn = new ArrayList<>();
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        for (int i = 0; i < 1000; i++) {
            String sent = plan("SET k:1 v", rules, random);
            drawn.add(Long.valueOf(sent.substring(sent.lastIndexOf(' ') + 1)));
        }
        assertThat(drawn).allMatch(millis -> millis >= 54_000 && millis <= 60_000);
        assertThat(drawn.stream().mapToLong(millis -> millis).min().orElseThrow())
                .isLessThan(55_000);
        assertThat(drawn.stream().mapToLong(millis -> millis).max().orElseThrow())
                .isGreaterThan(59_000);
    }

    @Test
    void policiesHoldInDatabaseZeroOnly() {
        Rules rules = rules(TtlMode.Override, 0, false, Enforcement.Enforce);
        Command command = Command.of("SET", "k:1", "v");
        assertThat(new Planner(NO_JITTER).plan(command, 1, rules)).isInstanceOf(Plan.Forward.class);
    }

    @Test
    void aKeyLongerThanTheBufferIsMatchedWhole() {
        Rules rules = rules(TtlMode.Override, 0, false, Enforcement.Enforce);
        assertThat(plan("SET k:" + "x".repeat(10_000) + " v", rules, NO_JITTER)).endsWith("PX 60000");
    }

    @Test
    void readsOfSeveralKeysAreAnsweredAbsentOnlyIfEveryKeyHasAPolicyThatFailsOpen() {
        Rules rules = rules(TtlMode.Override, 0, false, Enforcement.Enforce);
        Planner planner = new Planner(NO_JITTER);
        assertThat(planner.plan(Command.of("MGET", "k:1", "k:2"), 0, rules)
                        .observation()
                        .canAnswerAbsent())
                .isTrue();
        assertThat(planner.plan(Command.of("MGET", "k:1", "other"), 0, rules)
                        .observation()
                        .canAnswerAbsent())
                .isFalse();
        assertThat(planner.plan(Command.of("SET", "k:1", "v"), 0, rules)
                        .observation()
                        .canAnswerAbsent())
                .isFalse();
    }
}
