package dev.cachepolicy.agent.fence;

import dev.cachepolicy.agent.fence.FencedWrite.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * A state of {@link ServeStaleModel}. It has no time of its own, only how long things last: so there is an end to the states,
 * however long it goes on. Nor are there names of nonces: one that is not in the fence any more never comes back, and is as
 * good as {@link Nonce#NEVER}.
 *
 * @param source the version that the source has
 * @param deleters how far each has come
 */
record ServeStaleState(
        int source, TimedRedis redis, List<PodMemory> pods, List<Reader> readers, List<Deleter> deleters) {

    /** Of the load under which the fence is. */
    static final Nonce NONCE = new Nonce("1");

    enum Phase {
        BEGINS,
        /** Sends a GET next. */
        READS,
        /** Had nil, and asks whose the lease is. */
        ASKS,
        WAITS,
        /** Has the lease; its nil is on the way. */
        LEASED,
        LOADS,
        HAS_LOADED,
        DONE
    }

    enum Deleter {
        BEGINS,
        HAS_CHANGED_SOURCE,
        HAS_LIFTED_FENCE,
        DONE
    }

    /**
     * @param nonce that its lease, or the other's for which it waits, was known by last
     * @param doomed whether an invalidation was sent since its nil
     * @param leaseLeft ticks of its lease, if nothing ended it
     * @param loadLeft ticks of fenceTime since its nil: a load ends within them, so says the promise
     * @param rest commands of its SET still to come
     */
    record Reader(Phase phase, Nonce nonce, int value, boolean doomed, int leaseLeft, int loadLeft, List<Step> rest) {

        static final Reader BEGINNING = at(Phase.BEGINS);
        static final Reader END = at(Phase.DONE);

        static Reader at(Phase phase) {
            return new Reader(phase, Nonce.NEVER, 0, false, 0, 0, List.of());
        }

        static Reader waits(Nonce nonce) {
            return new Reader(Phase.WAITS, nonce, 0, false, 0, 0, List.of());
        }

        static Reader leased(Nonce nonce) {
            return new Reader(Phase.LEASED, nonce, 0, false, TimedRedis.LOCK_TIMEOUT, 0, List.of());
        }

        /** Its nil is given. */
        Reader loads() {
            return new Reader(Phase.LOADS, Nonce.NEVER, 0, false, leaseLeft, TimedRedis.FENCE_TIME, List.of());
        }

        Reader loaded(int version) {
            return new Reader(Phase.HAS_LOADED, nonce, version, doomed, leaseLeft, loadLeft, List.of());
        }

        static Reader sends(List<Step> rest) {
            return new Reader(Phase.HAS_LOADED, Nonce.NEVER, 0, false, 0, 0, rest);
        }

        boolean isOut() {
            return phase == Phase.LOADS || (phase == Phase.HAS_LOADED && rest.isEmpty());
        }

        Reader doom() {
            return isOut() ? new Reader(phase, nonce, value, true, leaseLeft, loadLeft, rest) : this;
        }

        Reader tick() {
            return new Reader(phase, nonce, value, doomed, Math.max(0, leaseLeft - 1), Math.max(0, loadLeft - 1), rest);
        }

        String identity() {
            return phase.ordinal() + nonce.value() + value + (doomed ? "d" : "") + leaseLeft + loadLeft + rest.size();
        }

        Reader withoutFence() {
            return new Reader(phase, Nonce.NEVER, value, doomed, 0, loadLeft, rest);
        }
    }

    /** Redis after something. If the fence is gone, so are its nonce and the lease. */
    ServeStaleState redis(TimedRedis after) {
        if (after.nonce().isPresent()) {
            return new ServeStaleState(source, after, pods, readers, deleters);
        }
        return new ServeStaleState(
                source,
                after,
                pods.stream().map(PodMemory::withoutFence).toList(),
                readers.stream().map(Reader::withoutFence).toList(),
                deleters);
    }

    ServeStaleState reader(int reader, Reader now) {
        return new ServeStaleState(source, redis, pods, Explorer.with(readers, reader, now), deleters);
    }

    ServeStaleState pod(int pod, PodMemory remembers) {
        return new ServeStaleState(source, redis, Explorer.with(pods, pod, remembers), readers, deleters);
    }

    ServeStaleState deleter(int deleter, Deleter now, int version) {
        return new ServeStaleState(version, redis, pods, readers, Explorer.with(deleters, deleter, now));
    }

    ServeStaleState doomed() {
        List<Reader> all = readers.stream().map(Reader::doom).toList();
        return new ServeStaleState(source, redis, pods, all, deleters);
    }

    /** {@return whether time may go on: no load outlasts fenceTime} */
    boolean mayTick() {
        return readers.stream().noneMatch(reader -> reader.isOut() && reader.loadLeft == 1);
    }

    ServeStaleState tick() {
        List<PodMemory> remember = new ArrayList<>();
        pods.forEach(pod -> remember.add(pod.tick()));
        return new ServeStaleState(
                        source,
                        redis,
                        List.copyOf(remember),
                        readers.stream().map(Reader::tick).toList(),
                        deleters)
                .redis(redis.tick());
    }

    /**
     * {@return the same for states that differ by which reader, pod or deleter is which, or by what a pod remembers whose
     * readers are done}
     *
     * @param podOf the pod of each reader
     */
    String identity(List<Integer> podOf) {
        List<String> groups = new ArrayList<>();
        for (int pod = 0; pod < pods.size(); pod++) {
            List<String> members = new ArrayList<>();
            for (int i = 0; i < readers.size(); i++) {
                if (podOf.get(i) == pod) {
                    members.add(readers.get(i).identity());
                }
            }
            boolean over = members.stream().allMatch(Reader.END.identity()::equals);
            members.sort(null);
            groups.add((over ? "" : pods.get(pod).identity()) + members);
        }
        groups.sort(null);
        return source + redis.identity() + groups + deleters.stream().sorted().toList();
    }
}
