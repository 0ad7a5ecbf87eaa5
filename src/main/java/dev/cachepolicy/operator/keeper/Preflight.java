package dev.cachepolicy.operator.keeper;

import dev.cachepolicy.config.RedisKeys;
import dev.cachepolicy.redis.RedisAdmin;
import dev.cachepolicy.redis.RedisAdminException;
import dev.cachepolicy.redis.RedisFailure;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether both users of Redis may do what they need, asked without doing it. */
final class Preflight {

    private static final String SCRIPT = "return 1";

    private Preflight() {}

    /** {@return which ACL rules the users lack, in words; null: none, or this Redis cannot be asked} */
    static @Nullable String check(RedisAdmin redis, BackendId backend, RedisTarget target) throws RedisAdminException {
        List<String> sentences = new ArrayList<>();
        String operator = target.admin() == null ? "default" : target.admin().user();
        ask(redis, "the operator's user", operator, operatorCommands(backend, target.managed()), sentences);
        if (target.agentUser() != null) {
            ask(redis, "the agents' user", target.agentUser(), agentCommands(backend, target.fenced()), sentences);
        }
        return sentences.isEmpty() ? null : String.join("; ", sentences);
    }

    private static void ask(
            RedisAdmin redis, String who, String user, List<List<String>> commands, List<String> sentences)
            throws RedisAdminException {
        try {
            List<String> missing = redis.missingRules(user, commands);
            if (!missing.isEmpty()) {
                sentences.add(who + " '" + user + "' lacks " + String.join(" ", missing));
            }
        } catch (RedisAdminException e) {
            switch (e.failure()) {
                case RedisFailure.UnknownUser _ -> sentences.add(who + " '" + user + "' does not exist");
                // Redis 6 has no ACL DRYRUN, and a user who may not ask may well be allowed all the rest.
                case RedisFailure.UnknownCommand _, RedisFailure.NotPermitted _, RedisFailure.Other _ -> {}
                default -> throw e;
            }
        }
    }

    private static List<List<String>> operatorCommands(BackendId backend, boolean managed) {
        String agents = RedisKeys.agents(backend.uid());
        List<List<String>> commands = new ArrayList<>(List.of(
                List.of("INFO"),
                List.of("HGETALL", agents),
                List.of("HDEL", agents, "field"),
                List.of("SUBSCRIBE", agents)));
        if (managed) {
            commands.addAll(List.of(
                    List.of("CONFIG", "GET", Wanted.MAXMEMORY),
                    List.of("CONFIG", "SET", Wanted.MAXMEMORY, "0"),
                    List.of("GET", RedisKeys.OWNER),
                    List.of("SET", RedisKeys.OWNER, "value", "NX", "PX", "1"),
                    List.of("EVAL", SCRIPT, "1", RedisKeys.OWNER),
                    List.of("PEXPIRE", RedisKeys.OWNER, "1"),
                    List.of("DEL", RedisKeys.OWNER)));
        }
        return commands;
    }

    /** What agents send by themselves; what the application sends through them is the application's matter. */
    private static List<List<String>> agentCommands(BackendId backend, boolean fenced) {
        String agents = RedisKeys.agents(backend.uid());
        List<List<String>> commands = new ArrayList<>(List.of(
                List.of("PING"),
                List.of("HSET", agents, "field", "value"),
                List.of("PUBLISH", agents, "field"),
                List.of("PTTL", agents),
                List.of("PEXPIRE", agents, "1"),
                List.of("GETEX", agents),
                List.of("UNLINK", agents),
                List.of("SCAN", "0"),
                List.of("EVAL", SCRIPT, "1", agents)));
        if (fenced) {
            // Their scripts may no more than their user may.
            commands.addAll(List.of(
                    List.of("EVALSHA", "sha", "1", RedisKeys.LEASE),
                    List.of("GET", RedisKeys.LEASE),
                    List.of("EXISTS", RedisKeys.LEASE),
                    List.of("TYPE", RedisKeys.LEASE),
                    List.of("SET", RedisKeys.LEASE, "nonce", "PX", "1"),
                    List.of("DEL", RedisKeys.LEASE),
                    List.of("SUBSCRIBE", RedisKeys.WAKE),
                    List.of("UNSUBSCRIBE", RedisKeys.WAKE)));
        }
        return commands;
    }
}
