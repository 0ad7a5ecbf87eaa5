package dev.cachepolicy.agent.policy;

import dev.cachepolicy.agent.policy.Fence.Lift;
import dev.cachepolicy.agent.policy.Fence.Read;
import dev.cachepolicy.agent.policy.Fence.Store;
import dev.cachepolicy.resp.Argument;
import dev.cachepolicy.resp.Command;
import dev.cachepolicy.resp.CommandSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a command is to the fences of its keys.
 *
 * <p>A SET whose result depends on what is there (NX, XX, GET, KEEPTTL), and every other write, is never taken for the end
 * of a load: it is carried out as it is, after the fences of its keys were lifted. So is what removes a key. Whether a point
 * in time has come is Redis's clock to say, so one that may be past by either clock lifts; not one that is far ahead, which a
 * client that keeps keys alive sends as often as it reads them, and so would void each load.
 */
final class FencePlanner {

    /** By how much the agent's clock and Redis's may differ. */
    private static final long CLOCKS_DIFFER_MILLIS = 10_000;

    private static final int FIRST_KEY_OF_SCRIPT = 3;

    private FencePlanner() {}

    /** {@return the fence's part in a command of one key, null: it has none} */
    static @Nullable Fence of(Command command, int key, Rule rule, Plan plan) {
        FencedPolicy fenced = rule.fenced();
        if (fenced == null) {
            return null;
        }
        return switch (command.spec().expiry()) {
            case Untouched, Tells -> untouched(command, key, fenced);
            case GetEx ->
                command.count() > 1 ? new Read(command.copy(key), fenced, false, mayExpireAtOnce(command)) : null;
            case Set -> set(command, fenced, plan);
            case SetEx -> setEx(command, fenced, plan, SetOptions.seconds(number(command)), "EX");
            case PSetEx -> setEx(command, fenced, plan, SetOptions.positive(number(command)), "PX");
            case Expire, PExpire, ExpireAt, PExpireAt -> mayExpireAtOnce(command) ? lift(command, key) : null;
            case Creates, Transfers -> lift(command, key);
            case Persist -> null;
        };
    }

    /** {@return the fences' part in a command of several keys, null: they have none} */
    static @Nullable Fence ofSeveral(Command command, int first, int step, List<@Nullable Rule> rules) {
        List<byte[]> keys = new ArrayList<>();
        List<@Nullable FencedPolicy> policies = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            keys.add(command.copy(first + i * step));
            policies.add(rule == null ? null : rule.fenced());
        }
        if (policies.stream().allMatch(Objects::isNull)) {
            return null;
        }
        return switch (command.spec().verb()) {
            case "MGET" -> new Fence.ReadAll(keys, policies);
            case "MSET" -> command.count() % 2 == 1 ? storeAll(keys, policies) : null;
            case "MSETNX", "DEL", "UNLINK" -> new Lift(withFence(keys, policies));
            default -> null;
        };
    }

    private static Fence storeAll(List<byte[]> keys, List<@Nullable FencedPolicy> policies) {
        List<Fence.Set> sets = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            sets.add(new Fence.Set(keys.get(i), policies.get(i), 2 + 2 * i));
        }
        return new Fence.StoreAll(sets);
    }

    private static List<byte[]> withFence(List<byte[]> keys, List<@Nullable FencedPolicy> policies) {
        return IntStream.range(0, keys.size())
                .filter(i -> policies.get(i) != null)
                .mapToObj(keys::get)
                .toList();
    }

    /** {@return whether {@link #unlisted} may find some} Asked for every command. */
    static boolean mayHaveUnlistedKeys(CommandSpec spec) {
        return spec.expiry() == CommandSpec.Expiry.Transfers || spec.keys().isNone();
    }

    /**
     * {@return the keys of a command that it changes beside those of the command table} What RENAME and MOVE take away, and
     * what a script names.
     */
    static Unlisted unlisted(Command command) {
        return switch (command.spec().verb()) {
            case "RENAME", "RENAMENX", "MOVE" -> command.count() > 1 ? new Unlisted(1, 2) : Unlisted.NONE;
            case "EVAL", "EVALSHA", "FCALL" -> {
                long keys = command.count() > 2 ? command.integer(2) : 0;
                yield keys > 0 && keys <= command.count() - FIRST_KEY_OF_SCRIPT
                        ? new Unlisted(FIRST_KEY_OF_SCRIPT, FIRST_KEY_OF_SCRIPT + (int) keys)
                        : Unlisted.NONE;
            }
            default -> Unlisted.NONE;
        };
    }

    /** Positions, the last not among them. */
    record Unlisted(int from, int to) {
        static final Unlisted NONE = new Unlisted(0, 0);

        boolean isEmpty() {
            return from == to;
        }
    }

    private static @Nullable Fence untouched(Command command, int key, FencedPolicy fenced) {
        return switch (command.spec().verb()) {
            case "GET" -> command.count() == 2 ? new Read(command.copy(key), fenced, true, false) : null;
            case "MGET" -> new Fence.ReadAll(List.of(command.copy(key)), List.of(fenced));
            case "DEL", "UNLINK", "GETDEL" -> lift(command, key);
            default -> null;
        };
    }

    private static Fence lift(Command command, int key) {
        return new Lift(List.of(command.copy(key)));
    }

    private static @Nullable Fence set(Command command, FencedPolicy fenced, Plan plan) {
        SetOptions options = command.count() < 3 ? null : SetOptions.parse(command, 3);
        if (options == null || options.persist()) {
            return null;
        }
        if (!options.certain() || options.keepTtl()) {
            return lift(command, 1);
        }
        List<Argument> sent = Plan.arguments(plan);
        List<Argument> kept = sent.isEmpty() ? List.of(Argument.kept(0, command.count())) : sent;
        return new Store(
                command.copy(1),
                fenced,
                2,
                kept.stream().map(FencePlanner::behindTheValue).toList());
    }

    private static Argument behindTheValue(Argument argument) {
        return argument instanceof Argument.Kept(int from, int to)
                ? Argument.kept(Math.max(from, 3), Math.max(to, 3))
                : argument;
    }

    private static @Nullable Fence setEx(Command command, FencedPolicy fenced, Plan plan, long expiry, String unit) {
        if (command.count() != 4 || expiry == Command.NOT_AN_INTEGER) {
            return null;
        }
        List<Argument> options = plan instanceof Plan.Rewrite rewrite
                ? List.of(Argument.text("PX"), rewrite.arguments().get(2))
                : List.of(Argument.text(unit), Argument.kept(2, 3));
        return new Store(command.copy(1), fenced, 3, options);
    }

    private static boolean mayExpireAtOnce(Command command) {
        return WrittenKeys.expiresAtOnce(command, System.currentTimeMillis() + CLOCKS_DIFFER_MILLIS);
    }

    private static long number(Command command) {
        return command.count() > 2 ? command.integer(2) : Command.NOT_AN_INTEGER;
    }
}
