package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.fence.Expiries;
import dev.cachepolicy.agent.fence.FencedWrite;
import dev.cachepolicy.agent.fence.Nonce;
import dev.cachepolicy.agent.fence.Nonces;
import dev.cachepolicy.agent.fence.PendingLoads;
import dev.cachepolicy.agent.policy.Fence;
import dev.cachepolicy.agent.policy.FenceCounters.VoidFill;
import dev.cachepolicy.agent.policy.FencedPolicy;
import dev.cachepolicy.agent.policy.Rules;
import dev.cachepolicy.config.RedisKeys;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a listener knows of the loads in its pod. It outlives backends and policies, as the applications' loads do. Used by
 * all event loops.
 */
final class Fences {

    private static final Logger LOG = LoggerFactory.getLogger(Fences.class);
    private static final String RIGHTS =
            "+eval +evalsha +get +exists +type +set +del +unlink +pttl +pexpire +publish +subscribe +unsubscribe";

    /** Rules that were replaced lately; of older ones it is assumed that they fenced nothing. */
    private static final int MOST_EARLIER = 16;

    /** Keys whose values are loaded while they are there, some 200 bytes each. */
    private static final int MOST_EXPIRIES = 10_000;

    /** Policies that were in force until some time ago. */
    private record Earlier(Rules rules, long replaced) {}

    private final PendingLoads loads;
    private final Nonces nonces = new Nonces(new SecureRandom());
    private volatile List<Earlier> earlier = List.of();
    private volatile @Nullable String refusal;
    private final Expiries expiries = new Expiries(System::nanoTime, MOST_EXPIRIES);

    /**
     * @param maxBytes of heap for what is known, roughly
     * @param restarted whether nils may have been given here before this process began
     */
    Fences(long maxBytes, boolean restarted) {
        this.loads = new PendingLoads(System::nanoTime, maxBytes, restarted);
    }

    /** Other policies take the place of these. Nils that these let through are not known. Calls come one at a time. */
    void replaced(Rules rules) {
        List<Earlier> all = new ArrayList<>(earlier);
        all.add(new Earlier(rules, System.nanoTime()));
        earlier = List.copyOf(all.subList(Math.max(0, all.size() - MOST_EARLIER), all.size()));
    }

    /** {@return a nonce for a load that may begin} */
    Nonce freshNonce() {
        return nonces.fresh();
    }

    /** A reader is about to be given a nil; its load is the one with this nonce. */
    void begun(Fence.Read read, Nonce nonce) {
        begun(read.key(), read.policy(), nonce);
    }

    private void begun(byte[] key, FencedPolicy policy, Nonce nonce) {
        loads.begun(key, nonce, policy.fencing().fenceTime());
    }

    /** A reader is about to be given a nil, or may be, and nothing that it loads may be stored. */
    void begunInVain(@Nullable Fence fence) {
        switch (fence) {
            case Fence.Read read -> begun(read, Nonce.NEVER);
            case Fence.ReadAll all -> {
                for (int i = 0; i < all.keys().size(); i++) {
                    begun(all, i, Nonce.NEVER);
                }
            }
            case Fence.Lift _, Fence.Store _, Fence.StoreAll _ -> {}
            case null -> {}
        }
    }

    /** The same of one of several keys, if it has a fence. */
    void begun(Fence.ReadAll all, int index, Nonce nonce) {
        FencedPolicy policy = all.policies().get(index);
        if (policy != null) {
            begun(all.keys().get(index), policy, nonce);
        }
    }

    /** {@return when keys expire, for policies that load before} */
    Expiries expiries() {
        return expiries;
    }

    /** Redis answered an error to what the fences of keys need. Logged when it is another than the last. */
    void refused(String endpoint, String error) {
        if (!error.equals(refusal)) {
            refusal = error;
            String advice = error.startsWith("NOPERM")
                    ? "; its user needs ~%1$s* &%1$s* %2$s".formatted(RedisKeys.PREFIX, RIGHTS)
                    : "";
            LOG.warn(
                    "Redis {} refuses what fencing keys needs, so values are not stored: {}...{}",
                    endpoint,
                    error,
                    advice);
        }
    }

    /** {@return what a SET of a key is, which is about to be sent} */
    FencedWrite write(byte[] key, FencedPolicy policy) {
        Duration fenceTime = policy.fencing().fenceTime();
        if (policy.fencing().loadsBeforeExpiry()) {
            expiries.forget(key);
        }
        PendingLoads.Written written = loads.write(key, fenceTime, wasUnfenced(key, fenceTime));
        if (written.loadNanos() >= 0) {
            policy.counters().loaded(written.loadNanos());
        }
        if (written.write().equals(FencedWrite.UNEXPLAINED)) {
            policy.counters().voidFill(written.doubted() ? VoidFill.Unknown : VoidFill.Unexplained);
        }
        return written.write();
    }

    /**
     * {@return whether a key had no fence a while ago} That is so in all pods, as they follow the same policies: no pod stores
     * its value now, and to wait for anybody's load is in vain.
     */
    boolean isNewlyFenced(byte[] key, FencedPolicy policy) {
        return wasUnfenced(key, policy.fencing().fenceTime());
    }

    /**
     * {@return whether this pod stores no value of a key now} Others may: after a restart it is this pod alone that does not
     * know its loads. So its readers go on to take turns and to wait for leases, which are soon another pod's; if all of
     * them loaded at once, each of their SETs would void the loads and remove the values of the others.
     */
    boolean storesNothing(byte[] key, FencedPolicy policy) {
        return loads.isForgotten(key, policy.fencing().fenceTime()) || isNewlyFenced(key, policy);
    }

    private boolean wasUnfenced(byte[] key, Duration fenceTime) {
        List<Earlier> all = earlier;
        long now = System.nanoTime();
        for (int i = 0; i < all.size(); i++) {
            boolean recent = now - all.get(i).replaced() < fenceTime.toNanos();
            if (recent && (!all.get(i).rules().fences(key) || isForgotten(all, i))) {
                return true;
            }
        }
        return false;
    }

    /** There were more before the first that is remembered. */
    private static boolean isForgotten(List<Earlier> all, int index) {
        return index == 0 && all.size() == MOST_EARLIER;
    }
}
