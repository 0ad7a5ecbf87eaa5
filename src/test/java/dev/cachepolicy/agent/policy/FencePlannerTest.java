package dev.cachepolicy.agent.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.Enforcement;
import dev.cachepolicy.config.FailureMode;
import dev.cachepolicy.config.PolicyConfig;
import dev.cachepolicy.config.TtlMode;
import dev.cachepolicy.resp.Argument;
import dev.cachepolicy.resp.Command;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What commands are to the fences of their keys: {@code f:} keys have one, {@code k:} keys belong to a policy without. */
class FencePlannerTest {

    private static final PolicyConfig.Fencing FENCING = new PolicyConfig.Fencing(5_000, 1_000, 50);

    private static Rules rules(TtlMode mode, Enforcement enforcement) {
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
                                List.of(policy("f", mode, enforcement, FENCING), policy("k", mode, enforcement, null))),
                        Map.of()));
    }

    private static PolicyConfig policy(
            String name, TtlMode mode, Enforcement enforcement, PolicyConfig.@Nullable Fencing fencing) {
        return new PolicyConfig(
                "shop",
                name,
                1,
                name + ":**",
                new PolicyConfig.Ttl(60_000, mode, 0, false),
                FailureMode.FailOpen,
                enforcement,
                null,
                fencing);
    }

    private static String fence(String text, Rules rules) {
        String[] words = text.split(" ", -1);
        return new Planner(() -> 0).plan(Command.of(words), 0, rules) instanceof Plan.Fenced(Fence fence, Plan _)
                ? text(fence, words)
                : "none";
    }

    private static String text(Fence fence, String... words) {
        return switch (fence) {
            case Fence.Read read ->
                (read.removes() ? "lifts and " : "") + (read.waits() ? "waits " : "reads ") + utf8(read.key());
            case Fence.ReadAll all ->
                "reads " + all.keys().stream().map(FencePlannerTest::utf8).collect(Collectors.joining(" "));
            case Fence.Lift lift ->
                "lifts "
                        + lift.keys().stream()
                                .map(FencePlannerTest::utf8)
                                .sorted()
                                .collect(Collectors.joining(" "));
            case Fence.Store store ->
                "stores " + utf8(store.key()) + " " + words[store.valueAt()]
                        + store.options().stream()
                                .map(option -> text(option, words))
                                .collect(Collectors.joining());
            case Fence.StoreAll all ->
                "stores "
                        + all.sets().stream()
                                .map(set -> utf8(set.key()) + "=" + words[set.valueAt()]
                                        + (set.policy() == null ? "!" : ""))
                                .collect(Collectors.joining(" "));
        };
    }

    private static String text(Argument argument, String... words) {
        return switch (argument) {
            case Argument.Text(byte[] bytes) -> " " + utf8(bytes);
            case Argument.Kept(int from, int to) ->
                List.of(words).subList(from, to).stream()
                        .map(word -> " " + word)
                        .collect(Collectors.joining());
        };
    }

    private static String utf8(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({
        "GET f:1, waits f:1",
        "GET k:1, none",
        "GET f:1 f:2, none",
        "GETEX f:1 PX 5, reads f:1",
        "GETEX f:1 EXAT 1, lifts and reads f:1",
        "GETEX f:1 PXAT 1, lifts and reads f:1",
        "GETEX f:1 EXAT 4102444800, reads f:1",
        "GETEX f:1 PXAT 4102444800000, reads f:1",
        "GETEX f:1 EXAT x, reads f:1",
        "MGET k:1 f:1 x, reads k:1 f:1 x",
        "MGET f:1, reads f:1",
        "MGET k:1 x, none",
        "EXISTS f:1, none",
        "DEL f:1, lifts f:1",
        "DEL k:1 f:1 f:2, lifts f:1 f:2",
        "UNLINK x f:1, lifts f:1",
        "GETDEL f:1, lifts f:1",
        "EXPIRE f:1 5, none",
        "EXPIRE f:1 0, lifts f:1",
        "PEXPIRE f:1 -1, lifts f:1",
        "EXPIRE f:1 x, none",
        "EXPIREAT f:1 1, lifts f:1",
        "EXPIREAT f:1 4102444800, none",
        "PEXPIREAT f:1 1, lifts f:1",
        "PEXPIREAT f:1 4102444800000, none",
        "PEXPIREAT f:1 x, none",
        "PERSIST f:1, none",
        "RENAME f:1 x, lifts f:1",
        "RENAME x f:1, lifts f:1",
        "RENAME f:1 f:2, lifts f:1 f:2",
        "COPY f:1 f:2, lifts f:2",
        "MOVE f:1 1, lifts f:1",
        "SET f:1 v, stores f:1 v PX 60000",
        "SET f:1 v EX 9, stores f:1 v PX 60000",
        "SET k:1 v, none",
        "SETEX f:1 9 v, stores f:1 v PX 60000",
        "SETEX f:1 0 v, none",
        "SET f:1 v NX, lifts f:1",
        "SET f:1 v XX EX 9, lifts f:1",
        "SET f:1 v GET, lifts f:1",
        "SET f:1 v KEEPTTL, lifts f:1",
        "SET f:1 v BAD, none",
        "GETSET f:1 v, lifts f:1",
        "SETNX f:1 v, lifts f:1",
        "APPEND f:1 v, lifts f:1",
        "INCR f:1, lifts f:1",
        "HSET f:1 a b, lifts f:1",
        "MSET f:1 v k:1 w x y, stores f:1=v k:1=w! x=y!",
        "MSET k:1 w, none",
        "MSETNX f:1 v f:2 w, lifts f:1 f:2",
        "EVAL script 2 f:1 k:1 f:9, lifts f:1",
        "EVALSHA sha 1 f:1, lifts f:1",
        "FCALL name 1 f:1, lifts f:1",
        "EVAL script 9 f:1, none",
        "EVAL_RO script 1 f:1, none"
    })
    void override(String command, String expected) {
        assertThat(fence(command, rules(TtlMode.Override, Enforcement.Enforce))).isEqualTo(expected);
    }

    /** The options are those that the SET would have been sent with. */
    @ParameterizedTest
    @CsvSource({
        "Ceiling, SET f:1 v EX 9, stores f:1 v EX 9",
        "Ceiling, SET f:1 v EX 99, stores f:1 v PX 60000",
        "Ceiling, SET f:1 v PXAT 99, stores f:1 v PXAT 99",
        "Ceiling, SETEX f:1 9 v, stores f:1 v EX 9",
        "Ceiling, PSETEX f:1 9 v, stores f:1 v PX 9",
        "IfUnset, SET f:1 v EX 99, stores f:1 v EX 99",
        "IfUnset, SET f:1 v, stores f:1 v PX 60000"
    })
    void otherModes(TtlMode mode, String command, String expected) {
        assertThat(fence(command, rules(mode, Enforcement.Enforce))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"DryRun", "Off"})
    void aPolicyThatIsNotEnforcedHasNoFences(Enforcement enforcement) {
        Rules rules = rules(TtlMode.Override, enforcement);
        assertThat(fence("GET f:1", rules)).isEqualTo("none");
        assertThat(fence("DEL f:1", rules)).isEqualTo("none");
        assertThat(fence("EVAL script 1 f:1", rules)).isEqualTo("none");
    }
}
