package dev.cachepolicy.bench.micro;

import dev.cachepolicy.agent.policy.Plan;
import dev.cachepolicy.agent.policy.Planner;
import dev.cachepolicy.agent.policy.PolicyMetrics;
import dev.cachepolicy.agent.policy.PolicyTable;
import dev.cachepolicy.agent.policy.Rules;
import dev.cachepolicy.config.TtlMode;
import dev.cachepolicy.resp.Command;
import dev.cachepolicy.testing.AgentConfigs;
import java.util.Map;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Deciding what is done with a command. */
@State(Scope.Thread)
public class PlanBenchmark {

    private static final int DAY = 86_400_000;

    private final Planner planner = new Planner(new Random(1));
    private final Command get = Command.of("GET", "user:000000004242");
    private final Command fencedGet = Command.of("GET", "fenced:000000004242");
    private final Command set = Command.of("SET", "user:000000004242", "x".repeat(256));
    private Rules rules;

    @Setup
    public void prepare() {
        rules = new PolicyMetrics()
                .bind(PolicyTable.compile(
                        AgentConfigs.config(
                                1,
                                "redis:6379",
                                6379,
                                AgentConfigs.policy("users", "user:{id}", TtlMode.Override, DAY),
                                AgentConfigs.fenced("fenced", "fenced:{id}", DAY)),
                        Map.of()));
    }

    /** {@return the plan} */
    @Benchmark
    public Plan planGet() {
        return planner.plan(get, 0, rules);
    }

    /** {@return the plan} */
    @Benchmark
    public Plan planFencedGet() {
        return planner.plan(fencedGet, 0, rules);
    }

    /** {@return the plan} */
    @Benchmark
    public Plan planSet() {
        return planner.plan(set, 0, rules);
    }
}
