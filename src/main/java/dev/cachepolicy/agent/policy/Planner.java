package dev.cachepolicy.agent.policy;

import dev.cachepolicy.resp.Command;
import dev.cachepolicy.resp.CommandSpec;
import dev.cachepolicy.resp.CommandSpec.Expiry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is done with a command. Pure but for the random jitter and a buffer for keys; one for each connection.
 *
 * <table>
 * <caption>What becomes of the expiry (n: the policy's TTL with jitter subtracted)</caption>
 * <tr><th>command</th><th>Override</th><th>Ceiling</th><th>IfUnset</th></tr>
 * <tr><td>SET without expiry</td><td colspan="3">PX n is added</td></tr>
 * <tr><td>SET EX, PX; SETEX, PSETEX</td><td>n</td><td>n if longer</td><td>as it is</td></tr>
 * <tr><td>SET EXAT, PXAT</td><td>n</td><td>then PEXPIRE n LT (Redis's clock decides, not the agent's)</td><td>as it is</td></tr>
 * <tr><td>SET NX with an expiry</td><td colspan="3">as it is: a lock's expiry is the lock's</td></tr>
 * <tr><td>SET KEEPTTL; GETSET, SETNX, MSET, INCR, APPEND, HSET, LPUSH, SADD, ZADD, ..., stores such as SINTERSTORE</td>
 *     <td>then PEXPIRE n NX</td><td>then PEXPIRE n LT</td><td>then PEXPIRE n NX</td></tr>
 * <tr><td>RENAME, COPY, RESTORE</td><td colspan="2">then PEXPIRE n LT</td><td>then PEXPIRE n NX</td></tr>
 * <tr><td>RENAME, RENAMENX, COPY of a key to itself</td><td colspan="3">as it is: Redis changes nothing, or refuses it</td></tr>
 * <tr><td>EXPIRE, PEXPIRE, GETEX EX, PX</td><td colspan="3">n if longer</td></tr>
 * <tr><td>EXPIREAT, PEXPIREAT, GETEX EXAT, PXAT</td><td colspan="3">then PEXPIRE n LT</td></tr>
 * <tr><td>PERSIST, GETEX PERSIST</td><td colspan="3">PEXPIRE n XX and GETEX PX n, whose replies are the same</td></tr>
 * <tr><td>GET with refreshOnRead</td><td colspan="3">GETEX PX n</td></tr>
 * <tr><td>other counted reads with refreshOnRead</td><td colspan="3">then PEXPIRE n GT</td></tr>
 * </table>
 *
 * <p>Where the policy serves stale values a string is stored for longer than this by what it may be stale, and commands that
 * tell or set its expiry do so in the application's terms ({@link LogicalExpiry}).
 *
 * <p>NX is right for commands that clear the expiry (MSET, GETSET, stores) as for those that keep it (INCR, HSET): the
 * first leave the key without one, the second must not make it slide for ever. Arguments that Redis will refuse are
 * forwarded as they are, so that the error is Redis's own. Keys that an EVAL or FCALL writes are not seen. Policies hold
 * in database 0.
 */
public final class Planner {

    private static final Plan FORWARD = new Plan.Forward();
    private static final int USUAL_KEY = 256;

    private final ExpiryPlanner expiry;
    private final byte[] keyBuffer = new byte[USUAL_KEY];

    /** @param random for the jitter */
    public Planner(RandomGenerator random) {
        this.expiry = new ExpiryPlanner(random);
    }

    /**
     * {@return the plan for a command}
     *
     * @param database that the connection has selected
     */
    public Plan plan(Command command, int database, Rules rules) {
        if (database != 0 || rules.isEmpty()) {
            return FORWARD;
        }
        Plan plan = listedKeys(command, rules);
        boolean more = rules.fences() && FencePlanner.mayHaveUnlistedKeys(command.spec());
        Plan complete = more ? withUnlistedKeys(command, rules, plan) : plan;
        return rules.triggers().isEmpty() ? complete : withStaleKeys(command, rules, complete);
    }

    private static Plan withStaleKeys(Command command, Rules rules, Plan plan) {
        StaleKeys stale = rules.triggers().of(command);
        return stale.isNone() ? plan : new Plan.Triggering(stale, plan);
    }

    private Plan listedKeys(Command command, Rules rules) {
        CommandSpec spec = command.spec();
        int first = spec.keys().first(command);
        if (first == 0) {
            return FORWARD;
        }
        int last = spec.keys().last(command);
        if (last > first) {
            return severalKeys(command, first, last, rules);
        }
        Rule rule = match(command, first, rules);
        if (rule == null) {
            return FORWARD;
        }
        Plan plan = expiry.plan(command, first, rule);
        if (rule.policy().dryRun() && plan instanceof Plan.Rewrite rewrite) {
            return new Plan.Observe(rewrite.observation());
        }
        Fence fence = FencePlanner.of(command, first, rule, plan);
        return fence == null ? plan : new Plan.Fenced(fence, plan);
    }

    /** Of these no more is known than that the command changes them. */
    private Plan withUnlistedKeys(Command command, Rules rules, Plan plan) {
        FencePlanner.Unlisted unlisted = FencePlanner.unlisted(command);
        if (unlisted.isEmpty()) {
            return plan;
        }
        List<byte[]> keys = new ArrayList<>();
        for (int key = unlisted.from(); key < unlisted.to(); key++) {
            Rule rule = match(command, key, rules);
            if (rule != null && rule.fenced() != null) {
                keys.add(command.copy(key));
            }
        }
        if (keys.isEmpty()) {
            return plan;
        }
        if (plan instanceof Plan.Fenced(Fence.Lift lift, Plan then)) {
            keys.addAll(lift.keys());
            return new Plan.Fenced(new Fence.Lift(keys), then);
        }
        return new Plan.Fenced(new Fence.Lift(keys), plan);
    }

    private Plan severalKeys(Command command, int first, int last, Rules rules) {
        int step = command.spec().keys().step();
        List<@Nullable Rule> byKey = new ArrayList<>((last - first) / step + 1);
        List<FollowUp> followUps = new ArrayList<>();
        for (int key = first; key <= last; key += step) {
            Rule rule = match(command, key, rules);
            byKey.add(rule);
            if (rule != null && command.spec().expiry() == Expiry.Creates) {
                followUps.add(expiry.created(command, key, rule));
            } else if (rule != null && expiry.slides(command, rule)) {
                followUps.add(expiry.slid(command, key, rule));
            }
        }
        Rule governing = byKey.stream().filter(Objects::nonNull).findFirst().orElse(null);
        if (governing == null) {
            return FORWARD;
        }
        Observation observation = new Observation(
                Collections.unmodifiableList(byKey),
                governing,
                command.spec(),
                byKey.size(),
                null,
                Invalidation.of(command, first, byKey));
        Plan plan = followUps.isEmpty()
                ? new Plan.Observe(observation)
                : new Plan.Follow(List.of(), followUps, observation);
        Fence fence = FencePlanner.ofSeveral(command, first, step, byKey);
        return fence == null ? plan : new Plan.Fenced(fence, plan);
    }

    private @Nullable Rule match(Command command, int key, Rules rules) {
        int length = command.length(key);
        byte[] bytes = length <= keyBuffer.length ? keyBuffer : new byte[length];
        command.buffer().getBytes(command.offset(key), bytes, 0, length);
        return rules.match(bytes, length);
    }
}
