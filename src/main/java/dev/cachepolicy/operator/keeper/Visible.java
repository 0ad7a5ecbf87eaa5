package dev.cachepolicy.operator.keeper;

import dev.cachepolicy.config.Heartbeat;
import dev.cachepolicy.redis.ServerInfo;
import java.util.HashMap;
import java.util.Map;

/** Tells changes that a status shows from those that happen by themselves: memory in use, sequences and counters. */
final class Visible {

    private Visible() {}

    static boolean differs(RedisState before, RedisState after) {
        return !still(before).equals(still(after));
    }

    /** {@return a state without what moves by itself} */
    private static RedisState still(RedisState state) {
        return switch (state) {
            case RedisState.Reached reached ->
                new RedisState.Reached(
                        still(reached.info()),
                        reached.settings(),
                        reached.original(),
                        still(reached.outcome()),
                        reached.preflight(),
                        still(reached.agents()));
            case RedisState.Unreachable(var reason, var message, var since, var _) ->
                new RedisState.Unreachable(reason, message, since, null);
            case RedisState.Connecting _, RedisState.Restoring _, RedisState.Restored _ -> state;
        };
    }

    private static ServerInfo still(ServerInfo info) {
        return new ServerInfo(
                info.product(),
                info.version(),
                info.runId(),
                info.role(),
                0,
                info.maxMemory(),
                info.evictionPolicy(),
                0,
                0,
                info.appendOnly());
    }

    private static SettingsOutcome still(SettingsOutcome outcome) {
        return outcome instanceof SettingsOutcome.MemoryInUse(long wanted, long kept, var _)
                ? new SettingsOutcome.MemoryInUse(wanted, kept, 0)
                : outcome;
    }

    private static Map<Heartbeat.Agent, AgentObservation> still(Map<Heartbeat.Agent, AgentObservation> agents) {
        Map<Heartbeat.Agent, AgentObservation> still = new HashMap<>();
        agents.forEach((agent, observation) -> {
            Heartbeat beat = observation.heartbeat();
            still.put(
                    agent,
                    new AgentObservation(
                            new Heartbeat(0, beat.revision(), beat.version(), beat.refused(), Map.of()),
                            observation.alive()));
        });
        return still;
    }
}
