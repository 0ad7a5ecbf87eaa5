package dev.cachepolicy.agent.fence;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Visits every state that a model can reach, breadth first: the first trace to a violation is a shortest one. */
final class Explorer {

    private Explorer() {}

    interface Model<S> {

        S start();

        List<Move<S>> moves(S state);

        /**
         * {@return what is equal for states that need not be told apart} Of such only the first is explored. They differ in
         * names only, or in what nothing depends on any more.
         */
        default Object identity(S state) {
            return state;
        }

        /** {@return what is wrong with a state in which no process has a move left, or null} */
        default @Nullable String wrongAtRest(S state) {
            return null;
        }
    }

    /**
     * @param environment whether nobody did it: an expiry, an eviction. A state that has only such moves is at rest
     * @param violation what is wrong with this move, or null
     */
    record Move<S>(
            String label,
            S next,
            boolean environment,
            @Nullable String violation) {

        static <S> Move<S> of(String label, S next) {
            return new Move<>(label, next, false, null);
        }

        static <S> Move<S> ofEnvironment(String label, S next) {
            return new Move<>(label, next, true, null);
        }
    }

    /**
     * @param violation null if there is none in any state
     * @param trace the moves to it
     */
    record Result(@Nullable String violation, List<String> trace, int states) {

        boolean holds() {
            return violation == null;
        }

        @Override
        public String toString() {
            return holds()
                    ? "holds in " + states + " states"
                    : violation + ", found among " + states + " states\n  " + String.join("\n  ", trace);
        }
    }

    /**
     * How a state was reached first.
     *
     * @param from the identity of the one before
     */
    private record Origin(Object from, String label) {}

    /** {@return a copy of a list with another element at one place} */
    static <T> List<T> with(List<T> list, int index, T element) {
        List<T> changed = new ArrayList<>(list);
        changed.set(index, element);
        return List.copyOf(changed);
    }

    /** Explores a model and prints what came of it. */
    static <S> Result explore(String name, Model<S> model) {
        Result result = explore(model);
        System.out.println(name + ": " + result);
        return result;
    }

    static <S> Result explore(Model<S> model) {
        Map<Object, @Nullable Origin> origins = new HashMap<>();
        S start = model.start();
        origins.put(model.identity(start), null);
        List<S> frontier = List.of(start);
        while (!frontier.isEmpty()) {
            List<S> next = new ArrayList<>();
            for (S state : frontier) {
                Object from = model.identity(state);
                boolean atRest = true;
                for (Move<S> move : model.moves(state)) {
                    atRest &= move.environment();
                    if (move.violation() != null) {
                        List<String> trace = trace(origins, from);
                        trace.add(move.label());
                        return new Result(move.violation(), trace, origins.size());
                    }
                    Object to = model.identity(move.next());
                    if (!origins.containsKey(to)) {
                        origins.put(to, new Origin(from, move.label()));
                        next.add(move.next());
                    }
                }
                String wrong = atRest ? model.wrongAtRest(state) : null;
                if (wrong != null) {
                    return new Result(wrong, trace(origins, from), origins.size());
                }
            }
            frontier = next;
        }
        return new Result(null, List.of(), origins.size());
    }

    private static List<String> trace(Map<Object, @Nullable Origin> origins, Object to) {
        List<String> trace = new ArrayList<>();
        for (Origin origin = origins.get(to); origin != null; origin = origins.get(origin.from())) {
            trace.add(origin.label());
        }
        return new ArrayList<>(trace.reversed());
    }
}
