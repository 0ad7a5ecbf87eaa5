package dev.cachepolicy.agent.fence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.agent.fence.Explorer.Move;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether values can be refused for ever: is there a circle of states in which SETs are void and none is kept? */
class ProgressModelTest {

    static Stream<ProgressModel> aValueIsKeptInTheEnd() {
        return Stream.of(
                new ProgressModel(List.of(0, 0, 1, 1), false, false, false),
                new ProgressModel(List.of(0, 0, 1, 1), false, true, false),
                new ProgressModel(List.of(0, 0, 1, 1), true, false, false),
                new ProgressModel(List.of(0, 0, 1, 1), true, true, false));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void aValueIsKeptInTheEnd(ProgressModel model) {
        assertThat(circleOfVoidSets(model, endInTime(model))).isFalse();
    }

    /** So a value of which loads overlap without a pause may stay uncached for fenceTime after an invalidation. */
    @Test
    void whereLoadsOverlapWithoutEndOnlyTimeHelps() {
        ProgressModel model = new ProgressModel(List.of(0, 0, 1, 1), true, false, false);
        assertThat(circleOfVoidSets(model, loadsEnd(model))).isTrue();
    }

    /** Two readers may then end each other's loads by turns. */
    @Test
    void aVoidFillMustNotEndTheLoadThatIsOut() {
        ProgressModel model = new ProgressModel(List.of(0, 1, 1), false, false, true);
        assertThat(circleOfVoidSets(model, endInTime(model))).isTrue();
    }

    /** {@return what a circle visits in which every load ends} */
    private static List<Predicate<ProgressModel.State>> loadsEnd(ProgressModel model) {
        return IntStream.range(0, model.pods().size())
                .<Predicate<ProgressModel.State>>mapToObj(
                        reader -> state -> state.readers().get(reader).nonce().equals(Nonce.NEVER))
                .toList();
    }

    /** {@return the same of a circle that fenceTime does not end, because no pod goes on counting a load that is over} */
    private static List<Predicate<ProgressModel.State>> endInTime(ProgressModel model) {
        List<Predicate<ProgressModel.State>> visits = new ArrayList<>(loadsEnd(model));
        visits.add(model::countsRight);
        return visits;
    }

    /** {@return whether there is a circle with a void SET, without one that is kept, and with a state of each kind} */
    private static boolean circleOfVoidSets(ProgressModel model, List<Predicate<ProgressModel.State>> visits) {
        Map<ProgressModel.State, List<Move<ProgressModel.State>>> graph = graph(model);
        System.out.println(model + ": " + graph.size() + " states");
        Map<ProgressModel.State, Integer> circles = stronglyConnected(graph);
        Set<Integer> fair = new HashSet<>(circles.values());
        for (Predicate<ProgressModel.State> kind : visits) {
            fair.retainAll(
                    graph.keySet().stream().filter(kind).map(circles::get).collect(Collectors.toSet()));
        }
        return graph.entrySet().stream()
                .filter(from -> fair.contains(circles.get(from.getKey())))
                .anyMatch(from -> from.getValue().stream()
                        .anyMatch(move -> move.label().startsWith(ProgressModel.VOID)
                                && circles.get(from.getKey()).equals(circles.get(move.next()))));
    }

    /** All states, and the moves between them but those that keep a value, and those that take fenceTime. */
    private static Map<ProgressModel.State, List<Move<ProgressModel.State>>> graph(ProgressModel model) {
        Map<ProgressModel.State, List<Move<ProgressModel.State>>> graph = new HashMap<>();
        Deque<ProgressModel.State> open = new ArrayDeque<>(List.of(model.start()));
        Set<ProgressModel.State> seen = new HashSet<>(open);
        while (!open.isEmpty()) {
            ProgressModel.State state = open.remove();
            List<Move<ProgressModel.State>> kept = new ArrayList<>();
            for (Move<ProgressModel.State> move : model.moves(state)) {
                if (seen.add(move.next())) {
                    open.add(move.next());
                }
                if (!move.label().startsWith(ProgressModel.KEPT) && !move.environment()) {
                    kept.add(move);
                }
            }
            graph.put(state, kept);
        }
        return graph;
    }

    /** Kosaraju's algorithm, without recursion: the number of each state's strongly connected component. */
    private static <S> Map<S, Integer> stronglyConnected(Map<S, List<Move<S>>> graph) {
        Set<S> finished = new LinkedHashSet<>();
        Set<S> seen = new HashSet<>();
        for (S root : graph.keySet()) {
            if (!seen.add(root)) {
                continue;
            }
            Deque<S> path = new ArrayDeque<>(List.of(root));
            Map<S, Integer> next = new HashMap<>();
            while (!path.isEmpty()) {
                S state = path.getLast();
                int index = next.merge(state, 1, Integer::sum) - 1;
                if (index == graph.get(state).size()) {
                    finished.add(path.removeLast());
                } else if (seen.add(graph.get(state).get(index).next())) {
                    path.add(graph.get(state).get(index).next());
                }
            }
        }
        Map<S, List<S>> backwards = new HashMap<>();
        graph.forEach((from, moves) -> moves.forEach(move ->
                backwards.computeIfAbsent(move.next(), _ -> new ArrayList<>()).add(from)));
        Map<S, Integer> components = new HashMap<>();
        int number = 0;
        for (S root : new ArrayList<>(finished).reversed()) {
            Deque<S> open = new ArrayDeque<>(List.of(root));
            while (!open.isEmpty()) {
                S state = open.remove();
                if (components.putIfAbsent(state, number) == null) {
                    backwards.getOrDefault(state, List.of()).stream()
                            .filter(from -> !components.containsKey(from))
                            .forEach(open::add);
                }
            }
            number++;
        }
        return components;
    }
}
