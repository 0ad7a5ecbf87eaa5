package dev.cachepolicy.operator.keeper;

import dev.cachepolicy.operator.keeper.SettingsPlan.Change;
import dev.cachepolicy.operator.keeper.SettingsPlan.Patience;
import dev.cachepolicy.redis.RedisAdmin;
import dev.cachepolicy.redis.RedisAdminException;
import dev.cachepolicy.redis.ServerInfo;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one Redis: observe, decide, apply, prove. Remembers over connections what was found first, what is
 * owned and what drifted. Used by one thread.
 */
final class SettingsKeeper {

    private final Ownership ownership;
    private final Patience patience;
    private History history = History.NONE;
    private @Nullable ActualSettings original;

    SettingsKeeper(Ownership ownership, Patience patience) {
        this.ownership = ownership;
        this.patience = patience;
    }

    /**
     * What one look found and did.
     *
     * @param info as read last, after every change
     * @param corrected changes that mended a drift
     * @param contended parameters given up just now
     */
    record Look(
            ServerInfo info,
            ActualSettings original,
            SettingsOutcome outcome,
            List<Change> corrected,
            List<String> contended) {}

    /** @throws RedisAdminException if Redis is unavailable, or does not let us read INFO */
    Look look(RedisAdmin redis, RedisTarget target, Instant now) throws RedisAdminException {
        ServerInfo info = redis.info();
        ActualSettings found = ActualSettings.of(info);
        Wanted wanted = Wanted.of(target.settings());
        boolean writes = target.managed() && !wanted.nothing();
        try {
            rememberOriginal(redis, target, found, writes);
            Authority authority = authority(redis, found, writes);
            history = history.at(wanted, info.runId());
            SettingsPlan plan =
                    SettingsPlan.decide(wanted, found, info.usedMemory(), authority, history, patience, now);
            SettingsApplier.Result result = SettingsApplier.apply(plan, redis);
            history = plan.historyAfter(result.made(), history);
            return new Look(
                    result.made().isEmpty() ? info : redis.info(),
                    originalOr(found),
                    result.outcome(),
                    result.made().stream().filter(Change::drift).toList(),
                    plan.contended());
        } catch (RedisAdminException e) {
            SettingsOutcome refused = SettingsApplier.refusal("claiming this Redis", e);
            return new Look(info, originalOr(found), refused, List.of(), List.of());
        }
    }

    private Authority authority(RedisAdmin redis, ActualSettings found, boolean writes) throws RedisAdminException {
        if (writes) {
            return ownership.claim(redis, originalOr(found));
        }
        ownership.release(redis);
        return new Authority.Observer();
    }

    private void rememberOriginal(RedisAdmin redis, RedisTarget target, ActualSettings found, boolean writes)
            throws RedisAdminException {
        if (target.original() != null) {
            original = target.original();
        } else if (original == null) {
            original = writes ? ownership.recorded(redis).orElse(found) : found;
        }
    }

    private ActualSettings originalOr(ActualSettings found) {
        return original == null ? found : original;
    }

    /** {@return Restored, or Restoring with what stands against it} */
    RedisState restore(RedisAdmin redis, Order.Restore order, Instant since, Instant now) throws RedisAdminException {
        if (!order.target().managed()) {
            return new RedisState.Restored("nothing was changed: this backend only observes");
        }
        ServerInfo info = redis.info();
        Wanted wanted = Wanted.of(order.original());
        try {
            if (order.isLast() && ownership.isSuccessors(redis)) {
                return new RedisState.Restored(
                        "nothing was changed: this Redis is managed by the CacheBackend that was created anew");
            }
            Authority authority = ownership.claim(redis, order.original());
            if (authority instanceof Authority.HeldBy(String holder)) {
                return new RedisState.Restored("nothing was changed: this Redis is managed by " + holder);
            }
            SettingsPlan plan = SettingsPlan.decide(
                    wanted, ActualSettings.of(info), info.usedMemory(), authority, History.NONE, patience, now);
            SettingsOutcome outcome = SettingsApplier.apply(plan, redis).outcome();
            if (!(outcome instanceof SettingsOutcome.Applied)) {
                return new RedisState.Restoring(since, obstacle(outcome));
            }
            ownership.release(redis);
            return new RedisState.Restored(Wanted.MAXMEMORY + " is " + wanted.maxMemory() + " and "
                    + Wanted.MAXMEMORY_POLICY + " is " + wanted.evictionPolicy() + " again");
        } catch (RedisAdminException e) {
            return new RedisState.Restoring(since, obstacle(SettingsApplier.refusal("claiming this Redis", e)));
        }
    }

    private static String obstacle(SettingsOutcome outcome) {
        return switch (outcome) {
            case SettingsOutcome.MemoryInUse(long wanted, var _, long used) ->
                "maxmemory cannot go back to " + wanted + ": " + used + " bytes are in use and nothing may be evicted";
            case SettingsOutcome.ConfigCommandUnavailable(var parameters) ->
                "this Redis has no CONFIG command; set by hand: " + parameters;
            case SettingsOutcome.NotPermitted(String missing) -> "the operator's user lacks " + missing;
            case SettingsOutcome.Failed(String message) -> message;
            default -> throw new IllegalStateException("no outcome of a restoration: " + outcome);
        };
    }

    void giveUp(RedisAdmin redis) throws RedisAdminException {
        ownership.release(redis);
    }
}
