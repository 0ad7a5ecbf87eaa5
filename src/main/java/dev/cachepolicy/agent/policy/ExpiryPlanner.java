package dev.cachepolicy.agent.policy;

import dev.cachepolicy.agent.policy.FollowUp.Condition;
import dev.cachepolicy.config.PolicyConfig;
import dev.cachepolicy.config.TtlMode;
import dev.cachepolicy.resp.Argument;
import dev.cachepolicy.resp.Command;
import dev.cachepolicy.resp.CommandSpec.Read;
import io.netty.buffer.ByteBufUtil;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Decides on the expiry of one key, by the table of {@link Planner}. */
final class ExpiryPlanner {

    private final RandomGenerator random;

    ExpiryPlanner(RandomGenerator random) {
        this.random = random;
    }

    Plan plan(Command command, int key, Rule rule) {
        return switch (command.spec().expiry()) {
            case Untouched -> read(command, key, rule);
            case Set -> set(command, rule);
            case SetEx -> setEx(command, rule, SetOptions.seconds(number(command)));
            case PSetEx -> setEx(command, rule, SetOptions.positive(number(command)));
            case GetEx -> getEx(command, rule);
            case Expire -> expire(command, rule, SetOptions.seconds(number(command)));
            case PExpire -> expire(command, rule, SetOptions.positive(number(command)));
            case ExpireAt -> expireAt(command, key, rule, SetOptions.seconds(number(command)));
            case PExpireAt -> expireAt(command, key, rule, SetOptions.positive(number(command)));
            case Tells -> tells(command, rule);
            case Persist -> persist(command, rule);
            case Creates -> follow(command, rule, created(command, key, rule));
            case Transfers ->
                intoAnotherDatabase(command) || ontoItself(command, key)
                        ? observe(command, rule, null)
                        : follow(command, rule, transferred(command, key, rule));
        };
    }

    /** {@return what follows a write that leaves a key with the expiry that it had, or with none} */
    FollowUp created(Command command, int key, Rule rule) {
        Condition condition = mode(rule) == TtlMode.Ceiling ? Condition.LT : Condition.NX;
        return new FollowUp(command.copy(key), draw(rule), condition, TtlDecision.Added, rule);
    }

    /** {@return whether a read makes its key live longer} */
    boolean slides(Command command, Rule rule) {
        return rule.policy().ttl().refreshOnRead()
                && !rule.policy().dryRun()
                && command.spec().read() != Read.Uncounted;
    }

    /** {@return what follows such a read} */
    FollowUp slid(Command command, int key, Rule rule) {
        return new FollowUp(command.copy(key), draw(rule), Condition.GT, null, rule);
    }

    private static FollowUp of(Command command, int key, long millis, Condition condition, Rule rule) {
        TtlDecision change = condition == Condition.NX ? TtlDecision.Added : TtlDecision.Lowered;
        return new FollowUp(command.copy(key), millis, condition, change, rule);
    }

    private FollowUp lowered(Command command, int key, Rule rule) {
        return of(command, key, draw(rule), Condition.LT, rule);
    }

    private FollowUp transferred(Command command, int key, Rule rule) {
        return of(command, key, draw(rule), mode(rule) == TtlMode.IfUnset ? Condition.NX : Condition.LT, rule);
    }

    private Plan read(Command command, int key, Rule rule) {
        if (!slides(command, rule)) {
            return observe(command, rule, null);
        }
        if (command.is(0, "GET") && command.count() == 2) {
            return rewrite(command, rule, null, Argument.text("GETEX"), Argument.kept(1, 2), PX, drawn(rule));
        }
        return command.is(0, "GETDEL") ? observe(command, rule, null) : follow(command, rule, slid(command, key, rule));
    }

    private Plan set(Command command, Rule rule) {
        SetOptions options = command.count() < 3 ? null : SetOptions.parse(command, 3);
        if (options == null || options.persist()) {
            return observe(command, rule, null);
        }
        if (options.keepTtl()) {
            return follow(command, rule, created(command, 1, rule));
        }
        if (options.expiryAt() == 0) {
            return rewrite(command, rule, TtlDecision.Added, Argument.kept(0, command.count()), PX, stored(rule));
        }
        if (options.nx()) {
            return observe(command, rule, TtlDecision.Kept);
        }
        if (mode(rule) == TtlMode.Ceiling && options.millis() == SetOptions.ABSOLUTE) {
            return follow(command, rule, lowered(command, 1, rule), withOwnExpiry(command, options, rule));
        }
        if (mode(rule) == TtlMode.IfUnset || (mode(rule) == TtlMode.Ceiling && !isLonger(options.millis(), rule))) {
            return keep(command, rule, withOwnExpiry(command, options, rule));
        }
        return rewrite(
                command,
                rule,
                mode(rule) == TtlMode.Ceiling ? TtlDecision.Lowered : TtlDecision.Overridden,
                Argument.kept(0, options.expiryAt()),
                Argument.kept(options.expiryAt() + 2, command.count()),
                PX,
                stored(rule));
    }

    private Plan setEx(Command command, Rule rule, long millis) {
        if (command.count() != 4 || millis == Command.NOT_AN_INTEGER) {
            return observe(command, rule, null);
        }
        if (mode(rule) == TtlMode.IfUnset || (mode(rule) == TtlMode.Ceiling && !isLonger(millis, rule))) {
            return keep(
                    command,
                    rule,
                    isLengthened(millis, rule)
                            ? List.of(PSETEX, Argument.kept(1, 2), lengthened(millis, rule), Argument.kept(3, 4))
                            : List.of());
        }
        return rewrite(
                command,
                rule,
                mode(rule) == TtlMode.Ceiling ? TtlDecision.Lowered : TtlDecision.Overridden,
                PSETEX,
                Argument.kept(1, 2),
                stored(rule),
                Argument.kept(3, 4));
    }

    private Plan getEx(Command command, Rule rule) {
        SetOptions options = command.count() < 2 ? null : SetOptions.parse(command, 2);
        if (options == null || options.nx() || options.keepTtl()) {
            return observe(command, rule, null);
        }
        if (options.millis() == SetOptions.ABSOLUTE) {
            return follow(command, rule, lowered(command, 1, rule), withOwnExpiry(command, options, rule));
        }
        boolean slides = options.expiryAt() == 0 && slides(command, rule);
        if (slides || options.persist() || isLonger(options.millis(), rule)) {
            TtlDecision decision = slides ? null : options.persist() ? TtlDecision.Overridden : TtlDecision.Lowered;
            return rewrite(command, rule, decision, Argument.kept(0, 2), PX, stored(rule));
        }
        return options.expiryAt() == 0
                ? observe(command, rule, null)
                : keep(command, rule, withOwnExpiry(command, options, rule));
    }

    private Plan expire(Command command, Rule rule, long millis) {
        if (command.count() < 3 || millis == Command.NOT_AN_INTEGER) {
            return observe(command, rule, null);
        }
        Argument options = Argument.kept(3, command.count());
        if (isLonger(millis, rule)) {
            return rewrite(command, rule, TtlDecision.Lowered, onKey(rule, PEXPIRE, drawn(rule), options));
        }
        return keep(
                command,
                rule,
                isLengthened(millis, rule) ? onKey(rule, PEXPIRE, Argument.number(millis), options) : List.of());
    }

    private Plan expireAt(Command command, int key, Rule rule, long millis) {
        if (millis == Command.NOT_AN_INTEGER) {
            return observe(command, rule, null);
        }
        Argument options = Argument.kept(3, command.count());
        List<Argument> arguments = isLengthened(millis, rule) && !isPast(millis)
                ? onKey(rule, Argument.text("PEXPIREAT"), Argument.number(millis), options)
                : List.of();
        return follow(command, rule, lowered(command, key, rule), arguments);
    }

    private Plan persist(Command command, Rule rule) {
        return command.count() == 2
                ? rewrite(command, rule, TtlDecision.Overridden, onKey(rule, PEXPIRE, drawn(rule), Argument.text("XX")))
                : observe(command, rule, null);
    }

    private Plan tells(Command command, Rule rule) {
        return rule.staleMillis() > 0 && command.count() == 2
                ? rewrite(command, rule, null, LogicalExpiry.command(rule, Argument.kept(0, 1)))
                : observe(command, rule, null);
    }

    /** {@return a command that sets the expiry of the key, whatever it holds} */
    private static List<Argument> onKey(Rule rule, Argument verb, Argument expiry, Argument options) {
        return rule.staleMillis() > 0
                ? LogicalExpiry.command(rule, verb, expiry, options)
                : List.of(verb, Argument.kept(1, 2), expiry, options);
    }

    /** {@return the arguments of a SET or GETEX with its own expiry, as long as such a string is stored; empty: as it is} */
    private static List<Argument> withOwnExpiry(Command command, SetOptions options, Rule rule) {
        boolean absolute = options.millis() == SetOptions.ABSOLUTE;
        long at = command.integer(options.expiryAt() + 1);
        long millis =
                !absolute ? options.millis() : command.is(options.expiryAt(), "EXAT") ? SetOptions.seconds(at) : at;
        if (millis == Command.NOT_AN_INTEGER || !isLengthened(millis, rule) || (absolute && isPast(millis))) {
            return List.of();
        }
        return List.of(
                Argument.kept(0, options.expiryAt()),
                Argument.kept(options.expiryAt() + 2, command.count()),
                absolute ? PXAT : PX,
                lengthened(millis, rule));
    }

    /**
     * By this clock, not Redis's, which decides whether the key goes: if the two differ, a value is kept for less long after
     * its time, or for as long after a time that was hardly over.
     */
    static boolean isPast(long millis) {
        return millis <= System.currentTimeMillis();
    }

    /** Numbers beyond what a script computes with exactly are left for Redis to refuse, or to keep for ever. */
    private static boolean isLengthened(long millis, Rule rule) {
        return rule.staleMillis() > 0 && millis < MOST_EXACT;
    }

    private static Argument lengthened(long millis, Rule rule) {
        return Argument.number(millis + rule.staleMillis());
    }

    private static final long MOST_EXACT = 1L << 52;
    private static final Argument PX = Argument.text("PX");
    private static final Argument PXAT = Argument.text("PXAT");
    private static final Argument PSETEX = Argument.text("PSETEX");
    private static final Argument PEXPIRE = Argument.text("PEXPIRE");

    private Plan observe(Command command, Rule rule, @Nullable TtlDecision decision) {
        if (decision == null && command.count() == 2 && !Invalidation.isRemoval(command.spec())) {
            return rule.watch(command.spec());
        }
        return new Plan.Observe(observation(command, rule, decision));
    }

    /** @param arguments that it goes with; empty: as it is */
    private Plan keep(Command command, Rule rule, List<Argument> arguments) {
        return arguments.isEmpty()
                ? observe(command, rule, TtlDecision.Kept)
                : rewrite(command, rule, TtlDecision.Kept, arguments);
    }

    private Plan follow(Command command, Rule rule, FollowUp followUp) {
        return follow(command, rule, followUp, List.of());
    }

    private Plan follow(Command command, Rule rule, FollowUp followUp, List<Argument> arguments) {
        return new Plan.Follow(arguments, List.of(followUp), observation(command, rule, null));
    }

    private Plan rewrite(Command command, Rule rule, @Nullable TtlDecision decision, Argument... arguments) {
        return rewrite(command, rule, decision, List.of(arguments));
    }

    private Plan rewrite(Command command, Rule rule, @Nullable TtlDecision decision, List<Argument> arguments) {
        return new Plan.Rewrite(arguments, observation(command, rule, decision));
    }

    private static Observation observation(Command command, Rule rule, @Nullable TtlDecision decision) {
        List<@Nullable Rule> rules = List.of(rule);
        Invalidation invalidation = Invalidation.of(command, 1, rules);
        return new Observation(rules, rule, command.spec(), command.count() - 2, decision, invalidation);
    }

    private static boolean intoAnotherDatabase(Command command) {
        for (int i = 3; i < command.count(); i++) {
            if (command.is(0, "COPY") && command.is(i, "DB")) {
                return true;
            }
        }
        return false;
    }

    /** Redis leaves such a key's expiry as it is, or refuses the command. RESTORE has no key before the one it writes. */
    private static boolean ontoItself(Command command, int key) {
        return key > 1
                && command.length(1) == command.length(key)
                && ByteBufUtil.equals(
                        command.buffer(),
                        command.offset(1),
                        command.buffer(),
                        command.offset(key),
                        command.length(key));
    }

    private static long number(Command command) {
        return command.count() > 2 ? command.integer(2) : Command.NOT_AN_INTEGER;
    }

    private static TtlMode mode(Rule rule) {
        return rule.policy().ttl().mode();
    }

    /** Compared without jitter: what the policy allows does not change from command to command. */
    private static boolean isLonger(long millis, Rule rule) {
        return millis > rule.policy().ttl().millis();
    }

    private Argument drawn(Rule rule) {
        return Argument.number(draw(rule));
    }

    /** {@return for how long a string is stored} */
    private Argument stored(Rule rule) {
        return lengthened(draw(rule), rule);
    }

    /** Jitter is subtracted, never added: a value is never older than its policy says. */
    private long draw(Rule rule) {
        PolicyConfig.Ttl ttl = rule.policy().ttl();
        long most = ttl.millis() / 100 * ttl.jitterPercent() + ttl.millis() % 100 * ttl.jitterPercent() / 100;
        return most == 0 ? ttl.millis() : ttl.millis() - random.nextLong(most + 1);
    }
}
