package dev.cachepolicy.agent.fence;

import dev.cachepolicy.agent.fence.Explorer.Move;
import dev.cachepolicy.agent.fence.HeldReader.Phase;
import dev.cachepolicy.agent.fence.SharedWaitState.Deletion;
import dev.cachepolicy.agent.fence.SharedWaitState.Get;
import dev.cachepolicy.agent.fence.SharedWaitState.Loader;
import dev.cachepolicy.agent.fence.SharedWaitState.Message;
import dev.cachepolicy.agent.fence.SharedWaitState.Reader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Readers of one key in one pod, which wait for loads of others and are woken at any time, for a reason or none; while
 * others load and say so, and one changes the source and DELs the key. A reader that came after the DEL was answered must not be given
 * what was there before. Replies of different connections overtake each other, so a GET is sent, executed and answered at
 * different moments.
 */
record SharedWaitModel(int readers, int loaders, Rule rule) implements Explorer.Model<SharedWaitState> {

    /** Who is given what a GET, or a message, brings. */
    enum Rule {
        /** As in the agent: each reader that is woken sends its own, and takes the value of the load that it waits for. */
        OWN_GET,
        /** The same, but it takes the value of any load. */
        ANY_LOAD,
        /** Those who waited when it was sent. */
        JOINED_BEFORE,
        /** Those who wait when it is answered. */
        ANYBODY
    }

    private static final int BEFORE_DELETION = 1;

    @Override
    public SharedWaitState start() {
        return new SharedWaitState(
                BEFORE_DELETION,
                0,
                Optional.empty(),
                Deletion.BEGINS,
                Collections.nCopies(loaders, Loader.COMES),
                Collections.nCopies(readers, Reader.COMES),
                List.of(),
                List.of(),
                1);
    }

    @Override
    public List<Move<SharedWaitState>> moves(SharedWaitState state) {
        List<Move<SharedWaitState>> moves = new ArrayList<>();
        if (state.fence().filter(RedisFence::leased).isPresent()) {
            RedisFence over = new RedisFence(state.fence().get().nonce(), false);
            moves.add(Move.ofEnvironment("a lease ends", state.redis(state.key(), Optional.of(over))));
        }
        delete(state, moves);
        for (int i = 0; i < loaders; i++) {
            load(state, i, moves);
        }
        for (int i = 0; i < readers; i++) {
            read(state, i, moves);
        }
        for (Get get : state.gets()) {
            moves.add(get.executed() ? answered(state, get) : executed(state, get));
        }
        if (!state.messages().isEmpty()) {
            moves.add(heard(state, state.messages().getFirst()));
        }
        return moves;
    }

    private void delete(SharedWaitState state, List<Move<SharedWaitState>> moves) {
        switch (state.deletion()) {
            case BEGINS -> moves.add(Move.of("the source changes", state.deletion(Deletion.SOURCE_CHANGED)));
            case SOURCE_CHANGED ->
                moves.add(Move.of(
                        "DEL, the fence",
                        state.redis(state.key(), Optional.empty()).deletion(Deletion.FENCE_LIFTED)));
            case FENCE_LIFTED ->
                moves.add(Move.of(
                        "DEL, the key, and its answer",
                        state.redis(0, state.fence()).deletion(Deletion.ANSWERED)));
            case ANSWERED -> {}
        }
    }

    /** A reader in another pod. */
    private void load(SharedWaitState state, int i, List<Move<SharedWaitState>> moves) {
        Loader loader = state.loaders().get(i);
        String name = "loader " + i;
        switch (loader.phase()) {
            case COMES -> {
                if (state.key() == 0 && !state.isLeased()) {
                    SharedWaitState missed = state.missed();
                    moves.add(Move.of(name + " has the lease", missed.loader(i, loader.under(missed.load()))));
                }
            }
            case LEASED ->
                moves.add(Move.of(
                        name + " loads version " + state.source(), state.loader(i, loader.loaded(state.source()))));
            case LOADED -> {
                RedisFence.Filled<Integer> filled = RedisFence.filled(
                        state.fence(), state.key() == 0 ? null : state.key(), loader.nonce(), loader.version());
                int key = filled.value() == null ? 0 : filled.value();
                String set = name + " SET version " + loader.version() + ": " + filled.reply();
                SharedWaitState after = state.redis(key, filled.fence()).loader(i, Loader.DONE);
                moves.add(Move.of(set, after));
                Message message = new Message(loader.nonce(), loader.version());
                if (filled.reply().equals("OK") && matters(message, state)) {
                    moves.add(Move.of(set + ", and says so", after.said(message)));
                }
            }
            case OVER -> {}
        }
    }

    private void read(SharedWaitState state, int i, List<Move<SharedWaitState>> moves) {
        Reader reader = state.readers().get(i);
        if (!reader.came()) {
            boolean late = state.deletion() == Deletion.ANSWERED;
            moves.add(Move.of(
                    "reader " + i + (late ? " comes after the DEL, GET" : " comes, GET"),
                    state.reader(i, Reader.reading(late)).sent(Get.of(List.of(i)))));
        }
        reader.held().ifPresent(held -> held(state, i, held, moves));
    }

    private void held(SharedWaitState state, int i, HeldReader held, List<Move<SharedWaitState>> moves) {
        String name = "reader " + i;
        switch (held.phase()) {
            case Asking -> asks(state, i, held, moves);
            case Waiting -> {
                moves.add(Move.of(name + " gets nil at maxWait", decided(state, i, held.end())));
                if (isOfReaders()) {
                    moves.add(Move.of(name + " is woken, GET", decided(state, i, held.wake())));
                } else if (state.gets().stream().noneMatch(Get::shared)) {
                    moves.add(Move.of("the wait is woken, GET", state.sent(Get.ofAll(state.waiting()))));
                }
            }
            case Reading, Ended -> {}
        }
        boolean hears = held.phase() == Phase.Asking || held.phase() == Phase.Reading;
        if (isOfReaders() && hears && !held.woken()) {
            Reader woken = state.readers().get(i).held(held.wake());
            moves.add(Move.of(name + " is woken while it waits for an answer", state.reader(i, woken)));
        }
    }

    private static void asks(SharedWaitState state, int i, HeldReader held, List<Move<SharedWaitState>> moves) {
        String name = "reader " + i;
        if (state.key() != 0) {
            moves.add(Move.of(name + " asks, there is a value, GET", decided(state, i, held.present())));
        } else if (state.isLeased()) {
            moves.add(Move.of(name + " asks, waits", decided(state, i, held.taken(state.load(), true))));
            moves.add(Move.of(
                    name + " asks, may not wait, gets nil", decided(state, i, held.taken(state.load(), false))));
        } else {
            moves.add(Move.of(name + " asks, has the lease and nil", decided(state.missed(), i, held.end())));
        }
    }

    /** The agent sends a GET where its decision says so. */
    private static SharedWaitState decided(SharedWaitState state, int i, HeldReader now) {
        SharedWaitState after = state.reader(i, state.readers().get(i).held(now));
        return now.phase() == Phase.Reading ? after.sent(Get.of(List.of(i))) : after;
    }

    private Move<SharedWaitState> executed(SharedWaitState state, Get get) {
        return Move.of(
                "the GET of " + get.of() + " is executed, version " + state.key(),
                state.answered(get).sent(get.executed(state.key())));
    }

    /** Who does not wait for this load now never will, and may be woken by it as by anything. */
    private boolean matters(Message message, SharedWaitState state) {
        return switch (rule) {
            case OWN_GET -> state.isAwaited(message.nonce());
            case ANY_LOAD -> true;
            case JOINED_BEFORE, ANYBODY -> false;
        };
    }

    private boolean isOfReaders() {
        return rule == Rule.OWN_GET || rule == Rule.ANY_LOAD;
    }

    private Move<SharedWaitState> heard(SharedWaitState state, Message message) {
        SharedWaitState after = state.heard();
        boolean stale = false;
        for (int i = 0; i < readers; i++) {
            Optional<HeldReader> held = state.readers().get(i).held();
            if (held.isPresent()) {
                boolean waited = held.get().phase() == Phase.Waiting;
                HeldReader now = waited && rule == Rule.ANY_LOAD
                        ? held.get().end()
                        : held.get().filled(message.nonce());
                after = decided(after, i, now);
                stale |= waited
                        && now.phase() == Phase.Ended
                        && isStale(state.readers().get(i), message.version());
            }
        }
        return given("the message of version " + message.version() + " is heard", after, stale);
    }

    private static boolean isStale(Reader reader, int version) {
        return reader.late() && version == BEFORE_DELETION;
    }

    private static Move<SharedWaitState> given(String name, SharedWaitState after, boolean stale) {
        return new Move<>(
                name,
                after,
                false,
                stale ? "a reader that came after a DEL was answered is given what was there before" : null);
    }

    private Move<SharedWaitState> answered(SharedWaitState state, Get get) {
        List<Integer> to = new ArrayList<>(get.shared() && rule == Rule.ANYBODY ? state.waiting() : get.of());
        to.removeIf(i -> state.readers().get(i).is(Phase.Ended)
                || (get.shared() && !state.readers().get(i).is(Phase.Waiting)));
        SharedWaitState after = state.answered(get);
        boolean stale = false;
        for (int i : to) {
            Reader reader = state.readers().get(i);
            after = after.reader(i, get.version() == 0 ? reader.absent() : reader.ended());
            stale |= isStale(reader, get.version());
        }
        return given(to + " get version " + get.version(), after, stale);
    }
}
