package dev.cachepolicy.agent.proxy;

import static dev.cachepolicy.agent.proxy.FencedPods.FENCE;
import static dev.cachepolicy.agent.proxy.FencedPods.KEY;
import static dev.cachepolicy.agent.proxy.FencedPods.NIL;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A lease that was lost is not given back by the one who had it: another may have it by now. */
class LeaseOwnerIT {

    private static final int EXPIRIES = Integer.getInteger("leases.expiries", 1_000);

    /** By one agent, which remembers some thousand nils; beyond that every SET may be an update, and ends all loads. */
    private static final int AT_A_TIME = 500;

    @RegisterExtension
    private static final FencedPods pods = new FencedPods();

    /** In the pod of the other or another, by one command or in a transaction. */
    @Test
    void aLateSetLeavesTheLeaseOfAnother() throws Exception {
        SplittableRandom random = new SplittableRandom(Long.getLong("leases.seed", System.nanoTime()));
        for (int i = 0; i < EXPIRIES; i += AT_A_TIME) {
            lose(Math.min(AT_A_TIME, EXPIRIES - i), random);
        }
        System.out.println("LeaseOwnerIT: " + EXPIRIES + " leases lost, none released by another");
    }

    private static void lose(int leases, SplittableRandom random) throws Exception {
        TestProxy pod = pods.pod();
        RawClient late = pods.client(pod);
        RawClient[] others = {pods.client(pod), pods.client(pods.pod())};
        for (int i = 0; i < leases; i++) {
            pods.direct.unlink(KEY, FENCE);
            assertThat(late.call("GET", KEY)).isEqualTo(NIL);
            boolean evicted = random.nextBoolean();
            if (evicted) {
                pods.direct.unlink(FENCE);
            } else {
                pods.direct.pexpire(FENCE, 0);
            }
            int other = random.nextInt(others.length);
            assertThat(others[other].call("GET", KEY)).isEqualTo(NIL);
            String lease = pods.direct.get(FENCE);
            set(late, "late", random.nextBoolean());
            assertThat(pods.direct.get(FENCE))
                    .as("the lease of pod %d after expiry %d", other, i)
                    .isEqualTo(lease);
            assertThat(pods.direct.get(KEY)).as("the late value").isNull();
            set(others[other], "mine", random.nextBoolean());
            if (other != 0) {
                // In one pod it cannot be told which of its two loads a value comes from.
                assertThat(pods.direct.get(KEY)).isEqualTo("mine");
            }
        }
    }

    private static void set(RawClient client, String value, boolean inTransaction) throws Exception {
        if (inTransaction) {
            client.call("MULTI");
            client.call("SET", KEY, value);
            assertThat(client.call("EXEC")).isEqualTo("*1\r\n+OK");
        } else {
            assertThat(client.call("SET", KEY, value)).isEqualTo("+OK");
        }
    }
}
