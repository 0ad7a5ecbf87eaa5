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
            case ExpireAt, PExpireAt ->
                SetOptions.positive(number(command)) > 0
                        ? follow(command, rule, lowered(command, key, rule))
                        : observe(command, rule, null);
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
            return rewrite(command, rule, TtlDecision.Added, Argument.kept(0, command.count()), PX, drawn(rule));
        }
        if (options.nx() || mode(rule) == TtlMode.IfUnset) {
            return observe(command, rule, TtlDecision.Kept);
        }
        if (mode(rule) == TtlMode.Ceiling && options.millis() == SetOptions.ABSOLUTE) {
            return follow(command, rule, lowered(command, 1, rule));
        }
        if (mode(rule) == TtlMode.Ceiling && !isLonger(options.millis(), rule)) {
            return observe(command, rule, TtlDecision.Kept);
        }
        return rewrite(
                command,
                rule,
                mode(rule) == TtlMode.Ceiling ? TtlDecision.Lowered : TtlDecision.Overridden,
                Argument.kept(0, options.expiryAt()),
                Argument.kept(options.expiryAt() + 2, command.count()),
                PX,
                drawn(rule));
    }

    private Plan setEx(Command command, Rule rule, long millis) {
        if (command.count() != 4 || millis == Command.NOT_AN_INTEGER) {
            return observe(command, rule, null);
        }
        if (mode(rule) == TtlMode.IfUnset || (mode(rule) == TtlMode.Ceiling && !isLonger(millis, rule))) {
            return observe(command, rule, TtlDecision.Kept);
        }
        return rewrite(
                command,
                rule,
                mode(rule) == TtlMode.Ceiling ? TtlDecision.Lowered : TtlDecision.Overridden,
                Argument.text("PSETEX"),
                Argument.kept(1, 2),
                drawn(rule),
                Argument.kept(3, 4));
    }

    private Plan getEx(Command command, Rule rule) {
        SetOptions options = command.count() < 2 ? null : SetOptions.parse(command, 2);
        if (options == null || options.nx() || options.keepTtl()) {
            return observe(command, rule, null);
        }
        if (options.millis() == SetOptions.ABSOLUTE) {
            return follow(command, rule, lowered(command, 1, rule));
        }
        boolean slides = options.expiryAt() == 0 && slides(command, rule);
        if (slides || options.persist() || isLonger(options.millis(), rule)) {
            TtlDecision decision = slides ? null : options.persist() ? TtlDecision.Overridden : TtlDecision.Lowered;
            return rewrite(command, rule, decision, Argument.kept(0, 2), PX, drawn(rule));
        }
        return observe(command, rule, options.expiryAt() == 0 ? null : TtlDecision.Kept);
    }

    private Plan expire(Command command, Rule rule, long millis) {
        if (command.count() < 3 || millis == Command.NOT_AN_INTEGER || !isLonger(millis, rule)) {
            return observe(command, rule, millis > 0 ? TtlDecision.Kept : null);
        }
        return rewrite(
                command,
                rule,
                TtlDecision.Lowered,
                Argument.text("PEXPIRE"),
                Argument.kept(1, 2),
                drawn(rule),
                Argument.kept(3, command.count()));
    }

    private Plan persist(Command command, Rule rule) {
        return command.count() == 2
                ? rewrite(
                        command,
                        rule,
                        TtlDecision.Overridden,
                        Argument.text("PEXPIRE"),
                        Argument.kept(1, 2),
                        drawn(rule),
                        Argument.text("XX"))
                : observe(command, rule, null);
    }

    private static final Argument PX = Argument.text("PX");

    private Plan observe(Command command, Rule rule, @Nullable TtlDecision decision) {
        if (decision == null && command.count() == 2 && !Invalidation.isRemoval(command.spec())) {
            return rule.watch(command.spec());
        }
        return new Plan.Observe(observation(command, rule, decision));
    }

    private Plan follow(Command command, Rule rule, FollowUp followUp) {
        return new Plan.Follow(List.of(followUp), observation(command, rule, null));
    }

    private Plan rewrite(Command command, Rule rule, @Nullable TtlDecision decision, Argument... arguments) {
        return new Plan.Rewrite(List.of(arguments), observation(command, rule, decision));
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

    /** Jitter is subtracted, never added: a value is never older than its policy says. */
    private long draw(Rule rule) {
        PolicyConfig.Ttl ttl = rule.policy().ttl();
        long most = ttl.millis() / 100 * ttl.jitterPercent() + ttl.millis() % 100 * ttl.jitterPercent() / 100;
        return most == 0 ? ttl.millis() : ttl.millis() - random.nextLong(most + 1);
    }
}
