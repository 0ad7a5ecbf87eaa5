package dev.cachepolicy.agent.fence;

import dev.cachepolicy.agent.fence.HeldReader.Phase;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A state of {@link SharedWaitModel}.
 *
 * @param source the version that the source has
 * @param key the version that the key has, 0 for none
 * @param gets that are sent and not answered
 * @param messages of fills, that are on their way to the pod
 * @param nonces the next
 */
record SharedWaitState(
        int source,
        int key,
        Optional<RedisFence> fence,
        Deletion deletion,
        List<Loader> loaders,
        List<Reader> readers,
        List<Get> gets,
        List<Message> messages,
        int nonces) {

    enum Deletion {
        BEGINS,
        SOURCE_CHANGED,
        FENCE_LIFTED,
        ANSWERED
    }

    enum Load {
        COMES,
        LEASED,
        LOADED,
        OVER
    }

    record Loader(Load phase, Nonce nonce, int version) {

        static final Loader COMES = new Loader(Load.COMES, Nonce.NEVER, 0);
        static final Loader DONE = new Loader(Load.OVER, Nonce.NEVER, 0);

        Loader under(Nonce lease) {
            return new Loader(Load.LEASED, lease, 0);
        }

        Loader loaded(int source) {
            return new Loader(Load.LOADED, nonce, source);
        }
    }

    /**
     * A reader of the pod.
     *
     * @param held what it does, as the agent decides; empty: its own GET was not answered yet
     * @param late whether it came after the DEL was answered
     */
    record Reader(boolean came, Optional<HeldReader> held, boolean late) {

        static final Reader COMES = new Reader(false, Optional.empty(), false);

        static Reader reading(boolean late) {
            return new Reader(true, Optional.empty(), late);
        }

        Reader held(HeldReader now) {
            return new Reader(true, Optional.of(now), late);
        }

        boolean is(Phase phase) {
            return held.filter(reader -> reader.phase() == phase).isPresent();
        }

        /** Its GET, or that of all who wait, gave nothing. */
        Reader absent() {
            return held(held.map(reader -> (is(Phase.Waiting) ? reader.wake() : reader).absent(true))
                    .orElse(HeldReader.ASKING));
        }

        Reader ended() {
            return held(held.orElse(HeldReader.ASKING).end());
        }
    }

    /**
     * @param of who waited for it when it was sent
     * @param shared whether it is that of a wait, not of one reader
     * @param version that it brings, once executed
     */
    record Get(List<Integer> of, boolean shared, boolean executed, int version) {

        /** Which was sent first makes no difference to what may come. */
        static final Comparator<Get> ORDER = Comparator.comparing(Get::shared).thenComparing(get -> get.of.getFirst());

        static Get of(List<Integer> reader) {
            return new Get(reader, false, false, 0);
        }

        static Get ofAll(List<Integer> waiting) {
            return new Get(waiting, true, false, 0);
        }

        Get executed(int key) {
            return new Get(of, shared, true, key);
        }
    }

    /** A load was stored, and said with its value. */
    record Message(Nonce nonce, int version) {}

    boolean isLeased() {
        return fence.filter(RedisFence::leased).isPresent();
    }

    /** Of the fence that there is. */
    Nonce load() {
        return fence.orElseThrow().nonce();
    }

    boolean isAwaited(Nonce load) {
        return readers.stream()
                .flatMap(reader -> reader.held().stream())
                .anyMatch(
                        held -> held.phase() == Phase.Waiting && held.awaited().equals(load));
    }

    List<Integer> waiting() {
        return IntStream.range(0, readers.size())
                .filter(i -> readers.get(i).is(Phase.Waiting))
                .boxed()
                .toList();
    }

    /** Somebody has the lease, in miss.lua. */
    SharedWaitState missed() {
        RedisFence after = RedisFence.missed(fence, new Nonce(Integer.toString(nonces)));
        return new SharedWaitState(
                source, key, Optional.of(after), deletion, loaders, readers, gets, messages, nonces + 1);
    }

    SharedWaitState redis(int newKey, Optional<RedisFence> newFence) {
        return new SharedWaitState(source, newKey, newFence, deletion, loaders, readers, gets, messages, nonces);
    }

    SharedWaitState deletion(Deletion now) {
        int version = now == Deletion.SOURCE_CHANGED ? source + 1 : source;
        return new SharedWaitState(version, key, fence, now, loaders, readers, gets, messages, nonces);
    }

    SharedWaitState loader(int loader, Loader now) {
        return new SharedWaitState(
                source, key, fence, deletion, Explorer.with(loaders, loader, now), readers, gets, messages, nonces);
    }

    SharedWaitState reader(int reader, Reader now) {
        return new SharedWaitState(
                source, key, fence, deletion, loaders, Explorer.with(readers, reader, now), gets, messages, nonces);
    }

    SharedWaitState sent(Get get) {
        List<Get> more = new ArrayList<>(gets);
        more.add(get);
        more.sort(Get.ORDER);
        return new SharedWaitState(source, key, fence, deletion, loaders, readers, List.copyOf(more), messages, nonces);
    }

    SharedWaitState answered(Get get) {
        List<Get> fewer = new ArrayList<>(gets);
        fewer.remove(get);
        return new SharedWaitState(
                source, key, fence, deletion, loaders, readers, List.copyOf(fewer), messages, nonces);
    }

    /** One subscriber hears messages in their order. One that is lost was never said. */
    SharedWaitState said(Message message) {
        List<Message> more = new ArrayList<>(messages);
        more.add(message);
        return messages(more);
    }

    SharedWaitState heard() {
        return messages(messages.subList(1, messages.size()));
    }

    private SharedWaitState messages(List<Message> now) {
        return new SharedWaitState(source, key, fence, deletion, loaders, readers, gets, List.copyOf(now), nonces);
    }
}
