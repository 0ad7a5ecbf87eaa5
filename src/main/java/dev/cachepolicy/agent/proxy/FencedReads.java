package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.fence.Advice;
import dev.cachepolicy.agent.fence.EarlyRecomputation;
import dev.cachepolicy.agent.policy.Fence;
import dev.cachepolicy.agent.policy.FencedPolicy;
import dev.cachepolicy.agent.policy.Fencing;
import dev.cachepolicy.agent.policy.Observation;
import dev.cachepolicy.agent.policy.Plan;
import dev.cachepolicy.resp.Command;
import dev.cachepolicy.resp.CommandWriter;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** Sends reads whose nils begin loads, and what they need to know of the expiry of values that are there. */
final class FencedReads {

    private static final byte[] PTTL = Handshake.ascii("PTTL");

    private final Client client;
    private final ReplyRouter replies;
    private final RandomGenerator random;

    /** @param random chooses who loads early */
    FencedReads(Client client, ReplyRouter replies, RandomGenerator random) {
        this.client = client;
        this.replies = replies;
        this.random = random;
    }

    /** Sends a GET that was planned so, and what asks for the expiry or the lease of its key where its policy wants to know. */
    void read(Command command, Fence.Read read, Plan then, UpstreamConnection upstream, Settings settings) {
        Observation observation = then.observation();
        ReplySlot.Reading slot = new ReplySlot.Reading(read, observation, client.arrival);
        Fencing fencing = read.policy().fencing();
        if (!fencing.loadsBeforeExpiry() || !read.waits()) {
            CommandRouter.write(command, upstream, then);
            upstream.expect(slot, replies, observation, client.arrival);
            follow(then, upstream);
            return;
        }
        long early = early(read.policy());
        Advice advice = advice(read.key(), read.policy(), early, upstream, settings);
        switch (advice) {
            case Fresh, Unsure -> {
                CommandRouter.write(command, upstream, then);
                upstream.expect(slot, replies, observation, client.arrival);
            }
            case BeingLoaded, StillBeingLoaded, Due -> {
                EarlyLease lease = lease(read.key(), read.policy(), advice, early, upstream, settings);
                CommandRouter.write(command, upstream, then);
                upstream.expect(slot, new EarlyRead(slot, lease, client, replies, settings.fences()));
            }
        }
    }

    /** Sends a read of several keys. */
    void readAll(Command command, Fence.ReadAll read, Plan then, UpstreamConnection upstream, Settings settings) {
        HeldReadAll held = new HeldReadAll(read, then.observation(), client, replies, upstream, settings);
        for (int i = 0; i < read.keys().size(); i++) {
            FencedPolicy policy = read.policies().get(i);
            if (policy != null && policy.fencing().loadsBeforeExpiry()) {
                byte[] key = read.keys().get(i);
                long early = early(policy);
                Advice advice = advice(key, policy, early, upstream, settings);
                if (advice != Advice.Fresh && advice != Advice.Unsure) {
                    held.early(i, lease(key, policy, advice, early, upstream, settings));
                }
            }
        }
        CommandRouter.write(command, upstream, then);
        upstream.expect(new ReplySlot.ReadingAll(read, held), held, then.observation(), client.arrival);
        follow(then, upstream);
    }

    /** At once: their conditions are such that they harm nothing, should the read be an error. */
    private void follow(Plan then, UpstreamConnection upstream) {
        if (then instanceof Plan.Follow follow) {
            follow.followUps().forEach(followUp -> CommandRouter.send(followUp, upstream, replies));
        }
    }

    /**
     * {@return what a reader is told, which asks for the expiry before if it is told so} A value that is there is not given up
     * for one that would not be stored.
     */
    private Advice advice(byte[] key, FencedPolicy policy, long early, UpstreamConnection upstream, Settings settings) {
        Advice advice = settings.fences().expiries().advise(key, early);
        if (advice.asks()) {
            CommandWriter.write(upstream.out().room(key.length), PTTL, key);
            upstream.expect(new ReplySlot.Expiring(key), replies);
        }
        return advice == Advice.Due && settings.fences().storesNothing(key, policy) ? Advice.Fresh : advice;
    }

    private EarlyLease lease(
            byte[] key,
            FencedPolicy policy,
            Advice advice,
            long early,
            UpstreamConnection upstream,
            Settings settings) {
        EarlyLease lease = new EarlyLease(key, policy, replies, upstream, settings.fences());
        if (advice == Advice.Due) {
            lease.ask(TimeUnit.NANOSECONDS.toMillis(early));
        }
        return lease;
    }

    /** {@return how many nanoseconds a value may have to live when this reader would load it} */
    private long early(FencedPolicy policy) {
        Fencing fencing = policy.fencing();
        return fencing.servesStale()
                ? fencing.staleFor().toNanos()
                : EarlyRecomputation.most(policy.counters().usualLoadNanos(), fencing.beta(), random.nextDouble());
    }
}
