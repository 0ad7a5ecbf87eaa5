package dev.cachepolicy.agent.fence;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a pod remembers of the nils that it gave for one key, as a value: in each state the agent's own {@link PendingLoads}
 * is asked that remembers the same.
 *
 * @param nils the oldest first
 */
record PodMemory(List<Nil> nils) {

    static final PodMemory NOTHING = new PodMemory(List.of());

    private static final byte[] KEY = "user:1".getBytes(StandardCharsets.US_ASCII);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration FENCE_TIME = TICK.multipliedBy(TimedRedis.FENCE_TIME);
    private static final int MUCH = 1 << 20;

    /**
     * @param left ticks until it is forgotten
     * @param pending whether its SET has not come
     */
    record Nil(Nonce nonce, int left, boolean pending) {}

    PodMemory {
        nils = List.copyOf(nils);
    }

    PodMemory tick() {
        return new PodMemory(nils.stream()
                .filter(nil -> nil.left > 1)
                .map(nil -> new Nil(nil.nonce, nil.left - 1, nil.pending))
                .toList());
    }

    PodMemory begun(Nonce nonce) {
        List<Nil> more = new ArrayList<>(nils);
        more.add(new Nil(nonce, TimedRedis.FENCE_TIME, true));
        return new PodMemory(more);
    }

    /** {@return what the next SET is} */
    FencedWrite write() {
        long[] now = {0};
        PendingLoads table = new PendingLoads(() -> now[0], MUCH, false);
        for (Nil nil : nils) {
            now[0] = TICK.multipliedBy(nil.left - TimedRedis.FENCE_TIME).toNanos();
            table.begun(KEY, nil.nonce, FENCE_TIME);
            if (!nil.pending) {
                table.write(KEY, FENCE_TIME, false);
            }
        }
        now[0] = 0;
        return table.write(KEY, FENCE_TIME, false).write();
    }

    /** {@return what is remembered after it} */
    PodMemory written() {
        for (int i = nils.size() - 1; i >= 0; i--) {
            Nil nil = nils.get(i);
            if (nil.pending) {
                return new PodMemory(Explorer.with(nils, i, new Nil(nil.nonce, nil.left, false)));
            }
        }
        return this;
    }

    /** {@return the same when no nil's nonce is in the fence any more} */
    PodMemory withoutFence() {
        return new PodMemory(nils.stream()
                .map(nil -> new Nil(Nonce.NEVER, nil.left, nil.pending))
                .toList());
    }

    String identity() {
        StringBuilder all = new StringBuilder();
        nils.forEach(nil -> all.append(nil.nonce.value()).append(nil.left).append(nil.pending ? 'p' : 'w'));
        return all.toString();
    }
}
