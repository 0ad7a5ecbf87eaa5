package dev.cachepolicy.agent.policy;

import dev.cachepolicy.resp.CommandSpec;
import dev.cachepolicy.resp.CommandSpec.Absent;
import dev.cachepolicy.resp.CommandSpec.Read;
import dev.cachepolicy.resp.ElementListener;
import dev.cachepolicy.resp.ReplyFramer;
import dev.cachepolicy.resp.ReplyType;
import dev.cachepolicy.resp.ReplyWriter;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Watches one command under a policy until its reply: counts a hit or a miss, the decision on its expiry and the time it
 * took, and knows what to answer when Redis does not. Immutable but for the counts: commands that mean the same share one.
 */
public final class Observation implements ElementListener {

    private final List<@Nullable Rule> byKey;
    private final Rule rule;
    private final CommandSpec spec;
    private final int values;
    private final @Nullable TtlDecision decision;
    private final @Nullable Invalidation invalidation;

    /**
     * @param invalidation what the command is taken for if Redis does not answer it, null: it is not answered then
     * @param byKey the rule of each key; the first that is there has the time and the decision
     * @param values how many keys or fields are asked for
     */
    Observation(
            List<@Nullable Rule> byKey,
            Rule rule,
            CommandSpec spec,
            int values,
            @Nullable TtlDecision decision,
            @Nullable Invalidation invalidation) {
        this.invalidation = invalidation;
        this.byKey = byKey;
        this.rule = rule;
        this.spec = spec;
        this.values = values;
        this.decision = decision;
    }

    @Override
    public void element(int index, ReplyType type, long length) {
        Rule of = spec.read() == Read.Values && index < byKey.size() ? byKey.get(index) : null;
        if (of != null) {
            of.counters().read(length >= 0);
        }
    }

    /** The same of a value whose time is over, while another loads it. */
    public void staleElement(int index) {
        Rule of = byKey.get(index);
        if (of != null) {
            of.counters().stale();
        }
    }

    /**
     * The same of a value whose reader loads it and is given nil.
     *
     * @param early whether its time is not over
     */
    public void loadedElement(int index, boolean early) {
        Rule of = byKey.get(index);
        if (of == null) {
            return;
        }
        if (early) {
            of.counters().early();
        } else {
            of.counters().read(false);
        }
    }

    /**
     * The reply is complete.
     *
     * @param nanos from the command's arrival to the reply's
     */
    public void replied(ReplyFramer reply, long nanos) {
        rule.counters().took(nanos);
        if (!reply.type().isError()) {
            if (spec.read() == Read.Fields) {
                rule.counters().read(reply.present() > 0);
            }
            count(reply.length());
        }
    }

    /**
     * The same of a reply that is known after the first was a nil.
     *
     * @param waited whether the value is what another has loaded meanwhile
     */
    public void repliedAfterWait(ReplyFramer reply, boolean waited, long nanos) {
        if (waited && !reply.type().isError()) {
            coalesced(nanos);
        } else {
            replied(reply, nanos);
        }
    }

    /** A value is given that another has loaded meanwhile. */
    public void coalesced(long nanos) {
        rule.counters().took(nanos);
        rule.counters().coalesced();
    }

    /** A value is given whose time is over, while another loads it. */
    public void stale(long nanos) {
        rule.counters().took(nanos);
        rule.counters().stale();
    }

    /** A nil is given although there is a value whose time is not over. */
    public void early(long nanos) {
        rule.counters().took(nanos);
        rule.counters().early();
    }

    /** The first reply was a nil, and a nil is given. */
    public void missed(long nanos) {
        rule.counters().took(nanos);
        count(-1);
    }

    /**
     * The reply of a command in a transaction, as an element of EXEC's. Of its own elements nothing is known, so reads of
     * several keys or fields in a transaction are not counted.
     */
    public void repliedInTransaction(ReplyType type, long length) {
        if (!type.isError()) {
            count(length);
        }
    }

    private void count(long length) {
        switch (spec.read()) {
            case Value -> rule.counters().read(length >= 0);
            case Collection -> rule.counters().read(length > 0);
            case Uncounted, Values, Fields -> {}
        }
        if (decision != null) {
            rule.counters().decided(decision);
        }
    }

    /** {@return whether the command can be answered without Redis: a read, and every key's policy fails open} */
    public boolean canAnswerAbsent() {
        return spec.absent() != Absent.None
                && byKey.stream().allMatch(of -> of != null && of.policy().failsOpen());
    }

    /** {@return what a write is taken for that is answered without Redis, or null if it cannot be} */
    public @Nullable Invalidation invalidation() {
        return invalidation;
    }

    /** {@return whether the policy of one of its keys fails open} */
    public boolean failsOpen() {
        return byKey.stream().anyMatch(of -> of != null && of.policy().failsOpen());
    }

    /** Answers, without Redis, as if the keys were not there: misses all. */
    public void answerAbsent(ByteBuf out, boolean resp3) {
        ReplyWriter.absent(out, spec.absent(), values, resp3);
        switch (spec.read()) {
            case Uncounted -> {}
            case Value, Fields, Collection -> rule.counters().read(false);
            case Values ->
                byKey.forEach(of -> {
                    if (of != null) {
                        of.counters().read(false);
                    }
                });
        }
    }

    @Override
    public String toString() {
        return spec.verb() + " " + Arrays.asList(rule.policy().id(), decision);
    }
}
