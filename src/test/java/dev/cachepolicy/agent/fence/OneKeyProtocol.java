package dev.cachepolicy.agent.fence;

import dev.cachepolicy.agent.fence.FencedWrite.Fill;
import dev.cachepolicy.agent.fence.FencedWrite.Pipeline;
import dev.cachepolicy.agent.fence.FencedWrite.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The protocol of the agent, deciding with the agent's own code. {@link RedisFence} is what its scripts do. */
record OneKeyProtocol(boolean restartIsForgotten) implements Protocol<Optional<RedisFence>, Loads> {

    @Override
    public Optional<RedisFence> noFence() {
        return Optional.empty();
    }

    @Override
    public Loads knowsNothing() {
        return Loads.NONE;
    }

    @Override
    public Loads restarted() {
        return restartIsForgotten ? Loads.NONE : Loads.UNKNOWN;
    }

    @Override
    public Missed<Optional<RedisFence>> miss(Optional<RedisFence> fence, Loads pod, int fresh) {
        RedisFence after = RedisFence.missed(fence, nonce(fresh));
        boolean leased = fence.isEmpty() || !fence.get().leased();
        return new Missed<>(
                Optional.of(after), leased, Integer.parseInt(after.nonce().value()), 0);
    }

    @Override
    public Loads begun(Loads pod, int nonce, int token) {
        return pod.begun(nonce(nonce));
    }

    @Override
    public Written<Optional<RedisFence>, Loads> write(int key, Optional<RedisFence> fence, Loads pod, int value) {
        return carriedOut(pod.write(), key, fence, pod.written(), value);
    }

    /** What Redis makes of a write of a pod that knows so much afterwards. */
    static <P> Written<Optional<RedisFence>, P> carriedOut(
            FencedWrite write, int key, Optional<RedisFence> fence, P after, int value) {
        return switch (write) {
            case Fill(Nonce nonce) -> {
                RedisFence.Filled<Integer> filled = RedisFence.filled(fence, key == 0 ? null : key, nonce, value);
                yield new Written<>(
                        filled.value() == null ? 0 : filled.value(),
                        filled.fence(),
                        after,
                        filled.reply(),
                        List.of(),
                        filled.reply().equals("OK"));
            }
            case Pipeline(List<Step> steps) ->
                new Written<>(
                        key,
                        fence,
                        after,
                        steps.contains(Step.APPLY) ? "store" : "unexplained",
                        steps,
                        steps.contains(Step.APPLY));
        };
    }

    @Override
    public Written<Optional<RedisFence>, Loads> delete(int key, Optional<RedisFence> fence, Loads pod, int fresh) {
        return new Written<>(key, fence, pod, "", ((Pipeline) FencedWrite.INVALIDATION).steps(), false);
    }

    @Override
    public List<Fate<Optional<RedisFence>>> fates(Optional<RedisFence> fence, boolean mayBeLost) {
        List<Fate<Optional<RedisFence>>> fates = new ArrayList<>();
        fence.ifPresent(present -> {
            if (present.leased()) {
                fates.add(new Fate<>(
                        "the lease ends, the fence stays", Optional.of(new RedisFence(present.nonce(), false))));
            }
            if (mayBeLost) {
                fates.add(new Fate<>("the fence expires or is evicted", Optional.empty()));
            }
        });
        return fates;
    }

    @Override
    public Loads forgets(Loads pod) {
        return Loads.NONE;
    }

    private static Nonce nonce(int number) {
        return new Nonce(Integer.toString(number));
    }
}
