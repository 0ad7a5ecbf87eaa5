package dev.cachepolicy.agent.fence;

import dev.cachepolicy.agent.fence.Explorer.Move;
import dev.cachepolicy.agent.fence.FencedWrite.Fill;
import dev.cachepolicy.agent.fence.FencedWrite.Pipeline;
import dev.cachepolicy.agent.fence.FencedWrite.Step;
import dev.cachepolicy.agent.fence.ServeStaleModel.Fault;
import dev.cachepolicy.agent.fence.ServeStaleState.Phase;
import dev.cachepolicy.agent.fence.ServeStaleState.Reader;
import java.util.List;

/**
 * What readers in a {@link ServeStaleModel} do, with their agents.
 *
 * @param pods the pod of each
 */
record ServeStaleReaders(List<Integer> pods, Fault fault) {

    void read(ServeStaleState state, int i, List<Move<ServeStaleState>> moves) {
        Reader reader = state.readers().get(i);
        String name = "R" + pods.get(i) + "#" + i;
        switch (reader.phase()) {
            case BEGINS -> {
                for (Advice advice : Advice.values()) {
                    moves.add(
                            switch (advice) {
                                case Due -> due(state, i, name + " is told " + advice);
                                case Fresh, Unsure, BeingLoaded, StillBeingLoaded ->
                                    get(state, i, name + " is told " + advice + ", GET");
                            });
                }
            }
            case READS -> moves.add(get(state, i, name + " GET"));
            case ASKS -> moves.add(asks(state, i, name));
            case WAITS -> {
                moves.add(get(state, i, name + " is woken, GET"));
                // No lease of its own, but the nonce: its load is one beside another's.
                moves.add(given(state, i, reader, name + " gets nil at maxWait"));
            }
            case LEASED -> moves.add(given(state, i, reader, name + " gets nil"));
            case LOADS ->
                moves.add(Move.of(
                        name + " loads version " + state.source(), state.reader(i, reader.loaded(state.source()))));
            case HAS_LOADED -> moves.add(store(state, i, name));
            case DONE -> {}
        }
    }

    /** Asks for the lease of a value that may be there; a GET follows, for what another has loaded or still has to. */
    private Move<ServeStaleState> due(ServeStaleState state, int i, String label) {
        TimedRedis.Missed missed = missed(state, TimedRedis.STALE_FOR);
        if (fault == Fault.EARLY_WITHOUT_LEASE && missed.leased()) {
            return leased(state, i, missed.nonce().orElseThrow(), label + ", no lease");
        }
        ServeStaleState after = state.redis(missed.redis());
        return missed.leased()
                ? leased(after, i, missed.nonce().orElseThrow(), label + ", has the lease")
                : Move.of(label + ", has no lease", state.reader(i, Reader.at(Phase.READS)));
    }

    private Move<ServeStaleState> asks(ServeStaleState state, int i, String name) {
        TimedRedis.Missed missed = missed(state, TimedRedis.ONLY_IF_ABSENT);
        if (missed.nonce().isEmpty()) {
            return Move.of(name + " asks, there is a value", state.reader(i, Reader.at(Phase.READS)));
        }
        Nonce nonce = missed.nonce().get();
        return missed.leased()
                ? leased(state.redis(missed.redis()), i, nonce, name + " asks, has the lease")
                : Move.of(name + " asks, waits", state.reader(i, Reader.waits(nonce)));
    }

    private TimedRedis.Missed missed(ServeStaleState state, int early) {
        TimedRedis.Missed missed = state.redis().missed(ServeStaleState.NONCE, early);
        return fault == Fault.FENCE_IGNORED && missed.nonce().isPresent()
                ? new TimedRedis.Missed(missed.redis(), missed.nonce(), true)
                : missed;
    }

    private Move<ServeStaleState> leased(ServeStaleState state, int i, Nonce nonce, String label) {
        boolean two = state.readers().stream().anyMatch(other -> other.leaseLeft() > 0);
        return new Move<>(
                label, state.reader(i, Reader.leased(nonce)), false, two ? "two readers have the lease" : null);
    }

    private Move<ServeStaleState> get(ServeStaleState state, int i, String label) {
        TimedRedis redis = state.redis();
        if (redis.key() == 0) {
            return Move.of(label + ": nil", state.reader(i, Reader.at(Phase.ASKS)));
        }
        boolean old = redis.age() >= TimedRedis.TTL + TimedRedis.STALE_FOR;
        return new Move<>(
                label + ": version " + redis.key() + ", SET " + redis.age() + " ticks ago",
                state.reader(i, Reader.END),
                false,
                old ? "a value is served that is older than ttl and staleFor" : null);
    }

    private Move<ServeStaleState> given(ServeStaleState state, int i, Reader reader, String label) {
        int pod = pods.get(i);
        PodMemory remembers = state.pods().get(pod).begun(reader.nonce());
        return Move.of(label, state.pod(pod, remembers).reader(i, reader.loads()));
    }

    private Move<ServeStaleState> store(ServeStaleState state, int i, String name) {
        Reader reader = state.readers().get(i);
        int pod = pods.get(i);
        if (!reader.rest().isEmpty()) {
            return Move.of(
                    name + " UNLINK of the key",
                    state.redis(state.redis().withoutKey()).reader(i, Reader.END));
        }
        PodMemory remembers = state.pods().get(pod);
        ServeStaleState after = state.pod(pod, remembers.written());
        return switch (remembers.write()) {
            case Fill(Nonce nonce) -> {
                TimedRedis.Filled filled = state.redis().filled(nonce, reader.value());
                boolean refreshes =
                        fault == Fault.KEPT_REFRESHES && filled.reply().equals("KEPT");
                TimedRedis redis = refreshes ? filled.redis().refreshed() : filled.redis();
                boolean stale = reader.doomed() && filled.reply().equals("OK");
                yield new Move<>(
                        name + " SET version " + reader.value() + ": " + filled.reply(),
                        after.reader(i, Reader.END).redis(redis),
                        false,
                        stale ? "the value of a load that began before an invalidation is stored" : null);
            }
            case Pipeline pipeline -> {
                if (!pipeline.equals(FencedWrite.UNEXPLAINED)) {
                    throw new IllegalStateException("a load ends within fenceTime, and is not a " + pipeline);
                }
                yield Move.of(
                        name + " SET version " + reader.value() + ": unexplained, UNLINK of the fence",
                        after.reader(i, Reader.sends(List.of(Step.UNLINK_KEY)))
                                .redis(state.redis().withoutFence()));
            }
        };
    }
}
