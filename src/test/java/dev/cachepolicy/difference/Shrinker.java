package dev.cachepolicy.difference;

import dev.cachepolicy.difference.History.Step;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Makes a history smaller as long as it still shows a difference: without steps, without clients, without requests,
 * without cuts, with shorter arguments.
 */
final class Shrinker {

    /** Most candidates time out only where a reply is missing, which is then what is looked for. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Comparison comparison;
    private final Instant end;
    private History smallest;
    private Difference difference;

    Shrinker(Comparison comparison, History history, Difference difference, Duration longest) {
        this.comparison = comparison;
        this.smallest = history;
        this.difference = difference;
        this.end = Instant.now().plus(longest);
    }

    /** A history with a difference, as small as time allowed. */
    record Shrunk(History history, Difference difference) {

        String report() {
            return "replies differ at %s%nhistory %d, shrunk to:%n%s"
                    .formatted(difference, history.seed(), history.script());
        }
    }

    Shrunk shrink() throws IOException {
        keep(smallest.steps()
                .subList(0, Math.min(difference.step() + 1, smallest.steps().size())));
        int before;
        do {
            before = size();
            withoutSteps();
            withoutClients();
            withoutRequests();
            withSimplerTurns();
            withShorterArguments();
        } while (size() < before && !isOver());
        return new Shrunk(smallest, difference);
    }

    private int size() {
        return smallest.steps().stream()
                .flatMap(step -> step.turns().stream())
                .mapToInt(turn -> 1000
                        + turn.cuts().size()
                        + 100 * turn.requests().size()
                        + turn.bytes().length())
                .sum();
    }

    private boolean isOver() {
        return Instant.now().isAfter(end);
    }

    private boolean keep(List<Step> candidate) throws IOException {
        if (isOver()) {
            return false;
        }
        List<Step> steps = candidate.stream()
                .map(step -> new Step(
                        step.turns().stream()
                                .filter(turn -> !turn.requests().isEmpty() || turn.ending() == Turn.Ending.Gone)
                                .toList(),
                        step.note()))
                .filter(step -> !step.turns().isEmpty())
                .toList();
        try {
            Difference found = comparison.find(smallest.with(steps), PATIENCE);
            if (found == null) {
                return false;
            }
            smallest = smallest.with(steps);
            difference = found;
            return true;
        } catch (IllegalArgumentException e) {
            return false; // no history that can be compared
        }
    }

    private void withoutSteps() throws IOException {
        for (int length = smallest.steps().size() / 2; length >= 1; length /= 2) {
            for (int from = smallest.steps().size() - length; from >= 0; from -= length) {
                List<Step> fewer = new ArrayList<>(smallest.steps());
                fewer.subList(from, from + length).clear();
                keep(fewer);
                from = Math.min(from, smallest.steps().size());
            }
        }
    }

    private void withoutClients() throws IOException {
        List<Integer> clients = smallest.steps().stream()
                .flatMap(step -> step.turns().stream())
                .map(Turn::client)
                .distinct()
                .toList();
        for (int client : clients) {
            keep(turns(turn -> turn.client() == client ? turn.with(List.of()).ending(Turn.Ending.Open) : turn));
        }
    }

    private List<Step> turns(UnaryOperator<Turn> changed) {
        return smallest.steps().stream()
                .map(step -> new Step(step.turns().stream().map(changed).toList(), step.note()))
                .toList();
    }

    private List<Step> turn(int step, int index, Turn changed) {
        List<Step> steps = new ArrayList<>(smallest.steps());
        List<Turn> turns = new ArrayList<>(steps.get(step).turns());
        turns.set(index, changed);
        steps.set(step, new Step(turns, steps.get(step).note()));
        return steps;
    }

    /** One turn of the smallest history. */
    private interface OfTurn {
        void accept(int step, int index) throws IOException;
    }

    private void eachTurn(OfTurn action) throws IOException {
        for (int step = smallest.steps().size() - 1; step >= 0; step--) {
            for (int index = 0;
                    step < smallest.steps().size()
                            && index < smallest.steps().get(step).turns().size();
                    index++) {
                action.accept(step, index);
            }
        }
    }

    private Turn current(int step, int index) {
        return step < smallest.steps().size()
                        && index < smallest.steps().get(step).turns().size()
                ? smallest.steps().get(step).turns().get(index)
                : Turn.of(0);
    }

    private void withoutRequests() throws IOException {
        eachTurn((step, index) -> {
            int count = current(step, index).requests().size();
            for (int length = Math.max(1, count / 2); length >= 1; length /= 2) {
                for (int from = current(step, index).requests().size() - length; from >= 0; from -= length) {
                    Turn turn = current(step, index);
                    if (from + length > turn.requests().size()) {
                        continue;
                    }
                    List<Request> fewer = new ArrayList<>(turn.requests());
                    fewer.subList(from, from + length).clear();
                    keep(turn(step, index, turn.with(fewer)));
                }
            }
        });
    }

    private void withSimplerTurns() throws IOException {
        eachTurn((step, index) -> {
            Turn turn = current(step, index);
            if (!turn.cuts().isEmpty() && !keep(turn(step, index, turn.cut(List.of())))) {
                keep(turn(step, index, turn.cut(turn.cuts().subList(0, 1))));
            }
        });
    }

    private void withShorterArguments() throws IOException {
        eachTurn((step, index) -> {
            for (int at = 0; at < current(step, index).requests().size(); at++) {
                int position = at;
                for (int word = current(step, index).requests().get(at).words().size() - 1; word > 0; word--) {
                    Request request = current(step, index).requests().get(position);
                    if (word >= request.words().size() || replaced(step, index, position, request.without(word))) {
                        continue;
                    }
                    String text = request.words().get(word);
                    for (int length :
                            IntStream.of(1, text.length() / 2).distinct().toArray()) {
                        if (length < text.length()
                                && replaced(step, index, position, request.with(word, text.substring(0, length)))) {
                            break;
                        }
                    }
                }
            }
        });
    }

    private boolean replaced(int step, int index, int position, Request request) throws IOException {
        Turn turn = current(step, index);
        List<Request> requests = new ArrayList<>(turn.requests());
        requests.set(position, request);
        return keep(turn(step, index, turn.with(requests)));
    }
}
