package dev.cachepolicy.agent.fence;

import dev.cachepolicy.agent.fence.ChangeProtocol.Pod;
import dev.cachepolicy.agent.fence.FencedWrite.Step;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A policy becomes fenced while the application reads and writes, and each pod learns of it at another time. Before, a pod
 * counts no nil and sends every write as it is. The decision is that of the agent's {@link PendingLoads}.
 *
 * <p>What a pod has sent before it learns has been executed by then: that takes no longer than a round trip, and the
 * condition that says when the promise holds waits for fenceTime.
 *
 * @param rule whether what a pod did not count is taken into account for fenceTime
 * @param promisedTooSoon whether an invalidation must be kept that is sent before every pod has learnt
 */
record ChangeProtocol(boolean rule, boolean promisedTooSoon) implements Protocol<Optional<RedisFence>, Pod> {

    private static final OneKeyProtocol FENCED = new OneKeyProtocol(false);
    private static final byte[] KEY = "user:1".getBytes(StandardCharsets.US_ASCII);
    private static final Duration FENCE_TIME = Duration.ofSeconds(20);
    private static final int MUCH = 1 << 20;

    enum Fencing {
        NOT_YET,
        /** For less than fenceTime. */
        LATELY,
        LONG
    }

    record Pod(Fencing fencing, Loads loads) {

        boolean fences() {
            return fencing != Fencing.NOT_YET;
        }
    }

    @Override
    public Optional<RedisFence> noFence() {
        return Optional.empty();
    }

    @Override
    public Pod knowsNothing() {
        return new Pod(Fencing.NOT_YET, Loads.NONE);
    }

    @Override
    public Pod restarted() {
        throw new UnsupportedOperationException("the models of a restart are others");
    }

    /** A pod without fences gives a nil at once. */
    @Override
    public Missed<Optional<RedisFence>> miss(Optional<RedisFence> fence, Pod pod, int fresh) {
        return pod.fences() ? FENCED.miss(fence, pod.loads, fresh) : new Missed<>(fence, true, 0, 0);
    }

    @Override
    public boolean counts(Pod pod) {
        return pod.fences();
    }

    @Override
    public Pod begun(Pod pod, int nonce, int token) {
        return pod.fences() ? new Pod(pod.fencing, FENCED.begun(pod.loads, nonce, token)) : pod;
    }

    @Override
    public Written<Optional<RedisFence>, Pod> write(int key, Optional<RedisFence> fence, Pod pod, int value) {
        if (!pod.fences()) {
            return new Written<>(value, fence, pod, "as it is", List.of(), true);
        }
        PendingLoads table = new PendingLoads(() -> 0, MUCH, false);
        if (pod.loads.recent() && pod.loads.pending().isEmpty()) {
            table.begun(KEY, new Nonce("over"), FENCE_TIME);
            table.write(KEY, FENCE_TIME, false);
        }
        pod.loads.pending().forEach(nonce -> table.begun(KEY, nonce, FENCE_TIME));
        boolean unfenced = rule && pod.fencing == Fencing.LATELY;
        FencedWrite write = table.write(KEY, FENCE_TIME, unfenced).write();
        return OneKeyProtocol.carriedOut(write, key, fence, new Pod(pod.fencing, pod.loads.written()), value);
    }

    @Override
    public Written<Optional<RedisFence>, Pod> delete(int key, Optional<RedisFence> fence, Pod pod, int fresh) {
        return pod.fences()
                ? new Written<>(key, fence, pod, "", ((FencedWrite.Pipeline) FencedWrite.INVALIDATION).steps(), false)
                : new Written<>(key, fence, pod, "", List.of(Step.APPLY), false);
    }

    @Override
    public List<Fate<Optional<RedisFence>>> fates(Optional<RedisFence> fence, boolean mayBeLost) {
        return FENCED.fates(fence, mayBeLost);
    }

    @Override
    public Pod forgets(Pod pod) {
        return new Pod(pod.fencing, Loads.NONE);
    }

    @Override
    public List<Fate<Pod>> podFates(Pod pod, boolean uncounted) {
        return switch (pod.fencing) {
            case NOT_YET -> List.of(new Fate<>("learns that the policy is fenced", new Pod(Fencing.LATELY, pod.loads)));
            case LATELY ->
                uncounted
                        ? List.of()
                        : List.of(new Fate<>("fenceTime passes since it learnt", new Pod(Fencing.LONG, pod.loads)));
            case LONG -> List.of();
        };
    }

    @Override
    public boolean promises(List<Pod> pods) {
        return promisedTooSoon || pods.stream().allMatch(Pod::fences);
    }
}
